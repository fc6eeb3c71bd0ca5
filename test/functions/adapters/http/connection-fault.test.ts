import { describe, expect, it } from 'vitest';
import { connectionFault } from '#adapters/http/connection-fault.ts';

describe('connectionFault', () => {
  it.each([
    [
      'its code',
      Object.assign(new Error('connect https://secret'), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
    ],
    [
      'the code of its cause',
      new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }) }),
      'ENOTFOUND',
    ],
    ['its name where it has no code', new TypeError('Bearer secret'), 'TypeError'],
    ['nothing of what is no error', 'Bearer secret', 'no reason given'],
  ])('tells %s', (_, error, told) => {
    expect(connectionFault(error)).toBe(`the connection failed (${told})`);
  });
});
