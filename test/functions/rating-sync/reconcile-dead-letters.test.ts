import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import type { DeadLetter } from '#core/ratings/rating-ports.ts';
import { reconcileDeadLetters } from '#functions/rating-sync/reconcile-dead-letters.ts';
import { createSyncHarness, keyOf, MINUTE, RUN, type SyncHarness, T0 } from './sync-harness.ts';

/** Ratings whose messages were received once too often, and of which nobody has written it down. */
async function withLetters(count: number) {
  const s = createSyncHarness();
  for (let n = 0; n < count; n += 1) {
    await s.give(keyOf(n), { status: 'queued', queuedAt: T0, dueAt: T0 + 15 * MINUTE });
    await s.queue.send([{ ...keyOf(n), revision: 1 }]);
  }
  while (s.queue.size() > 0) s.kill();
  const reported: unknown[] = [];
  const run = (redrive = false, deps: Partial<SyncHarness['deps']> = {}) =>
    reconcileDeadLetters({ ...s.deps, ...deps }, s.context, redrive, (soFar) => reported.push(soFar));
  return { ...s, run, reported };
}
const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

/** A queue of dead letters in order, in which some are none of ours. */
function letterBox(letters: readonly DeadLetter[]) {
  let seen = 0;
  const deleted: DeadLetter[] = [];
  return {
    deleted,
    seen: () => seen,
    receiveDead: async () => {
      const look = letters.slice(seen, seen + 10);
      seen += look.length;
      return look;
    },
    deleteDead: async (done: readonly DeadLetter[]) => void deleted.push(...done),
  };
}
const foreign = (n: number): DeadLetter => ({ message: undefined, sentAt: T0, receipt: `foreign-${n}` });
const ours = (n: number): DeadLetter => ({
  message: { ...keyOf(n), revision: 1 },
  sentAt: T0,
  receipt: `r${n}`,
});

describe('reconcileDeadLetters', () => {
  it('marks a rating that does not know of its letter, once', async () => {
    const s = await withLetters(3);
    expect(await s.run()).toEqual({ deleted: 0, marked: 3, redriven: 0 });
    expect(await s.get(keyOf(1))).toMatchObject({
      status: 'dead_lettered',
      failure: { code: 'upload_lost', final: false },
    });
    expect(s.queue.deadSize()).toBe(3);
    s.clock.ms += MINUTE;
    expect(await s.run()).toEqual({ deleted: 0, marked: 0, redriven: 0 });
  });

  it('deletes letters whose rating is settled, gone, or has a later message', async () => {
    const s = await withLetters(4);
    await s.give(keyOf(0), { status: 'synced', syncedRevision: 1 });
    await s.give(keyOf(1), { status: 'queued', queuedAt: s.clock.ms + MINUTE });
    await s.give(keyOf(2), { status: 'pending' });
    expect(await s.run()).toEqual({ deleted: 3, marked: 1, redriven: 0 });
    expect(s.queue.deadSize()).toBe(1);
  });

  it('sends letters back with redrive, and deletes them then', async () => {
    const s = await withLetters(12);
    expect(await s.run(true)).toEqual({ deleted: 0, marked: 0, redriven: 12 });
    expect(s.reported).toEqual([
      { deleted: 0, marked: 0, redriven: 10 },
      { deleted: 0, marked: 0, redriven: 12 },
    ]);
    expect([s.queue.size(), s.queue.deadSize()]).toEqual([12, 0]);
    expect(await s.get(keyOf(3))).toMatchObject({ status: 'queued', runId: RUN });
  });

  it('keeps a letter that the queue does not take back, and the reason where it refuses it', async () => {
    const s = await withLetters(3);
    s.queue.rejects = ({ userId }) => (userId === 'user-1' ? 'InvalidMessageContents' : undefined);
    expect(await s.run(true)).toMatchObject({ redriven: 2 });
    expect(await s.get(keyOf(1))).toMatchObject({ status: 'failed', failure: { code: 'message_refused' } });

    const t = await withLetters(1);
    expect(
      await t.run(true, { queue: { ...t.queue, send: async (all: readonly never[]) => all } }),
    ).toMatchObject({ redriven: 0 });
    expect(await t.get(keyOf(0))).toMatchObject({ status: 'pending' });
    expect(t.queue.deadSize()).toBe(1);
  });

  it('gets past letters that are none of ours, which stay and are told', async () => {
    const s = createSyncHarness();
    for (const n of [1, 2]) await s.give(keyOf(n), { status: 'queued', queuedAt: T0 });
    const box = letterBox([...Array.from({ length: 80 }, (_, n) => foreign(n)), ours(1), ours(2)]);
    expect(
      await reconcileDeadLetters({ ...s.deps, queue: { ...s.queue, ...box } }, s.context, false),
    ).toMatchObject({
      marked: 2,
    });
    expect(box.deleted).toEqual([]);
    expect(s.lines('error')).toHaveLength(80);
  });

  it('looks five times for letters of ours, and 25 times in all', async () => {
    for (const [letter, seen] of [
      [ours, 50],
      [foreign, 250],
    ] as const) {
      const s = createSyncHarness();
      const box = letterBox(Array.from({ length: 600 }, (_, n) => letter(n)));
      await reconcileDeadLetters({ ...s.deps, queue: { ...s.queue, ...box } }, s.context, false);
      expect(box.seen()).toBe(seen);
    }
  });

  it('judges all others when one can’t be judged, and fails in the end', async () => {
    const s = await withLetters(14);
    const get: SyncHarness['deps']['ratings']['get'] = async (key) => {
      if (key.userId === 'user-3') throw new StorageError('this one item');
      return s.deps.ratings.get(key);
    };
    expect(await failure(s.run(false, { ratings: { ...s.deps.ratings, get } }))).toBeInstanceOf(StorageError);
    expect(await s.deps.ratings.count('dead_lettered')).toBe(13);
    expect(s.reported.at(-1)).toEqual({ deleted: 0, marked: 13, redriven: 0 });
    expect(s.queue.deadSize()).toBe(14);
  });

  it('takes one look at letters when the table is down', async () => {
    const s = createSyncHarness();
    const box = letterBox(Array.from({ length: 100 }, (_, n) => ours(n)));
    const get = () => Promise.reject(new StorageError('down'));
    const deps = { ...s.deps, ratings: { ...s.deps.ratings, get }, queue: { ...s.queue, ...box } };
    expect(await failure(reconcileDeadLetters(deps, s.context, true))).toBeInstanceOf(StorageError);
    expect(box.seen()).toBe(10);
  });

  it('deletes the letter of a rating that can’t be read, which nobody could upload', async () => {
    const s = await withLetters(2);
    s.spoil(keyOf(0), 'rubbish');
    expect(await s.run()).toEqual({ deleted: 1, marked: 1, redriven: 0 });
  });

  it('ends at once with the signal’s reason', async () => {
    const s = await withLetters(1);
    const reason = new Error('lease lost');
    s.aborting.abort(reason);
    expect(await failure(s.run())).toBe(reason);
  });
});
