import { describe, expect, it } from 'vitest';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { LeaseLostError, StorageError } from '#core/errors.ts';
import { startHeartbeat } from '#core/runs/heartbeat.ts';
import { LEASE_MS } from '#core/runs/lease.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

describe('the heartbeat of a run', () => {
  it.each([3_600_000, 365 * 86_400_000])(
    'renews at once a lease whose clock was set back %i ms',
    async (ms) => {
      const clock = createVirtualClock();
      let offset = 0;
      const now = () => clock.now() + offset;
      const jobs = createMemoryJobStore(createMemoryTable());
      const lease = await jobs.acquire('job', 'run', now(), LEASE_MS);
      const deps = { jobs, now, sleep: clock.sleep, log: SILENT, remainingMs: () => 900_000 };
      const heartbeat = startHeartbeat(deps, {
        lease: lease!,
        leaseMs: LEASE_MS,
        job: 'job',
        stops: undefined,
        writeRecord: async () => undefined,
      });
      offset = -ms;
      await clock.advance(1_500);
      const { leaseUntil = 0 } = await jobs.state('job');
      expect(leaseUntil - now()).toBeGreaterThan(0);
      expect(leaseUntil - now()).toBeLessThanOrEqual(LEASE_MS);
      await clock.advance(20_000);
      expect(heartbeat.lost()).toBeUndefined();
      const stopped = heartbeat.stop();
      await clock.advance(1_000);
      await stopped;
    },
  );
});

/** A heartbeat of a run, on a store whose renewals may fail. */
async function beat(overrides: { readonly remainingMs?: () => number } = {}) {
  const clock = createVirtualClock();
  const jobs = createMemoryJobStore(createMemoryTable());
  const lease = await jobs.acquire('job', 'run', clock.now(), LEASE_MS);
  const scene = { fails: undefined as Error | undefined, renewals: 0, written: 0 };
  const renew: typeof jobs.renew = async (...args) => {
    scene.renewals += 1;
    if (scene.fails) throw scene.fails;
    return jobs.renew(...args);
  };
  const deps = { jobs: { ...jobs, renew }, ...clock, log: SILENT, remainingMs: () => 900_000, ...overrides };
  const writeRecord = async () => {
    scene.written += 1;
  };
  const heartbeat = startHeartbeat(deps, {
    lease: lease!,
    leaseMs: LEASE_MS,
    job: 'job',
    stops: undefined,
    writeRecord,
  });
  const stop = async () => {
    const stopped = heartbeat.stop();
    await clock.advance(0);
    await stopped;
    expect(clock.pending()).toBe(0);
  };
  return Object.assign(scene, { clock, jobs, heartbeat, stop });
}

describe('Function: startHeartbeat', () => {
  it('holds the lease for longer while work keeps the process busy, and as long as ever after it', async () => {
    const scene = await beat();
    await scene.clock.advance(LEASE_MS - 2_000);
    const heldUntil = await scene.heartbeat
      .hold(240_000, () => 'done')
      .then(async (result) => {
        expect(result).toBe('done');
        return (await scene.jobs.state('job')).leaseUntil ?? 0;
      });
    expect(heldUntil - scene.clock.now()).toBe(240_000);
    // Others believe in it all the time.
    expect(await scene.jobs.acquire('job', 'other', scene.clock.now() + 239_000, LEASE_MS)).toBeUndefined();
    await scene.clock.advance(1_000);
    const { leaseUntil = 0 } = await scene.jobs.state('job');
    expect(leaseUntil - scene.clock.now()).toBeLessThanOrEqual(LEASE_MS);
    await scene.stop();
  });

  it('begins no work that keeps it busy without the lease', async () => {
    const scene = await beat();
    scene.fails = new LeaseLostError('taken');
    let works = 0;
    const work = () => {
      works += 1;
    };
    await expect(scene.heartbeat.hold(240_000, work)).rejects.toThrow(LeaseLostError);
    expect(works).toBe(0);
    await scene.clock.advance(6_000);
    await expect(scene.heartbeat.hold(240_000, work)).rejects.toThrow(LeaseLostError);
    await scene.stop();
  });

  it('renews three times in the life of a lease, and leaves no timer behind', async () => {
    const scene = await beat();
    await scene.clock.advance(LEASE_MS + 1_000);
    expect(scene.renewals).toBe(3);
    expect(scene.heartbeat.signal.aborted).toBe(false);
    await scene.stop();
  });

  it('writes a record that has changed once, with the next tick', async () => {
    const scene = await beat();
    scene.heartbeat.changed();
    scene.heartbeat.changed();
    await scene.clock.advance(5_000);
    expect(scene.written).toBe(1);
    await scene.stop();
  });

  it('ends the work when time is nearly up, and keeps the lease', async () => {
    const scene = await beat({ remainingMs: () => 7_999 });
    await scene.clock.advance(1_000);
    expect(scene.heartbeat.signal.reason).toMatchObject({ code: 'out_of_time' });
    expect(scene.heartbeat.lost()).toBeUndefined();
    await scene.stop();
  });

  it('ends the work when an admin stops the job', async () => {
    const scene = await beat();
    await scene.jobs.setOverride('job', { enabled: false });
    await scene.clock.advance(LEASE_MS / 3 + 1_000);
    expect(scene.heartbeat.signal.reason).toMatchObject({ code: 'stopped' });
    await scene.stop();
  });

  it('tolerates a renewal that fails while there is time for another', async () => {
    const scene = await beat();
    scene.fails = new StorageError('down');
    await scene.clock.advance(LEASE_MS / 2);
    scene.fails = undefined;
    await scene.clock.advance(LEASE_MS);
    expect(scene.heartbeat.lost()).toBeUndefined();
    await scene.stop();
  });

  it('counts the lease as lost before it ends when no renewal succeeds', async () => {
    const scene = await beat();
    scene.fails = new StorageError('down');
    await scene.clock.advance(LEASE_MS - 1_000);
    expect(scene.heartbeat.lost()?.error).toMatchObject({ code: 'lease_lost', cause: scene.fails });
    expect(scene.heartbeat.signal.aborted).toBe(true);
    await scene.stop();
  });

  it('ends the work at once when somebody else has the lease', async () => {
    const scene = await beat();
    scene.fails = new LeaseLostError('gone');
    await scene.clock.advance(LEASE_MS / 3 + 1_000);
    expect(scene.heartbeat.lost()).toEqual({ error: scene.fails });
    await scene.stop();
  });
});
