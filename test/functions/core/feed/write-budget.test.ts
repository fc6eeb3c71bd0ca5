import { describe, expect, it } from 'vitest';
import {
  fullBudget,
  mustGather,
  RESUME_TOKENS,
  refilled,
  spent,
  WRITE_BURST,
  WRITES_PER_SECOND,
  writesPerDay,
} from '#core/feed/write-budget.ts';

const T0 = 1_700_000_000_000;
const DAY_SECONDS = 86_400;

describe('the budget of writes', () => {
  it('is full at first, and never fuller', () => {
    expect(refilled(fullBudget(T0), T0 + 3_600_000)).toEqual({ tokens: WRITE_BURST, at: T0 + 3_600_000 });
  });

  it('comes back with time', () => {
    const empty = spent(fullBudget(T0), T0, WRITE_BURST);

    expect(refilled(empty, T0 + 10_000).tokens).toBe(10 * WRITES_PER_SECOND);
  });

  it('owes nothing for what was written beyond it', () => {
    expect(spent({ tokens: 3, at: T0 }, T0, 10)).toEqual({ tokens: 0, at: T0 });
  });

  it('neither grows nor shrinks when the clock is set back, and goes on from there', () => {
    const back = refilled({ tokens: 5, at: T0 }, T0 - 3_600_000);

    expect(back.tokens).toBe(5);
    expect(refilled(back, back.at + 1_000).tokens).toBe(5 + WRITES_PER_SECOND);
  });

  it('has changes gathered when it is empty, until there is one token for each that is held and some more', () => {
    const of = (tokens: number) => ({ tokens, at: T0 });

    expect([mustGather(of(1), false, 0), mustGather(of(0.9), false, 0)]).toEqual([false, true]);
    expect([mustGather(of(RESUME_TOKENS - 1), true, 0), mustGather(of(RESUME_TOKENS), true, 0)]).toEqual([
      true,
      false,
    ]);
    expect(mustGather(of(RESUME_TOKENS + 10), true, 11)).toBe(true);
  });
});

describe('Function: writesPerDay', () => {
  const load = { changesPerSecond: 100, skills: 5_000, gatherSeconds: 900 };

  it.each([
    ['nothing where nothing changes', { ...load, changesPerSecond: 0 }, 0],
    ['nothing where there is no skill', { ...load, skills: 0 }, 0],
    ['each change where nothing is gathered', { ...load, gatherSeconds: 0 }, 100 * DAY_SECONDS],
    ['each change while the budget lasts', { ...load, changesPerSecond: 1 }, DAY_SECONDS],
    ['the budget where gathering writes less', { ...load, changesPerSecond: 3 }, 2 * DAY_SECONDS],
    ['one for each skill in a gathering, and the time to its next change', load, (5_000 / 950) * DAY_SECONDS],
  ])('is %s', (_what, given, expected) => {
    expect(writesPerDay(given)).toBeCloseTo(expected, 5);
  });

  it('is bounded by the skills, however many changes come', () => {
    expect(writesPerDay({ ...load, changesPerSecond: 1e9 })).toBeLessThanOrEqual((5_000 / 900) * DAY_SECONDS);
  });
});
