import { expect, it } from 'vitest';
import { outcomeOf } from '#functions/skill-sync/outcome-of.ts';

it('gives what a promise comes to as a value, its failure too', async () => {
  const error = new Error('It failed.');
  expect(await outcomeOf(Promise.resolve(1))).toEqual({ value: 1 });
  expect(await outcomeOf(Promise.reject(error))).toEqual({ error });
});
