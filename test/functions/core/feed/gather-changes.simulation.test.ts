import { describe, expect, it } from 'vitest';
import { ChangeGatherer, type GatheredChange, type GatherReport } from '#core/feed/gather-changes.ts';
import { writesPerDay } from '#core/feed/write-budget.ts';

const T0 = 1_700_000_000_000;
const SKILLS = 5_000;
const BURST = 100_000;
const HOUR_SECONDS = 3_600;
const DAY_HOURS = 24;

type Load = { readonly perSecond: number; readonly hours: number; readonly gatherSeconds: number };
/** What a simulation saw. `oldestMs`: the longest that a change was held; `mostHeld`: how many at once. */
type Outcome = { writes: number[]; oldestMs: number; mostHeld: number; report: GatherReport | undefined };

/** The same numbers each time: a skill for each change. */
function createDraw(): () => number {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A marketplace that never rests, by the second. @returns the writes of each hour */
function simulate({ perSecond, hours, gatherSeconds }: Load): Outcome {
  const draw = createDraw();
  const merge = (a: GatheredChange, b: GatheredChange) => ({ ...b, since: Math.min(a.since, b.since) });
  const gatherer = new ChangeGatherer({ gatherMs: gatherSeconds * 1_000, merge, isUrgent: () => false }, T0);
  const outcome: Outcome = { writes: [], oldestMs: 0, mostHeld: 0, report: undefined };
  const write = (changes: readonly GatheredChange[], hour: number, now: number) => {
    for (const { since } of changes) {
      outcome.writes[hour] = (outcome.writes[hour] ?? 0) + 1;
      outcome.oldestMs = Math.max(outcome.oldestMs, now - since);
      gatherer.written(now);
    }
  };
  for (let second = 0; second < hours * HOUR_SECONDS; second += 1) {
    const [now, hour] = [T0 + second * 1_000, Math.floor(second / HOUR_SECONDS)];
    write(gatherer.takeDue(now, 500), hour, now);
    for (let n = 0; n < perSecond; n += 1) {
      const key = `skill ${Math.floor(draw() * SKILLS)}`;
      write(gatherer.arrive({ key, since: now, bytes: 1_500 }, now), hour, now);
    }
    outcome.mostHeld = Math.max(outcome.mostHeld, gatherer.size);
  }
  outcome.report = gatherer.report();
  return outcome;
}

describe('a marketplace that announces 100 changes a second of 5,000 skills, for six hours', () => {
  const load = { perSecond: 100, hours: 6, gatherSeconds: 900 };
  const hourly = writesPerDay({ changesPerSecond: 100, skills: SKILLS, gatherSeconds: 900 }) / DAY_HOURS;

  it('costs the burst, and then what the bill says: a nineteenth of what it announces', () => {
    const { writes, oldestMs, mostHeld, report } = simulate(load);

    // The burst lasts 17 minutes.
    expect(writes[0]).toBeGreaterThan(BURST);
    expect(writes[0]).toBeLessThan(BURST + 2 * HOUR_SECONDS + (SKILLS * HOUR_SECONDS) / 900);
    for (const written of writes.slice(1)) expect(Math.abs(written / hourly - 1)).toBeLessThan(0.1);
    expect(hourly).toBeCloseTo((100 * HOUR_SECONDS) / 19);
    expect(oldestMs).toBeLessThanOrEqual(902_000);
    expect(mostHeld).toBeLessThanOrEqual(SKILLS);
    expect(report?.since).toBeLessThan(T0 + 20 * 60_000);
  });

  it('costs every change where nothing is gathered', () => {
    const { writes } = simulate({ ...load, gatherSeconds: 0, hours: 1 });

    expect(writes).toEqual([100 * HOUR_SECONDS]);
  });
});

describe('a marketplace that announces two changes a second of 5,000 skills', () => {
  it('has each written as it comes, for ever', () => {
    const { writes, oldestMs, report } = simulate({ perSecond: 2, hours: 24, gatherSeconds: 900 });

    expect([new Set(writes), oldestMs, report]).toEqual([new Set([2 * HOUR_SECONDS]), 0, undefined]);
  });
});
