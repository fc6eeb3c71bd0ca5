import { describe, expect, it } from 'vitest';
import {
  CLOCK_TOLERANCE_MS,
  isFromWrongClock,
  isRecent,
  isStillOn,
  latestBelieved,
} from '#core/time/wrong-clock.ts';

const NOW = Date.UTC(2026, 2, 2, 9);
const LEASE = 30_000;

describe('a time ahead', () => {
  it.each([
    ['of now', NOW, false],
    ['as far ahead as we write it', NOW + LEASE, false],
    ['of a clock that is five minutes ahead', NOW + LEASE + CLOCK_TOLERANCE_MS, false],
    ['further ahead', NOW + LEASE + CLOCK_TOLERANCE_MS + 1, true],
    ['a day ahead', NOW + 86_400_000, true],
    ['a year ahead', NOW + 365 * 86_400_000, true],
    ['of the past', NOW - 365 * 86_400_000, false],
  ])('%s is from a wrong clock or not', (_what, time, isWrong) => {
    expect(isFromWrongClock(time, NOW, LEASE)).toBe(isWrong);
    expect(time > latestBelieved(NOW, LEASE)).toBe(isWrong);
  });

  it('lasts until it is over, and not when it is beyond belief', () => {
    const lasts = (until: number | undefined) => isStillOn(until, NOW, LEASE);
    expect([undefined, NOW - 1, NOW, NOW + 1, NOW + LEASE, NOW + 86_400_000].map(lasts)).toEqual([
      ...[false, false, false, true, true, false],
    ]);
  });

  it('is recent within the tolerance only', () => {
    const recent = (at: number) => isRecent(at, NOW, 60_000);
    expect([NOW, NOW - 59_999, NOW - 60_000, NOW + 60_000, NOW + 86_400_000].map(recent)).toEqual([
      ...[true, true, false, true, false],
    ]);
  });
});
