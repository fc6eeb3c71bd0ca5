import { describe, expect, it } from 'vitest';
import { waitAskedMs } from '#adapters/zendesk/rate-headers.ts';

describe('waitAskedMs', () => {
  it.each<[string, Record<string, string>, number]>([
    ['Retry-After, however long', { 'retry-after': '93', 'ratelimit-reset': '5' }, 93_000],
    [
      'when the exports’ limit begins anew',
      { 'zendesk-ratelimit-incremental-exports': 'total=10; remaining=0; resets=2' },
      3_000,
    ],
    [
      'the documented name of it',
      { 'Zendesk-RateLimit-incremental-exports-cursor': 'total=10; remaining=0; resets=31' },
      32_000,
    ],
    ['when the account’s does', { 'ratelimit-reset': '12' }, 13_000],
    ['a minute where nothing says', {}, 60_000],
    ['a minute where what is said is nonsense', { 'retry-after': '-1', 'ratelimit-reset': 'soon' }, 60_000],
    ['an hour at most', { 'ratelimit-reset': '999999' }, 3_600_000],
  ])('is %s', (_, headers, ms) => {
    expect(waitAskedMs(new Headers(headers), 0)).toBe(ms);
  });
});
