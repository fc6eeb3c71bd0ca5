import { describe, expect, it } from 'vitest';
import type { Pending } from '#functions/realtime-feed/coalesce-updates.ts';
import { UpdateGatherer } from '#functions/realtime-feed/gather-updates.ts';
import { T0 } from '#test/contracts/versions.ts';
import { aFeedReport } from '#test/functions/admin-api/example-records.ts';
import { type LogLine, recordingLog } from '#test/functions/admin-api/recording-log.ts';
import { rating, removal, skill } from './arrivals.ts';

const GATHER_MS = 900_000;
const BEGINS = 'changes are gathered: the marketplace announces more than is written as it comes';

/** A gatherer whose budget is used up, in front of a buffer with so much room. All times are after {@link T0}. */
function createScene({ room = 100, tokens = 0 } = {}) {
  const lines: LogLine[] = [];
  const put: Pending[] = [];
  let nowMs = T0;
  const gatherer = new UpdateGatherer({
    buffer: { put: (pending) => void put.push(pending), room },
    gatherMs: GATHER_MS,
    now: () => nowMs,
    log: recordingLog(lines),
  });
  gatherer.continueFrom(aFeedReport({ writeBudget: { tokens, at: T0 } }));
  return {
    gatherer,
    logged: () => lines.map(({ level, message, facts }) => [level, message, facts]),
    /** What was handed to the buffer since the last call. */
    taken: () =>
      put
        .splice(0)
        .map(({ change, aggregates }) => [change, aggregates].filter((part) => part !== undefined)),
    at: (ms: number) => {
      nowMs = T0 + ms;
      return gatherer;
    },
  };
}

describe('the gathering of updates', () => {
  it('hands on what comes while there is a budget, and takes its writes from it', () => {
    const { gatherer, taken } = createScene({ tokens: 1 });

    gatherer.add(skill('a', 1));
    expect(taken()).toEqual([[skill('a', 1)]]);
    gatherer.written();
    gatherer.add(skill('a', 2));

    expect([taken(), gatherer.size]).toEqual([[], 1]);
    expect(gatherer.report()).toEqual({
      gathering: { since: T0, held: 1 },
      writeBudget: { tokens: 0, at: T0 },
    });
  });

  it('hands on the newest version of what was held, by the order of versions, and the aggregates beside it', () => {
    const { at, gatherer, taken } = createScene();
    for (const arrival of [skill('a', 1), skill('a', 9), skill('a', 5), rating('a', 10)])
      gatherer.add(arrival);

    at(GATHER_MS).tick();

    expect(taken()).toEqual([[skill('a', 9), rating('a', 10)]]);
  });

  it('never holds a deletion', () => {
    const { gatherer, taken } = createScene();
    gatherer.add(skill('a', 1));
    gatherer.add(removal('a', 2));

    expect([taken(), gatherer.size]).toEqual([[[removal('a', 2)]], 0]);
  });

  it('hands on no more at once than the buffer has room for', () => {
    const { at, gatherer, taken } = createScene({ room: 2 });
    for (const id of ['a', 'b', 'c']) gatherer.add(skill(id, 1));

    at(GATHER_MS).tick();
    expect(taken()).toHaveLength(2);
    at(GATHER_MS + 1_000).tick();

    expect(taken()).toEqual([[skill('c', 1)]]);
  });

  it('says in the log when it begins and ends', () => {
    const { at, gatherer, logged } = createScene();
    gatherer.add(skill('a', 1));
    gatherer.add(skill('b', 1));
    at(GATHER_MS + 2_000).tick();

    expect(logged()).toEqual([
      ['info', BEGINS, { gatherSeconds: 900 }],
      ['info', 'changes are written as they come again', { lastedSeconds: 902 }],
    ]);
    expect(gatherer.report().gathering).toBeUndefined();
  });

  it('hands everything on at the end, whatever room there is', () => {
    const { gatherer, taken } = createScene({ room: 0 });
    for (const id of ['a', 'b', 'c']) gatherer.add(skill(id, 1));

    gatherer.flush();

    expect([taken().length, gatherer.size]).toEqual([3, 0]);
  });

  it('forgets what it holds when nothing may be written any more, and says how much that was', () => {
    const { at, gatherer, taken, logged } = createScene();
    gatherer.add(skill('a', 1));

    gatherer.forget();
    gatherer.forget();
    at(GATHER_MS).tick();

    expect([taken(), gatherer.size]).toEqual([[], 0]);
    expect(logged().slice(1, 2)).toEqual([
      ['info', 'gathered changes are left to the next sync', { held: 1 }],
    ]);
  });

  it('keeps its budget where no task has left one', () => {
    const { gatherer, taken } = createScene({ tokens: 5 });
    gatherer.continueFrom(undefined);
    gatherer.continueFrom(aFeedReport());
    gatherer.add(skill('a', 1));

    expect([taken().length, gatherer.report().writeBudget]).toEqual([1, { tokens: 5, at: T0 }]);
  });

  it('goes on with the gathering of the task before, and says so', () => {
    const { gatherer, taken, logged } = createScene();
    const gathering = { since: T0 - 60_000, held: 9 };
    gatherer.continueFrom(aFeedReport({ gathering, writeBudget: { tokens: 70, at: T0 } }));
    gatherer.add(skill('a', 1));

    expect([taken(), gatherer.report().gathering]).toEqual([[], { since: T0 - 60_000, held: 1 }]);
    expect(logged()).toEqual([['info', BEGINS, { gatherSeconds: 900 }]]);
  });
});
