import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeGatherer, type GatheredChange, weigh } from '#core/feed/gather-changes.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const T0 = 1_700_000_000_000;
const GATHER_MS = 60_000;
/** The interval at which its owner asks for what is due. */
const TICK_MS = 1_000;
const SET_BACK_MS = 30_000;
/** A change is held a fifth longer for a sync, and from 10 s before its listing on. */
const LONGEST_MS = 1.2 * GATHER_MS + 10_000;
const MAX_BYTES = 5 * weigh({ key: '', since: 0, bytes: 100 });

type Change = GatheredChange & {
  readonly version: number;
  readonly isDeletion: boolean;
  /** Of the newest that was merged into it, as `since` is of the oldest. */
  readonly arrivedAt: number;
};

const step = fc.record({
  /** Rarely long enough for the budget to come back. */
  afterMs: fc.oneof(
    { weight: 30, arbitrary: fc.constant(0) },
    { weight: 30, arbitrary: fc.integer({ min: 0, max: 400 }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: GATHER_MS }) },
    { weight: 1, arbitrary: fc.constant(1_000_000) },
  ),
  key: fc.constantFrom(...'abcdefghijklmnop'),
  version: fc.integer({ min: 1, max: 50 }),
  bytes: fc.integer({ min: 1, max: 200 }),
  isDeletion: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  /** A sync has just ended whose listing began so long ago. */
  syncedMsAgo: fc.option(fc.integer({ min: 0, max: 40_000 }), { freq: 8 }),
  isClockSetBack: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
});

/** What of a change has to have been handed on by when, at the latest. */
type Debt = { version: number; since: number };

class Owner {
  readonly gatherer: ChangeGatherer<Change>;
  /** The newest that was handed on, by key. */
  readonly written = new Map<string, number>();
  readonly debts = new Map<string, Debt>();
  readonly arrivals: { readonly key: string; readonly version: number; readonly at: number }[] = [];
  setBackAt = Number.NEGATIVE_INFINITY;
  now = T0;

  constructor(tokens: number) {
    this.gatherer = new ChangeGatherer<Change>(
      {
        gatherMs: GATHER_MS,
        merge: (a, b) => ({
          ...(a.version > b.version ? a : b),
          since: Math.min(a.since, b.since),
          arrivedAt: Math.max(a.arrivedAt, b.arrivedAt),
        }),
        isUrgent: ({ isDeletion }) => isDeletion,
        arrivedAt: ({ arrivedAt }) => arrivedAt,
        maxBytes: MAX_BYTES,
      },
      T0,
    );
    this.gatherer.continueFrom({ tokens, at: T0 }, undefined);
  }

  take(changes: readonly Change[]): void {
    for (const { key, version } of changes) {
      this.written.set(key, Math.max(version, this.written.get(key) ?? 0));
      this.gatherer.written(this.now);
      if ((this.debts.get(key)?.version ?? 0) <= version) this.debts.delete(key);
    }
  }

  arrive(change: Change): readonly Change[] {
    const { key, version } = change;
    const debt = this.debts.get(key);
    if (version > (this.written.get(key) ?? 0)) {
      this.debts.set(key, {
        version: Math.max(version, debt?.version ?? 0),
        since: debt?.since ?? this.now,
      });
    }
    this.arrivals.push({ key, version, at: this.now });
    const handed = this.gatherer.arrive(change, this.now);
    this.take(handed);
    return handed;
  }

  setBack(): void {
    this.now -= SET_BACK_MS;
    this.setBackAt = this.now;
  }

  /** The table holds what had arrived when the listing began. While the clock is wrong nobody knows what that is. */
  sync(listedAt: number): void {
    if (listedAt < this.setBackAt + SET_BACK_MS) return;
    for (const { key, version, at } of this.arrivals) {
      if (at > listedAt) continue;
      this.written.set(key, Math.max(version, this.written.get(key) ?? 0));
    }
    for (const [key, debt] of this.debts) {
      if (debt.version <= (this.written.get(key) ?? 0)) this.debts.delete(key);
      else debt.since = Math.max(debt.since, listedAt);
    }
    this.gatherer.synced(listedAt);
  }

  /** Lets time pass, asking for what is due as the feed does. */
  pass(ms: number): void {
    const until = this.now + ms;
    while (this.now < until) {
      this.now = Math.min(until, this.now + TICK_MS);
      this.take(this.gatherer.takeDue(this.now, 1_000));
      expectBounds(this);
    }
  }
}

/** What holds after each step: nothing waits too long, and not more than there may be. */
function expectBounds({ gatherer, debts, now }: Owner): void {
  // Five of a middling weight, six light ones.
  expect(gatherer.size).toBeLessThanOrEqual(6);
  expect(gatherer.size === 0 || gatherer.report() !== undefined).toBe(true);
  for (const { since } of debts.values())
    expect(now - since).toBeLessThan(LONGEST_MS + SET_BACK_MS + TICK_MS);
}

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function play(owner: Owner, { afterMs, isClockSetBack, syncedMsAgo, ...said }: Step): void {
  owner.pass(afterMs);
  if (isClockSetBack) owner.setBack();
  if (syncedMsAgo !== null) owner.sync(owner.now - syncedMsAgo);
  const handed = owner.arrive({ ...said, since: owner.now, arrivedAt: owner.now });
  if (said.isDeletion) expect(handed.map(({ key }) => key)).toContain(said.key);
  expectBounds(owner);
}

describe('the gathering of changes, whatever comes', () => {
  it('loses nothing, keeps the newest, hands deletions on at once, and holds nothing too long and not too much', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), fc.array(step, { maxLength: 200 }), (tokens, steps) => {
        const owner = new Owner(tokens);
        for (const each of steps) play(owner, each);
        owner.take(owner.gatherer.takeAll());
        const newest = Map.groupBy(steps, ({ key }) => key);
        const expected = [...newest].map(([key, said]) => [
          key,
          Math.max(...said.map(({ version }) => version)),
        ]);
        expect(owner.written).toEqual(new Map(expected as [string, number][]));
        expect(owner.debts.size).toBe(0);
      }),
      { numRuns: 300, seed: SEED },
    );
  });
});
