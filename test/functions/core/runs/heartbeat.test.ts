import { describe, expect, it } from 'vitest';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
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
