import { describe, expect, it } from 'vitest';
import {
  fullBudget,
  mustGather,
  refilled,
  spent,
  type WriteBudget,
  writesPerDay,
} from '#core/feed/write-budget.ts';

const T0 = 1_700_000_000_000;
const DAY_SECONDS = 86_400;
const of = (tokens: number): WriteBudget => ({ tokens, at: T0 });

describe('the budget of writes', () => {
  it('is full at first, and never fuller', () => {
    expect(refilled(fullBudget(T0), T0 + 3_600_000)).toEqual({ tokens: 100_000, at: T0 + 3_600_000 });
  });

  it('gives a token for each write, and gets two a second back', () => {
    expect(spent(of(5), T0).tokens).toBe(4);
    expect(spent(of(5), T0 + 10_000).tokens).toBe(24);
  });

  it('owes nothing for what is written while it is empty', () => {
    expect(spent(of(0.5), T0)).toEqual(of(0));
  });

  it('neither grows nor shrinks when the clock is set back, and goes on from there', () => {
    const back = refilled(of(5), T0 - 3_600_000);

    expect(back.tokens).toBe(5);
    expect(refilled(back, back.at + 1_000).tokens).toBe(7);
  });

  it('has changes gathered when it is empty, and until it is worth a quarter of an hour', () => {
    expect([mustGather(of(1), false), mustGather(of(0.9), false)]).toEqual([false, true]);
    expect([mustGather(of(1_799), true), mustGather(of(1_800), true)]).toEqual([true, false]);
  });
});

describe('Function: writesPerDay', () => {
  const load = { changesPerSecond: 100, skills: 5_000, gatherSeconds: 900 };

  it.each([
    ['nothing where nothing changes', { ...load, changesPerSecond: 0 }, 0],
    ['nothing where there is no skill', { ...load, skills: 0 }, 0],
    ['each change where nothing is gathered', { ...load, gatherSeconds: 0 }, 100 * DAY_SECONDS],
    ['each change while the budget lasts', { ...load, changesPerSecond: 2 }, 2 * DAY_SECONDS],
    ['one for each skill in a gathering and the time to its next change', load, (5_000 / 950) * DAY_SECONDS],
  ])('is %s', (_what, given, expected) => {
    expect(writesPerDay(given)).toBeCloseTo(expected, 5);
  });

  it('is bounded by the skills, however many changes come', () => {
    expect(writesPerDay({ ...load, changesPerSecond: 1e9 })).toBeLessThanOrEqual((5_000 / 900) * DAY_SECONDS);
  });
});
