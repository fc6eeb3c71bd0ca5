import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '#functions/rating-upload/retry-delay.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const total = (random: number) =>
  [1, 2, 3, 4].reduce((sum, failures) => sum + retryDelayMs(failures, () => random), 0);

describe('The delays between the attempts of an upload', () => {
  it('grow', () => {
    expect([1, 2, 3, 4].map((failures) => retryDelayMs(failures, () => 0.5) / SECOND)).toEqual([
      10, 120, 900, 3_000,
    ]);
  });

  it('outlast an outage of an hour, and end before an alarm takes the queue for forgotten', () => {
    expect(total(0)).toBeGreaterThan(60 * MINUTE);
    expect(total(1)).toBeLessThan(80 * MINUTE);
  });

  it('never end, however often a message is received', () => {
    expect(retryDelayMs(9, () => 0.5)).toBe(3_000 * SECOND);
  });
});
