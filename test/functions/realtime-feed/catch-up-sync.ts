import { sleep } from '#adapters/clock/sleep.ts';
import { createSyncStores } from '#adapters/dynamodb/sync-stores.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { createMarketplace } from '#adapters/marketplace/client.ts';
import { runJob } from '#core/runs/job-run.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import { syncSkills } from '#functions/skill-sync/sync-skills.ts';
import type { Marketplace } from '#local/marketplace/server.ts';
import { SILENT } from '#test/engines/test-stores.ts';

/** Runs the skill sync as its function does when a catch-up is asked for, with as many requests as it likes. */
export function runCatchUp(table: Table, { url, token }: Marketplace, runId: string): Promise<Run> {
  const stores = createSyncStores(table, { strategy: 'remote_wins', random: Math.random });
  const clock = { now: Date.now, sleep, log: SILENT, remainingMs: () => Number.POSITIVE_INFINITY };
  const marketplace = createMarketplace({
    ...clock,
    baseUrl: url,
    token: async () => token,
    fetch,
    random: Math.random,
    timeoutMs: 30_000,
    limits: { perMinute: 100_000, concurrent: 10 },
  });
  return runJob(
    { ...stores, ...clock, continueInNewInvocation: async () => undefined },
    { job: JobId.skillSync, runId, trigger: 'catch_up', enabled: true },
    (context) =>
      syncSkills(
        {
          ...stores,
          ...clock,
          marketplace,
          pageSize: 100,
          lifetime: { ttlMs: 24 * 3_600_000, intervalMs: 900_000 },
        },
        context,
      ),
  );
}
