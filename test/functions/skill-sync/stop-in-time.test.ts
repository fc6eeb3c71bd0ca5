import { describe, expect, it } from 'vitest';
import { OutOfTimeError } from '#core/errors.ts';
import { stopBeforeTimeRunsOut } from '#functions/skill-sync/stop-in-time.ts';

function createCheck() {
  const clock = { now: 0, remainingMs: Number.POSITIVE_INFINITY };
  const check = stopBeforeTimeRunsOut(
    () => clock.remainingMs,
    () => clock.now,
  );
  return { clock, check };
}

describe('Function: stopBeforeTimeRunsOut', () => {
  it('keeps ten seconds, and twice the time of the slowest page so far', () => {
    const { clock, check } = createCheck();
    clock.now = 3_000;
    check();
    clock.now = 3_100;
    clock.remainingMs = 16_000;
    check();
    clock.remainingMs = 15_999;
    expect(check).toThrow(OutOfTimeError);
  });

  it('keeps ten seconds where pages take no time', () => {
    const { clock, check } = createCheck();
    clock.remainingMs = 10_000;
    check();
    clock.remainingMs = 9_999;
    expect(check).toThrow(OutOfTimeError);
  });
});
