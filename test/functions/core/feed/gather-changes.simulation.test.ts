import { describe, expect, it } from 'vitest';
import { ChangeGatherer, type GatheredChange, type GatherReport } from '#core/feed/gather-changes.ts';
import { writesPerDay } from '#core/feed/write-budget.ts';

const T0 = 1_700_000_000_000;
const SKILLS = 5_000;
const BURST = 100_000;
const HOUR_SECONDS = 3_600;
const DAY_HOURS = 24;

type Load = {
  readonly perSecond: number;
  readonly hours: number;
  readonly gatherSeconds: number;
  /** Whether a sync lists everything each quarter of an hour, up to a minute late, and takes a minute. */
  readonly syncs?: boolean;
};
/** What a simulation saw. `oldestMs`: the longest that a change was held; `mostHeld`: how many at once. */
type Outcome = {
  /** By hour: of the feed, and of the feed and the syncs. */
  readonly writes: number[];
  readonly allWrites: number[];
  oldestMs: number;
  mostHeld: number;
  report: GatherReport | undefined;
};
type Change = GatheredChange & { readonly lastAt: number };

/** The same numbers each time: a skill for each change. */
function createDraw(): () => number {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A marketplace that never rests, by the second; and the table that feed and syncs write. */
class Simulation {
  readonly outcome: Outcome = { writes: [], allWrites: [], oldestMs: 0, mostHeld: 0, report: undefined };
  readonly #load: Load;
  readonly #draw = createDraw();
  readonly #gatherer: ChangeGatherer<Change>;
  /** When each skill was changed last, at the marketplace and in the table. */
  readonly #changed = new Map<string, number>();
  readonly #stored = new Map<string, number>();
  #listed: { readonly at: number; readonly changed: ReadonlyMap<string, number> } | undefined;

  constructor(load: Load) {
    this.#load = load;
    const merge = (a: Change, b: Change) => ({ ...b, since: Math.min(a.since, b.since) });
    const rules = { merge, isUrgent: () => false, arrivedAt: ({ lastAt }: Change) => lastAt };
    this.#gatherer = new ChangeGatherer<Change>({ ...rules, gatherMs: load.gatherSeconds * 1_000 }, T0);
  }

  run(): Outcome {
    for (let second = 0; second < this.#load.hours * HOUR_SECONDS; second += 1) this.#pass(second);
    this.outcome.report = this.#gatherer.report();
    return this.outcome;
  }

  #pass(second: number): void {
    const [now, hour] = [T0 + second * 1_000, Math.floor(second / HOUR_SECONDS)];
    this.#write(this.#gatherer.takeDue(now, 500), hour, now);
    for (let n = 0; n < this.#load.perSecond; n += 1) {
      const key = `skill ${Math.floor(this.#draw() * SKILLS)}`;
      this.#changed.set(key, now);
      this.#write(this.#gatherer.arrive({ key, since: now, lastAt: now, bytes: 1_500 }, now), hour, now);
    }
    this.outcome.mostHeld = Math.max(this.outcome.mostHeld, this.#gatherer.size);
    if (this.#load.syncs) this.#sync(second, hour, now);
  }

  #write(changes: readonly Change[], hour: number, now: number): void {
    for (const { key, since, lastAt } of changes) {
      this.#count(this.outcome.writes, hour);
      this.#count(this.outcome.allWrites, hour);
      this.outcome.oldestMs = Math.max(this.outcome.oldestMs, now - since);
      this.#stored.set(key, Math.max(lastAt, this.#stored.get(key) ?? 0));
      this.#gatherer.written(now);
    }
  }

  #sync(second: number, hour: number, now: number): void {
    const late = (Math.floor(second / 900) * 17) % 60;
    if (second % 900 === late) this.#listed = { at: now, changed: new Map(this.#changed) };
    if (this.#listed === undefined || now < this.#listed.at + 60_000) return;
    for (const [key, changedAt] of this.#listed.changed) {
      if ((this.#stored.get(key) ?? 0) >= changedAt) continue;
      this.#stored.set(key, changedAt);
      this.#count(this.outcome.allWrites, hour);
    }
    this.#gatherer.synced(this.#listed.at);
    this.#listed = undefined;
  }

  #count(writes: number[], hour: number): void {
    writes[hour] = (writes[hour] ?? 0) + 1;
  }
}

const simulate = (load: Load) => new Simulation(load).run();

describe('a marketplace that announces 100 changes a second of 5,000 skills, for hours', () => {
  const load = { perSecond: 100, hours: 3, gatherSeconds: 900 };
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

  it('costs hardly more together with the syncs: the feed leaves to them what they bring anyway', () => {
    const { writes, allWrites, oldestMs } = simulate({ ...load, syncs: true });

    for (const written of allWrites.slice(1)) expect(written).toBeLessThan(hourly * 1.15);
    expect(writes[2] ?? 0).toBeLessThan(hourly * 0.1);
    expect(oldestMs).toBeLessThanOrEqual(1_082_000);
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
