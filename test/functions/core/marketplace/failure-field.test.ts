import { describe, expect, it } from 'vitest';
import { failureFieldOf } from '#core/marketplace/failure-field.ts';

describe('Function: failureFieldOf', () => {
  it.each([
    [{ success: true }, undefined],
    [{ success: null }, undefined],
    [{}, undefined],
    [{ success: false }, 'success'],
    [{ success: 'yes' }, 'success'],
    [{ success: false, error: 'x' }, 'success'],
    [{ success: true, error: 'x' }, 'error'],
    [{ error: '' }, undefined],
    [{ error: null }, undefined],
    [[{ success: false }], undefined],
    ['error', undefined],
    [null, undefined],
  ])('of %j', (answer, field) => {
    expect(failureFieldOf(answer)).toBe(field);
  });
});
