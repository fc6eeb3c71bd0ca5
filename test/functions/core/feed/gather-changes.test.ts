import { describe, expect, it } from 'vitest';
import { ChangeGatherer, type GatheredChange, weigh } from '#core/feed/gather-changes.ts';

const T0 = 1_700_000_000_000;
const SECOND = 1_000;
const GATHER = 900 * SECOND;

type Change = GatheredChange & {
  readonly says: string;
  readonly isDeletion?: boolean;
  readonly lastAt?: number;
};

const change = (key: string, at: number, over: Partial<Change> = {}): Change => ({
  ...{ key, since: T0 + at, bytes: 10, says: `${key}@${at}` },
  ...over,
});

/** A gatherer on an empty budget, so that it gathers from the first change on; times are after {@link T0}. */
function createScene({
  gatherMs = GATHER,
  tokens = 0,
  maxBytes,
}: {
  gatherMs?: number;
  tokens?: number;
  maxBytes?: number;
} = {}) {
  const gatherer = new ChangeGatherer<Change>(
    {
      gatherMs,
      merge: (a, b) => {
        const newer = a.since > b.since ? a : b;
        return { ...newer, lastAt: newer.since, since: Math.min(a.since, b.since) };
      },
      isUrgent: ({ isDeletion }) => isDeletion === true,
      arrivedAt: ({ lastAt, since }) => lastAt ?? since,
      ...(maxBytes === undefined ? {} : { maxBytes }),
    },
    T0,
  );
  gatherer.continueFrom({ tokens, at: T0 }, undefined);
  const says = (changes: readonly Change[]) => changes.map((each) => each.says);
  return {
    gatherer,
    arrive: (key: string, at: number, over: Partial<Change> = {}) =>
      says(gatherer.arrive(change(key, at, over), T0 + at)),
    due: (at: number, room = 1_000) => says(gatherer.takeDue(T0 + at, room)),
  };
}

describe('the gathering of changes', () => {
  it('hands each change on as it comes while there are tokens', () => {
    const { arrive, gatherer } = createScene({ tokens: 100 });

    expect([arrive('a', 0), arrive('a', 1), arrive('b', 2)]).toEqual([['a@0'], ['a@1'], ['b@2']]);
    expect([gatherer.size, gatherer.report()]).toEqual([0, undefined]);
  });

  it('holds the newest of each once the writes have used the tokens up, and says since when', () => {
    const { arrive, gatherer } = createScene({ tokens: 2 });
    arrive('a', 0);
    gatherer.written(T0);
    gatherer.written(T0);

    expect([arrive('a', 1), arrive('a', 2), arrive('b', 3)]).toEqual([[], [], []]);
    expect(gatherer.report()).toEqual({ since: T0 + 1, held: 2 });
  });

  it('hands a change on when its oldest part was held for so long, the oldest first and no more than there is room for', () => {
    const { arrive, due } = createScene();
    for (const [index, key] of ['a', 'b', 'c', 'a'].entries()) arrive(key, index * SECOND);

    expect(due(GATHER - 1)).toEqual([]);
    expect(due(GATHER)).toEqual(['a@3000']);
    expect(due(GATHER + 5 * SECOND, 1)).toEqual(['b@1000']);
    expect(due(GATHER + 5 * SECOND, 0)).toEqual([]);
    expect(due(GATHER + 5 * SECOND)).toEqual(['c@2000']);
  });

  it('never holds a deletion, nor what is held of the same skill', () => {
    const { arrive, gatherer } = createScene();
    arrive('a', 0);

    expect(arrive('a', 5, { isDeletion: true })).toEqual(['a@5']);
    expect(gatherer.size).toBe(0);
    arrive('b', 10);
    expect(arrive('b', 7, { isDeletion: true })).toEqual(['b@10']);
  });

  it('writes as it comes again after a quarter of an hour of rest, and hands on what is held', () => {
    const { arrive, due, gatherer } = createScene({ gatherMs: 2 * GATHER });
    arrive('a', 0);

    expect(due(GATHER - 2 * SECOND)).toEqual([]);
    expect(due(GATHER + 2 * SECOND)).toEqual(['a@0']);
    expect(gatherer.report()).toBeUndefined();
    expect(arrive('b', GATHER + 3 * SECOND)).toEqual(['b@903000']);
  });

  it('joins a change with what is still held of its key when gathering has just ended', () => {
    const { arrive, due } = createScene({ gatherMs: 2 * GATHER });
    arrive('a', 0);
    due(GATHER + 2 * SECOND, 0);

    expect(arrive('a', GATHER + 3 * SECOND)).toEqual(['a@903000']);
    expect(due(GATHER + 4 * SECOND)).toEqual([]);
  });

  it('goes on gathering for as long as changes come faster than tokens do', () => {
    const { arrive, gatherer } = createScene();
    for (let at = 0; at < 24 * 3_600 * SECOND; at += 400) arrive(`s${at % 500}`, at);

    expect(gatherer.report()?.since).toBe(T0);
  });

  it('does not count the writes of what was gathered', () => {
    const { arrive, gatherer } = createScene({ tokens: 0 });
    arrive('a', 0);
    const { tokens } = gatherer.budget;
    gatherer.written(T0);

    expect(gatherer.budget.tokens).toBe(tokens);
  });

  it('hands the oldest ones on when it holds more than it may', () => {
    const three = 3 * weigh(change('a', 0));
    const { arrive, gatherer } = createScene({ maxBytes: three });
    for (const at of [0, 1, 2]) arrive(`s${at}`, at);

    expect(arrive('s3', 3)).toEqual(['s0@0']);
    expect(arrive('s1', 4)).toEqual([]);
    expect(arrive('s2', 5, { bytes: 5_000 })).toEqual(['s1@4', 's2@5']);
    expect(gatherer.size).toBe(1);
  });

  it('hands on at once what was held before the clock was set back', () => {
    const { arrive, due, gatherer } = createScene();
    arrive('before', 0);
    gatherer.takeAll();
    arrive('a', 100 * SECOND);

    expect(due(0)).toEqual(['a@100000']);
  });

  it('never gathers where it is not to', () => {
    const { arrive, gatherer } = createScene({ gatherMs: 0 });

    expect([arrive('a', 0), arrive('a', 1)]).toEqual([['a@0'], ['a@1']]);
    expect(gatherer.report()).toBeUndefined();
  });

  it('leaves to a sync what it has stored, and holds the rest from its listing on, a fifth longer for the next', () => {
    const { arrive, gatherer, due } = createScene({ gatherMs: 300 * SECOND });
    arrive('a', 0);
    arrive('b', 0);
    arrive('c', 95 * SECOND);
    arrive('b', 200 * SECOND);

    gatherer.synced(T0 + 100 * SECOND);

    // Of `c` nobody can say whether the listing had it.
    expect(gatherer.size).toBe(2);
    expect(due(449 * SECOND)).toEqual([]);
    expect(due(450 * SECOND)).toEqual(['b@200000']);
    expect(due(455 * SECOND)).toEqual(['c@95000']);
  });

  it('waits no longer than ever when the sync that was expected does not come', () => {
    const { arrive, gatherer, due } = createScene({ gatherMs: 300 * SECOND });
    gatherer.synced(T0 - 100 * SECOND);
    gatherer.synced(T0 - 400 * SECOND);
    arrive('a', 0);

    expect([due(299 * SECOND), due(300 * SECOND)]).toEqual([[], ['a@0']]);
  });

  it('goes on with the gathering of another task, if there is one to be', () => {
    for (const [gatherMs, held] of [
      [GATHER, 1],
      [0, 0],
    ] as const) {
      const { gatherer, arrive } = createScene({ gatherMs });
      gatherer.continueFrom({ tokens: 50, at: T0 }, T0 - 5);
      arrive('a', 0);

      expect(gatherer.report()).toEqual(gatherMs === 0 ? undefined : { since: T0 - 5, held });
      expect(gatherer.size).toBe(held);
    }
  });

  it('gives everything away at the end, and forgets everything when it is told to', () => {
    const { arrive, gatherer, due } = createScene();
    arrive('a', 0);
    arrive('b', 1);
    expect(gatherer.takeAll().map(({ says }) => says)).toEqual(['a@0', 'b@1']);

    arrive('c', 2);
    expect([gatherer.forget(), gatherer.size, due(2 * GATHER)]).toEqual([1, 0, []]);
  });
});
