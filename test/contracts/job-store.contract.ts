import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLostError } from '#core/errors.ts';
import type { Lease } from '#core/runs/job-store.ts';
import type { ListingPointer } from '#core/runs/listing-checkpoint.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { MINUTE, T0 } from './versions.ts';

const JOB = 'skill-sync-atom-saas';
const ZERO = {
  job: JOB,
  fence: 0,
  totalRuns: 0,
  successfulRuns: 0,
  failedRuns: 0,
  skillsCount: 0,
  categoriesCount: 0,
  durations: { count: 0, sumSeconds: 0, buckets: [0, 0, 0, 0, 0, 0] },
  errors: {},
};
const LISTING: ListingPointer = { listingId: 'l1', startedAt: T0, pageSize: 100, startedBy: 'r1' };
const FAILURE = { code: 'storage_unavailable', message: 'é', retryable: true };

/** What every `JobStore` does. */
export function jobStoreContract(open: OpenStores): void {
  describe('JobStore', () => {
    let jobs: TestStores['jobs'];
    beforeEach(async () => {
      ({ jobs } = await open());
    });

    async function take(runId: string, now: number): Promise<Lease> {
      const lease = await jobs.acquire(JOB, runId, now, MINUTE);
      if (!lease) throw new Error('The lease is held');
      return lease;
    }

    it('is all zeros before the first run', async () => {
      expect(await jobs.state(JOB)).toEqual(ZERO);
    });

    it('gives the lease to one, until it is over', async () => {
      expect(await jobs.acquire(JOB, 'r1', T0, MINUTE)).toEqual({ job: JOB, runId: 'r1', fence: 1 });
      expect(await jobs.state(JOB)).toEqual({
        ...ZERO,
        fence: 1,
        runningRunId: 'r1',
        leaseUntil: T0 + MINUTE,
      });
      expect(await jobs.acquire(JOB, 'r2', T0, MINUTE)).toBeUndefined();
      expect(await jobs.acquire(JOB, 'r1', T0, MINUTE)).toBeUndefined();
      expect(await jobs.acquire(JOB, 'r2', T0 + MINUTE - 1, MINUTE)).toBeUndefined();
      expect(await jobs.acquire('other', 'r2', T0, MINUTE)).toEqual({ job: 'other', runId: 'r2', fence: 1 });
      expect(await jobs.acquire(JOB, 'r2', T0 + MINUTE, MINUTE)).toEqual({ job: JOB, runId: 'r2', fence: 2 });
    });

    it('gives the lease to exactly one of many who ask at once', async () => {
      for (let round = 0; round < 5; round += 1) {
        const now = T0 + round * MINUTE;
        const asked = Array.from({ length: 8 }, (_, n) => jobs.acquire(JOB, `r${n}`, now, MINUTE));
        const leases = (await Promise.all(asked)).filter((lease) => lease !== undefined);
        expect(leases.map(({ fence }) => fence)).toEqual([round + 1]);
      }
    });

    it('extends a lease', async () => {
      const lease = await take('r1', T0);
      await jobs.renew(lease, T0 + 5 * MINUTE);
      expect(await jobs.acquire(JOB, 'r2', T0 + 5 * MINUTE - 1, MINUTE)).toBeUndefined();
      expect(await jobs.acquire(JOB, 'r2', T0 + 5 * MINUTE, MINUTE)).toBeDefined();
    });

    it('refuses every write of a holder that was replaced', async () => {
      const lost = await take('r1', T0);
      const held = await take('r1', T0 + MINUTE);
      await expect(jobs.renew(lost, T0 + 9 * MINUTE)).rejects.toThrow(LeaseLostError);
      await expect(jobs.setListing(lost, LISTING)).rejects.toThrow(LeaseLostError);
      await expect(jobs.setListing(lost, undefined)).rejects.toThrow(LeaseLostError);
      await expect(jobs.finish(lost, { status: 'success', endedAt: T0, durationMs: 700 })).rejects.toThrow(
        LeaseLostError,
      );
      await expect(jobs.renew({ ...held, runId: 'r2' }, T0)).rejects.toThrow(LeaseLostError);
      await expect(jobs.renew({ ...held, job: 'other' }, T0)).rejects.toThrow(LeaseLostError);
      await jobs.renew(held, T0 + 9 * MINUTE);
      expect(await jobs.state(JOB)).toEqual({
        ...ZERO,
        fence: 2,
        runningRunId: 'r1',
        leaseUntil: T0 + 9 * MINUTE,
      });
    });

    it('tells the holder which run is to end, and lets nobody else lose anything by it', async () => {
      const lease = await take('r1', T0);
      await jobs.cancel(JOB, 'r1');
      expect(await jobs.renew(lease, T0 + MINUTE)).toEqual({ cancelledRunId: 'r1' });
      await jobs.setOverride(JOB, { enabled: false });
      expect((await jobs.state(JOB)).override).toEqual({ enabled: false, stops: 1, cancelledRunId: 'r1' });
    });

    it('remembers and forgets the unfinished listing, across leases', async () => {
      const first = await take('r1', T0);
      await jobs.setListing(first, LISTING);
      await jobs.finish(first, { status: 'interrupted', endedAt: T0, durationMs: 700 });
      expect((await jobs.state(JOB)).listing).toEqual(LISTING);
      const second = await take('r2', T0);
      await jobs.setListing(second, undefined);
      expect(await jobs.state(JOB)).not.toHaveProperty('listing');
    });

    it('counts a success', async () => {
      const outcome = {
        status: 'success',
        endedAt: T0 + 9,
        durationMs: 700,
        skillsCount: 5_000,
        categoriesCount: 24,
      } as const;
      await jobs.finish(await take('r1', T0), outcome);
      expect(await jobs.state(JOB)).toEqual({
        ...ZERO,
        fence: 1,
        totalRuns: 1,
        successfulRuns: 1,
        lastRunAt: T0 + 9,
        lastSuccessAt: T0 + 9,
        lastStatus: 'success',
        skillsCount: 5_000,
        categoriesCount: 24,
        durations: { count: 1, sumSeconds: 0.7, buckets: [0, 1, 0, 0, 0, 0] },
      });
    });

    it('adds up what ended runs counted, of the counts that have a total', async () => {
      const ended = { status: 'success', endedAt: T0 + 9, durationMs: 700 } as const;
      await jobs.finish(await take('r1', T0), { ...ended, counts: { analysed: 5, failed: 0, seen: 9 } });
      expect((await jobs.state(JOB)).totals).toEqual({ analysed: 5 });
      const failed = { ...ended, status: 'failed', error: FAILURE } as const;
      await jobs.finish(await take('r2', T0), { ...failed, counts: { analysed: 2, refused: 1 } });
      const interrupted = { ...ended, status: 'interrupted' } as const;
      await jobs.finish(await take('r3', T0), { ...interrupted, counts: { analysed: 100 } });
      expect((await jobs.state(JOB)).totals).toEqual({ analysed: 7, refused: 1 });
    });

    it('counts ended runs by duration and failures by code', async () => {
      const end = async (status: 'success' | 'failed' | 'interrupted', durationMs: number) => {
        const error = status === 'failed' ? FAILURE : undefined;
        await jobs.finish(await take('r1', T0), {
          status,
          endedAt: T0,
          durationMs,
          error,
        });
      };
      await end('success', 500);
      await end('failed', 15_001);
      await end('failed', 300_000);
      await end('success', 300_001);
      await end('interrupted', 1);
      const { durations, errors } = await jobs.state(JOB);
      expect(durations).toEqual({ count: 4, sumSeconds: 615.502, buckets: [1, 0, 0, 0, 1, 1] });
      expect(errors).toEqual({ storage_unavailable: 2 });
    });

    it('remembers what an admin changed, each part by itself and whatever runs do', async () => {
      await jobs.setOverride(JOB, { enabled: false });
      await jobs.setOverride(JOB, { intervalMinutes: 20 });
      await jobs.finish(await take('r1', T0), {
        status: 'success',
        endedAt: T0,
        durationMs: 700,
      });
      expect((await jobs.state(JOB)).override).toEqual({ enabled: false, intervalMinutes: 20, stops: 1 });
      await jobs.setOverride(JOB, { enabled: true });
      expect((await jobs.state(JOB)).override).toEqual({ enabled: true, intervalMinutes: 20, stops: 1 });
    });

    it('counts stops, and tells of them with each renewal', async () => {
      const lease = await take('r1', T0);
      expect(await jobs.renew(lease, T0 + MINUTE)).toBeUndefined();
      await jobs.setOverride(JOB, { enabled: false });
      expect(await jobs.renew(lease, T0 + MINUTE)).toEqual({ enabled: false, stops: 1 });
      await jobs.setOverride(JOB, { enabled: true });
      await jobs.setOverride(JOB, { enabled: false });
      expect(await jobs.renew(lease, T0 + MINUTE)).toEqual({ enabled: false, stops: 2 });
    });

    it('takes a lease that lasts longer than any that is given for one of a wrong clock', async () => {
      const lost = await take('r1', T0 + 90 * MINUTE);
      expect(await jobs.acquire(JOB, 'r2', T0 + 89 * MINUTE, MINUTE)).toBeUndefined();
      expect(await jobs.acquire(JOB, 'r2', T0, MINUTE)).toEqual({ job: JOB, runId: 'r2', fence: 2 });
      await expect(jobs.renew(lost, T0 + 92 * MINUTE)).rejects.toThrow(LeaseLostError);
    });

    it('counts a failure, keeps the last success and the counts, and forgets the error with the next one', async () => {
      await jobs.finish(await take('r1', T0), {
        status: 'success',
        endedAt: T0,
        durationMs: 700,
        skillsCount: 7,
      });
      const failed = {
        status: 'failed',
        endedAt: T0 + 9,
        durationMs: 700,
        error: FAILURE,
        notBefore: T0 + MINUTE,
      } as const;
      await jobs.finish(await take('r2', T0), failed);
      const after = await jobs.state(JOB);
      expect(after).toMatchObject({ totalRuns: 2, successfulRuns: 1, failedRuns: 1, lastStatus: 'failed' });
      expect(after).toMatchObject({
        lastRunAt: T0 + 9,
        lastSuccessAt: T0,
        lastError: FAILURE,
        skillsCount: 7,
      });
      expect(after.notBefore).toBe(T0 + MINUTE);
      await jobs.finish(await take('r3', T0), {
        status: 'success',
        endedAt: T0 + 10,
        durationMs: 700,
        skillsCount: 0,
      });
      const healed = await jobs.state(JOB);
      expect(healed).toMatchObject({ totalRuns: 3, lastStatus: 'success', skillsCount: 0 });
      expect(healed).not.toHaveProperty('lastError');
      expect(healed).not.toHaveProperty('notBefore');
    });

    it('counts an interruption for nothing, and gives the lease back', async () => {
      await jobs.finish(await take('r1', T0), {
        status: 'failed',
        endedAt: T0,
        durationMs: 700,
        error: FAILURE,
      });
      const before = await jobs.state(JOB);
      await jobs.finish(await take('r2', T0), {
        status: 'interrupted',
        endedAt: T0 + 9,
        durationMs: 700,
        notBefore: T0 + 5,
      });
      expect(await jobs.state(JOB)).toEqual({ ...before, fence: 2, notBefore: T0 + 5 });
      expect(await jobs.acquire(JOB, 'r3', T0, MINUTE)).toBeDefined();
    });

    it('remembers when a source was read to its end, also by a run that goes on, until it is read again', async () => {
      const end = { endedAt: T0, durationMs: 1 };
      await jobs.finish(await take('r1', T0), { status: 'interrupted', ...end, sourceReadAt: T0 - 5 });
      expect(await jobs.state(JOB)).toMatchObject({ sourceReadAt: T0 - 5, totalRuns: 0 });
      await jobs.finish(await take('r2', T0), { status: 'failed', ...end, error: FAILURE });
      expect((await jobs.state(JOB)).sourceReadAt).toBe(T0 - 5);
      await jobs.finish(await take('r3', T0), { status: 'success', ...end, sourceReadAt: T0 });
      expect((await jobs.state(JOB)).sourceReadAt).toBe(T0);
    });

    it('sets the size of the cache without a lease', async () => {
      const lease = await take('r1', T0);
      await jobs.setCacheSize(JOB, { skillsCount: 4, categoriesCount: 2 });
      await jobs.finish(lease, {
        status: 'failed',
        endedAt: T0,
        durationMs: 700,
        error: FAILURE,
      });
      expect(await jobs.state(JOB)).toMatchObject({ totalRuns: 1, skillsCount: 4, categoriesCount: 2 });
      await jobs.setCacheSize('other', { skillsCount: 1, categoriesCount: 1 });
      expect(await jobs.acquire('other', 'r1', T0, MINUTE)).toEqual({ job: 'other', runId: 'r1', fence: 1 });
    });

    it('counts a run once when its end is repeated', async () => {
      const lease = await take('r1', T0);
      await jobs.finish(lease, { status: 'success', endedAt: T0, durationMs: 700 });
      await jobs.finish(lease, { status: 'success', endedAt: T0, durationMs: 700 });
      expect((await jobs.state(JOB)).totalRuns).toBe(1);
      await expect(jobs.renew(lease, T0 + MINUTE)).rejects.toThrow(LeaseLostError);
      await jobs.finish(await take('r2', T0), {
        status: 'success',
        endedAt: T0,
        durationMs: 700,
      });
      await expect(jobs.finish(lease, { status: 'success', endedAt: T0, durationMs: 700 })).rejects.toThrow(
        LeaseLostError,
      );
      expect((await jobs.state(JOB)).totalRuns).toBe(2);
    });
  });
}
