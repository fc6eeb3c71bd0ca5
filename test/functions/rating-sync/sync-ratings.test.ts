import { describe, expect, it } from 'vitest';
import {
  LeaseLostError,
  MarketplaceAuthError,
  MarketplaceUnavailableError,
  OutOfTimeError,
  QueueError,
  RateLimitedError,
  SecretUnavailableError,
  StorageError,
  TokenUnavailableError,
} from '#core/errors.ts';
import { syncRatings } from '#functions/rating-sync/sync-ratings.ts';
import { createSyncHarness, keyOf, MINUTE, RUN, type SyncHarness, T0 } from './sync-harness.ts';

const CLEAN = {
  ...{ uploaded: 0, failed: 0, skipped: 0, queued: 0, pulled: 0, pull_failed: 0 },
  ...{ dead_letters_deleted: 0, dead_letters_marked: 0, redriven: 0 },
};

/** A dead letter to mark, two ratings to queue, and a skill with a rating of somebody else to look at. */
async function withWork() {
  const s = createSyncHarness();
  await s.give(keyOf(9), { status: 'queued', queuedAt: T0, dueAt: T0 + 15 * MINUTE });
  await s.queue.send([{ ...keyOf(9), revision: 1 }]);
  s.kill();
  await s.give(keyOf(1));
  await s.give(keyOf(2));
  await s.pulls.ensure('csv', s.clock.ms);
  const ofSkill: SyncHarness['deps']['market']['ofSkill'] = async () => ({
    ratings: [{ userId: 'eve', rating: 4 }],
    ...{ unreadable: [], requestedAt: s.clock.ms, clockAheadMs: 0 },
  });
  const market = { ...s.deps.market, ofSkill };
  /** What the upload function makes of the run's ratings while it is followed. */
  const upload = (fate: 'synced' | 'failed', code = 'marketplace_unavailable') => {
    const sleep: SyncHarness['deps']['sleep'] = async (ms) => {
      s.clock.ms += ms;
      for (const n of [1, 2]) {
        const failure = { code, message: 'no', failedAt: s.clock.ms, final: false };
        const failed = { status: 'failed', failure, runId: RUN, dueAt: s.clock.ms + MINUTE } as const;
        await s.give(keyOf(n), fate === 'synced' ? { status: 'synced', dueAt: undefined } : failed);
      }
    };
    return sleep;
  };
  const run = (deps: Partial<SyncHarness['deps']> = {}) =>
    syncRatings({ ...s.deps, market, sleep: upload('synced'), ...deps }, s.context);
  return { ...s, market, upload, run };
}
const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('syncRatings', () => {
  it('marks, queues, follows and pulls, and counts each', async () => {
    const s = await withWork();
    expect(await s.run()).toEqual({});
    expect(s.counts()).toEqual({ ...CLEAN, uploaded: 2, pulled: 1, dead_letters_marked: 1 });
    expect(await s.get({ skillId: 'csv', userId: 'eve' })).toMatchObject({ status: 'synced' });
  });

  it('counts nothing where there is nothing', async () => {
    const s = createSyncHarness();
    await syncRatings(s.deps, s.context);
    expect(s.counts()).toEqual(CLEAN);
  });

  it('counts a rating that the queue refuses among the failed, and succeeds', async () => {
    const s = await withWork();
    s.queue.rejects = () => 'InvalidMessageContents';
    expect(await s.run({ sleep: s.deps.sleep })).toEqual({});
    expect(s.counts()).toMatchObject({ uploaded: 0, failed: 2, queued: 0, pulled: 1 });
  });

  it('queues and pulls although the dead letters can’t be had, and fails with that', async () => {
    const s = await withWork();
    const error = new QueueError('SQS ReceiveMessage failed');
    const receiveDead = () => Promise.reject(error);
    expect(await failure(s.run({ queue: { ...s.queue, receiveDead } }))).toBe(error);
    expect(s.counts()).toEqual({ ...CLEAN, uploaded: 2, pulled: 1 });
    expect(s.lines('error')).toEqual([
      expect.objectContaining({ facts: expect.objectContaining({ error }) }),
    ]);
  });

  it('follows and pulls although the queue takes nothing, and fails with that', async () => {
    const s = await withWork();
    const send: SyncHarness['deps']['queue']['send'] = async (messages) => messages;
    expect(await failure(s.run({ queue: { ...s.queue, send }, sleep: s.deps.sleep }))).toBeInstanceOf(
      QueueError,
    );
    expect(s.counts()).toEqual({ ...CLEAN, skipped: 2, pulled: 1, dead_letters_marked: 1 });
    expect(await s.get(keyOf(1))).toMatchObject({ status: 'pending' });
  });

  it('follows what was queued before the queue took no more', async () => {
    const s = await withWork();
    const send: SyncHarness['deps']['queue']['send'] = async (messages) => messages.slice(1);
    const sleep: SyncHarness['deps']['sleep'] = async (ms) => {
      s.clock.ms += ms;
      for (const n of [1, 2]) {
        if ((await s.get(keyOf(n)))?.status === 'queued') {
          await s.give(keyOf(n), { status: 'synced', dueAt: undefined });
        }
      }
    };
    expect(await failure(s.run({ sleep, queue: { ...s.queue, send } }))).toBeInstanceOf(QueueError);
    expect(s.counts()).toMatchObject({ uploaded: 1, skipped: 1, pulled: 1 });
  });

  it('pulls although the uploads can’t be followed, and fails with that', async () => {
    const s = await withWork();
    const error = new StorageError('down');
    const count: SyncHarness['deps']['ratings']['count'] = async (status, runId) => {
      if (status === 'failed') throw error;
      return s.deps.ratings.count(status, runId);
    };
    expect(await failure(s.run({ ratings: { ...s.deps.ratings, count } }))).toBe(error);
    expect(s.counts()).toMatchObject({ pulled: 1 });
  });

  it('pulls although nothing could be uploaded, and fails with the reason of that', async () => {
    const s = await withWork();
    expect(await failure(s.run({ sleep: s.upload('failed') }))).toMatchObject({
      code: 'marketplace_unavailable',
      message: expect.stringContaining('None of 2 ratings'),
    });
    expect(s.counts()).toMatchObject({ failed: 2, pulled: 1 });
  });

  it('fails with the first of several errors, and logs each', async () => {
    const s = await withWork();
    const [first, second] = [new QueueError('letters'), new MarketplaceUnavailableError('down')];
    const queue = { ...s.queue, receiveDead: () => Promise.reject(first) };
    const send: SyncHarness['deps']['queue']['send'] = async (messages) => messages;
    const market = { ...s.market, ofSkill: () => Promise.reject(second) };
    expect(await failure(s.run({ queue: { ...queue, send }, market, sleep: s.deps.sleep }))).toBe(first);
    expect(s.lines('error').map(({ facts }) => (facts as { step: string }).step)).toEqual([
      'reconcile',
      'queue',
      'pull',
    ]);
  });

  it.each([
    new LeaseLostError('lost'),
    new OutOfTimeError('over'),
    new MarketplaceAuthError('401'),
    new RateLimitedError('wait', 60_000),
  ])('ends at once with %s, in whichever step', async (error) => {
    const s = await withWork();
    const receiveDead = () => Promise.reject(error);
    expect(await failure(s.run({ queue: { ...s.queue, receiveDead } }))).toBe(error);
    expect(s.queue.size()).toBe(0);
    expect(await s.get(keyOf(1))).toMatchObject({ status: 'pending' });

    const late = await withWork();
    const count = () => Promise.reject(error);
    expect(await failure(late.run({ ratings: { ...late.deps.ratings, count } }))).toBe(error);
    expect(await late.get({ skillId: 'csv', userId: 'eve' })).toBeUndefined();
  });

  it('does not pull when the uploads show that the token is refused', async () => {
    const s = await withWork();
    expect(await failure(s.run({ sleep: s.upload('failed', 'marketplace_auth') }))).toBeInstanceOf(
      MarketplaceAuthError,
    );
    expect(await s.get({ skillId: 'csv', userId: 'eve' })).toBeUndefined();
  });

  it.each([
    ['token_unavailable', TokenUnavailableError],
    ['secret_unavailable', SecretUnavailableError],
  ])('fails with %s where the uploads failed with it', async (code, type) => {
    const s = await withWork();
    const error = await failure(s.run({ sleep: s.upload('failed', code) }));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ code, message: expect.stringContaining('None of 2 ratings') });
    expect(await s.get({ skillId: 'csv', userId: 'eve' })).toBeUndefined();
  });

  it('ends at once when its signal aborts, with the signal’s reason and no step more', async () => {
    const s = await withWork();
    const reason = new LeaseLostError('lost');
    const receiveDead = async () => {
      s.aborting.abort(reason);
      throw new QueueError('aborted');
    };
    expect(await failure(s.run({ queue: { ...s.queue, receiveDead } }))).toBeInstanceOf(Error);
    expect(await s.get(keyOf(1))).toMatchObject({ status: 'pending' });
  });

  it.each([
    [new MarketplaceUnavailableError('down'), 1],
    [new RateLimitedError('wait', 60_000), 1],
    [new MarketplaceAuthError('403'), 1],
  ])('succeeds where ratings were uploaded though none could be looked at (%s)', async (error, failed) => {
    const s = await withWork();
    const market = { ...s.market, ofSkill: () => Promise.reject(error) };
    expect(await s.run({ market })).toEqual({});
    expect(s.counts()).toMatchObject({ uploaded: 2, pulled: 0, pull_failed: failed });
  });

  it('counts the skills that could not be looked at beside those that could', async () => {
    const s = await withWork();
    await s.pulls.ensure('pdf', s.clock.ms);
    const ofSkill: SyncHarness['deps']['market']['ofSkill'] = async (skillId) => {
      if (skillId === 'csv') throw new MarketplaceUnavailableError('500');
      return s.market.ofSkill(skillId);
    };
    expect(
      await s.run({ market: { ...s.market, ofSkill }, sleep: s.upload('failed', 'invalid_rating') }),
    ).toEqual({});
    expect(s.counts()).toMatchObject({ uploaded: 0, failed: 2, pulled: 1, pull_failed: 1 });
  });

  it('finds in another invocation what it has queued before', async () => {
    const s = await withWork();
    await s.give(keyOf(3), { status: 'queued', queuedAt: T0, runId: RUN, dueAt: T0 + 99 * MINUTE });
    const sleep: SyncHarness['deps']['sleep'] = async (ms) => {
      s.clock.ms += ms;
      for (const n of [1, 2, 3]) await s.give(keyOf(n), { status: 'synced', dueAt: undefined });
    };
    await s.run({ sleep });
    expect(s.counts()).toMatchObject({ uploaded: 3 });
  });
});
