import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { followUploads } from '#functions/rating-sync/follow-uploads.ts';
import { createSyncHarness, keyOf, RUN, type SyncHarness, T0 } from './sync-harness.ts';

/** A run with so many ratings of its own in the queue. */
async function withQueued(count: number) {
  const s = createSyncHarness();
  const ours = { runId: RUN, status: 'queued', queuedAt: T0, dueAt: T0 + 1 } as const;
  for (let n = 0; n < count; n += 1) await s.give(keyOf(n), ours);
  await s.give(keyOf(900), { ...ours, runId: 'another' });
  const reported: number[] = [];
  const settle = (n: number, status: 'synced' | 'failed' | 'dead_lettered' | 'pending') =>
    s.give(keyOf(n), { runId: RUN, status, ...(status === 'synced' ? { dueAt: undefined } : {}) });
  /** What happens while the run sleeps, by the number of the sleep. */
  const during = (work: (sleep: number) => Promise<unknown> | undefined): SyncHarness['deps']['sleep'] => {
    let sleeps = 0;
    return async (ms) => {
      s.clock.ms += ms;
      await work(sleeps);
      sleeps += 1;
    };
  };
  const run = (deps: Partial<SyncHarness['deps']> = {}, total = count, remainingMs = () => 300_000) =>
    followUploads({ ...s.deps, ...deps }, { ...s.context, remainingMs }, total, (left) =>
      reported.push(left),
    );
  return { ...s, reported, settle, during, run };
}

describe('followUploads', () => {
  it('follows the ratings of its run until each is settled, and counts how', async () => {
    const s = await withQueued(5);
    const states = ['synced', 'failed', 'dead_lettered', 'pending', 'synced'] as const;
    const sleep = s.during((n) => states[n] && s.settle(n, states[n]));
    expect(await s.run({ sleep })).toEqual({ uploaded: 2, failed: 2, skipped: 1, queued: 0 });
    expect(s.reported).toEqual([4, 3, 2, 1, 0]);
    expect(s.clock.ms - T0).toBe(250 + 500 + 1_000 + 2_000 + 2_000);
  });

  it('asks for nothing when there is nothing to follow', async () => {
    const s = await withQueued(0);
    const count = () => Promise.reject(new StorageError('not asked'));
    const ratings = { ...s.deps.ratings, count };
    expect(await s.run({ ratings })).toEqual({ uploaded: 0, failed: 0, skipped: 0, queued: 0 });
  });

  it('ends when nothing has moved for 20 s, two minutes have passed, or a minute is left', async () => {
    const still = await withQueued(1);
    expect(await still.run()).toEqual({ uploaded: 0, failed: 0, skipped: 0, queued: 1 });
    expect(still.clock.ms - T0).toBeGreaterThan(20_000);
    expect(still.clock.ms - T0).toBeLessThanOrEqual(22_000);

    const slow = await withQueued(200);
    await slow.run({ sleep: slow.during((n) => slow.settle(n, 'synced')) });
    expect(slow.clock.ms - T0).toBeGreaterThan(120_000);
    expect(slow.clock.ms - T0).toBeLessThanOrEqual(122_000);

    const late = await withQueued(1);
    await late.run({}, 1, () => 59_999);
    expect(late.clock.ms).toBe(T0);
  });

  it('looks again when a look fails', async () => {
    const s = await withQueued(2);
    let looks = 0;
    const count: SyncHarness['deps']['ratings']['count'] = async (...args) => {
      looks += 1;
      if (looks === 2 || looks === 3) throw new StorageError('throttled');
      return s.deps.ratings.count(...args);
    };
    const sleep = s.during((n) =>
      n === 0 ? s.settle(0, 'synced') : n === 4 ? s.settle(1, 'synced') : undefined,
    );
    expect(await s.run({ sleep, ratings: { ...s.deps.ratings, count } })).toMatchObject({ uploaded: 2 });
    expect(s.reported).toEqual([1, 1, 1, 1, 0]);
    expect(s.lines('warn')).toHaveLength(2);
  });

  it('fails when not even the last look succeeds, after 20 s', async () => {
    const s = await withQueued(2);
    const count = () => Promise.reject(new StorageError('down'));
    const ratings = { ...s.deps.ratings, count };
    await expect(s.run({ ratings })).rejects.toThrow(StorageError);
    expect(s.clock.ms - T0).toBeLessThanOrEqual(22_000);
  });

  it('ends at once with the signal’s reason', async () => {
    const s = await withQueued(1);
    const reason = new Error('lease lost');
    s.aborting.abort(reason);
    await expect(s.run()).rejects.toBe(reason);
  });
});
