import { describe, expect, it } from 'vitest';
import { FEED_LEASE_MS, isConnected, isHeld } from '#core/feed/feed-state.ts';
import { aFeedReport } from '#test/functions/admin-api/example-records.ts';

const NOW = 1_700_000_000_000;
const DAY = 86_400_000;

describe('Function: isHeld', () => {
  it.each([
    ['nobody ever held it', undefined, false],
    ['the lease is over', NOW, false],
    ['the lease lasts', NOW + 1, true],
    ['the lease has just been renewed', NOW + FEED_LEASE_MS, true],
    ['the lease is longer than any, of a clock that was ahead', NOW + DAY, false],
  ])('when %s', (_when, leaseUntil, expected) => {
    expect(isHeld({ leaseUntil }, NOW)).toBe(expected);
  });
});

describe('Function: isConnected', () => {
  const state = { reportedAt: NOW - 1_000, control: { enabled: true } };

  it.each([
    ['nobody has reported', undefined, NOW + 1, false],
    ['the holder says so', aFeedReport({ connected: true }), NOW + 1, true],
    ['the holder says no', aFeedReport({ connected: false }), NOW + 1, false],
    ['a task that died said so last', aFeedReport({ connected: true }), NOW - 1, false],
  ])('when %s', (_when, report, leaseUntil, expected) => {
    expect(isConnected({ ...state, report, leaseUntil }, NOW)).toBe(expected);
  });
});
