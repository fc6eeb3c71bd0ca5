import { describe, expect, it } from 'vitest';
import { QueueError, RatingContendedError, StorageError } from '#core/errors.ts';
import { MESSAGE_GRACE_MS } from '#core/ratings/rating-state.ts';
import { parseUploadMessage } from '#core/ratings/upload-message.ts';
import { messageFor, queueAllowanceMs, queueRatings } from '#functions/rating-sync/queue-ratings.ts';
import { createSyncHarness, HOUR, keyOf, RUN, type SyncHarness, T0 } from './sync-harness.ts';

async function withRatings(count: number) {
  const s = createSyncHarness();
  for (let n = 0; n < count; n += 1) await s.give(keyOf(n), { dueAt: T0 - count + n });
  const reported: number[] = [];
  const run = (deps: Partial<SyncHarness['deps']> = {}) =>
    queueRatings({ ...s.deps, ...deps }, s.context, (soFar) => reported.push(soFar));
  return { ...s, reported, run };
}
const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('queueRatings', () => {
  it('marks and sends what is due, page by page', async () => {
    const s = await withRatings(250);
    await s.give(keyOf(900), { status: 'failed', dueAt: T0 - 1 });
    await s.give(keyOf(901), { status: 'queued', dueAt: T0 - 1, queuedAt: T0 - HOUR });
    await s.give(keyOf(902), { status: 'failed', dueAt: T0 + 1 });
    await s.give(keyOf(903), { status: 'synced' });
    expect(await s.run()).toBe(252);
    expect(s.reported).toEqual([100, 200, 252]);
    expect(s.queue.size()).toBe(252);
    expect(await s.get(keyOf(0))).toMatchObject({
      status: 'queued',
      queuedAt: T0,
      runId: RUN,
      dueAt: T0 + queueAllowanceMs(101),
    });
    expect(await s.run()).toBe(0);
  });

  it('gives a message so long as the line before it takes, and the grace', () => {
    expect(queueAllowanceMs(0)).toBe(MESSAGE_GRACE_MS);
    expect(queueAllowanceMs(100)).toBe(MESSAGE_GRACE_MS + 60_000);
    expect(queueAllowanceMs(101)).toBe(MESSAGE_GRACE_MS + 60_600);
  });

  it('lists a rating whose message the queue refuses, and queues all others on all pages', async () => {
    const s = await withRatings(350);
    const bad = new Set([3, 50, 99, 100, 101, 349].map((n) => keyOf(n).userId));
    s.queue.rejects = ({ userId }) => (bad.has(userId) ? 'InvalidMessageContents' : undefined);

    expect(await s.run()).toBe(350);

    expect(s.queue.size()).toBe(344);
    for (let n = 0; n < 350; n += 1) {
      const rating = await s.get(keyOf(n));
      if (bad.has(keyOf(n).userId)) {
        expect(rating).toMatchObject({
          status: 'failed',
          failure: { code: 'message_refused', final: false },
          retryCount: 1,
          dueAt: T0 + HOUR,
        });
      } else expect(rating).toMatchObject({ status: 'queued' });
    }
    const { items } = await s.deps.ratings.waiting(['failed'], { limit: 200 });
    expect(items.map(({ userId }) => userId).toSorted()).toEqual([...bad].toSorted());
    expect(s.lines('error')).toHaveLength(6);

    // Not due again at once, and then once more.
    s.clock.ms += HOUR - 1;
    expect(await s.run()).toBe(344);
    s.clock.ms += 1;
    s.queue.rejects = () => undefined;
    expect(await s.run()).toBe(6);
    expect(await s.deps.ratings.count('failed')).toBe(0);
  });

  it('goes on behind whole pages that are refused', async () => {
    const s = await withRatings(301);
    s.queue.rejects = ({ userId }) => (userId === 'user-300' ? undefined : 'BatchRequestTooLong');
    expect(await s.run()).toBe(301);
    expect(s.queue.size()).toBe(1);
    expect(await s.deps.ratings.count('failed')).toBe(300);
  });

  it('queues a user whose name no message could hold as it is', async () => {
    const s = createSyncHarness();
    const key = { skillId: 's\ufffe', userId: 'x\uffff' };
    await s.give(key);
    expect(await queueRatings(s.deps, s.context, () => undefined)).toBe(1);
    const [received] = s.queue.receive(1);
    expect(parseUploadMessage(received!.body)).toEqual({ ...key, revision: 1 });
  });

  it('has pending again what the queue did not take, queues the rest, and fails in the end', async () => {
    const s = await withRatings(250);
    const send: SyncHarness['deps']['queue']['send'] = async (messages) => {
      const left = messages.filter(({ userId }) => userId.endsWith('7'));
      await s.queue.send(messages.filter((message) => !left.includes(message)));
      return left;
    };
    const error = await failure(s.run({ queue: { ...s.queue, send } }));
    expect(error).toBeInstanceOf(QueueError);
    expect((error as Error).message).toBe(
      'The queue did not take 25 of 250 ratings; they are pending again.',
    );
    expect(s.queue.size()).toBe(225);
    expect(s.reported.at(-1)).toBe(250);
    expect(await s.get(keyOf(7))).toMatchObject({ status: 'pending', dueAt: T0 });
    expect(await s.run()).toBe(25);
  });

  it('asks no further pages of a queue that takes nothing', async () => {
    const s = await withRatings(350);
    s.queue.isDown = true;
    let sends = 0;
    const send: SyncHarness['deps']['queue']['send'] = async (messages) => {
      sends += 1;
      return messages;
    };
    expect(await failure(s.run({ queue: { ...s.queue, send } }))).toBeInstanceOf(QueueError);
    expect(sends).toBe(1);
    expect(await s.deps.ratings.count('pending')).toBe(350);
    expect(s.reported).toEqual([100]);
  });

  it('leaves one rating that keeps changing to the next run', async () => {
    const s = await withRatings(3);
    const change: SyncHarness['deps']['ratings']['change'] = async (key, ...rest) => {
      if (key.userId === 'user-1') throw new RatingContendedError('again and again');
      return s.deps.ratings.change(key, ...rest);
    };
    expect(await s.run({ ratings: { ...s.deps.ratings, change } })).toBe(2);
    expect(s.queue.size()).toBe(2);
    expect(s.lines('warn')).toHaveLength(1);
    expect(await s.run()).toBe(1);
  });

  it('sends what was marked before the table failed, and fails with the table’s error', async () => {
    const s = await withRatings(40);
    let marks = 0;
    const change: SyncHarness['deps']['ratings']['change'] = async (...args) => {
      marks += 1;
      if (marks === 20) throw new StorageError('down');
      return s.deps.ratings.change(...args);
    };
    expect(await failure(s.run({ ratings: { ...s.deps.ratings, change } }))).toBeInstanceOf(StorageError);
    expect(s.queue.size()).toBe(await s.deps.ratings.count('queued'));
    expect(s.queue.size()).toBeGreaterThanOrEqual(19);
  });

  it.each([
    ['is no JSON', 'rubbish'],
    ['is null', 'null'],
    ['is of another user', ({ userId: _, ...rating }: object & { userId: string }) => rating],
    ['has no list of what was sent', (rating: object) => ({ ...rating, sent: undefined })],
    ['has a due time that no date can be', (rating: object) => ({ ...rating, dueAt: 1e300 })],
    ['has an unknown state', (rating: object) => ({ ...rating, status: 'lost' })],
    ['has no revision', (rating: object) => ({ ...rating, revision: null })],
    ['has six stars', (rating: object) => ({ ...rating, rating: 6 })],
  ])('passes over an item that %s', async (_what, spoilt) => {
    const s = await withRatings(3);
    s.spoil(keyOf(1), spoilt);
    expect(await s.run()).toBe(2);
    expect(s.queue.size()).toBe(2);
  });

  it('ends at once with the signal’s reason', async () => {
    const s = await withRatings(3);
    const reason = new Error('lease lost');
    s.aborting.abort(reason);
    expect(await failure(s.run())).toBe(reason);
    expect(s.queue.size()).toBe(0);
  });

  it('names in a message what was stored, and nothing else', async () => {
    const s = createSyncHarness();
    const rating = await s.give(keyOf(1), { revision: 4 });
    expect(messageFor(rating)).toEqual({ ...keyOf(1), revision: 4 });
  });
});
