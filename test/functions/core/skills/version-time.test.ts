import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dated, isUndated, liesAhead, orderTime } from '#core/skills/version-time.ts';
import { instantFromMs, parseInstant } from '#core/time/instant.ts';
import { CLOCK_TOLERANCE_MS } from '#core/time/wrong-clock.ts';
import { T0 } from '#test/contracts/versions.ts';

const at = (ms: number) => instantFromMs(T0 + ms);
const instant = (text: string) => {
  const parsed = parseInstant(text);
  if (parsed === undefined) throw new Error(`${text} is no instant`);
  return parsed;
};

describe('Function: orderTime', () => {
  it.each([
    ['past', -3_600_000],
    ['now', 0],
    ['as far ahead as clocks may be apart', CLOCK_TOLERANCE_MS],
  ])('leaves a stamp as it is: %s', (_what, ms) => {
    expect(orderTime(at(ms), T0)).toBe(at(ms));
    expect(isUndated(at(ms))).toBe(false);
    expect(dated(at(ms))).toBe(at(ms));
  });

  it.each([
    ['9999-12-31T23:59:59Z'],
    ['9999-12-31'],
    ['2527-01-01T00:00:00+02:00'],
    [`${at(CLOCK_TOLERANCE_MS)}.000000001Z`],
  ])('takes the time of observation for one that lies ahead of every clock: %s', (stamp) => {
    const time = orderTime(instant(stamp), T0);
    expect(isUndated(time)).toBe(true);
    expect(dated(time)).toBe(at(0));
    // As ranks have it: right before what was changed at that very time, after all that was changed before.
    const ranks = [at(-1), time, at(0), at(1)].map((one) => `${one}!`);
    expect([...ranks].reverse().sort()).toEqual(ranks);
  });

  it('gives the same when it is asked twice', () => {
    const ms = fc.integer({ min: -1e9, max: 1e12 });
    fc.assert(
      fc.property(ms, (ahead) => {
        const once = orderTime(at(ahead), T0);
        expect(orderTime(once, T0)).toBe(once);
      }),
    );
  });
});

describe('Function: liesAhead', () => {
  it('takes nothing that we could have written for a wrong clock', () => {
    const ms = fc.integer({ min: -1e9, max: 1e12 });
    fc.assert(
      fc.property(ms, (ahead) => {
        expect(liesAhead(orderTime(at(ahead), T0), T0)).toBe(false);
      }),
    );
    expect(liesAhead(T0, T0)).toBe(false);
    // The other writer's clock may be ahead of ours.
    expect(liesAhead(T0 + CLOCK_TOLERANCE_MS, T0)).toBe(false);
  });

  it('sees through what lies further ahead', () => {
    expect(liesAhead(T0 + 3_600_000, T0)).toBe(true);
    expect(liesAhead(at(3_600_000), T0)).toBe(true);
    expect(liesAhead('9999-12-31T23:59:59', T0)).toBe(true);
  });
});
