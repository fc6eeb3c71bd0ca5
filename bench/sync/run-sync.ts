import { sleep } from '#adapters/clock/sleep.ts';
import type { SyncStores } from '#adapters/dynamodb/sync-stores.ts';
import { createMarketplace } from '#adapters/marketplace/client.ts';
import { MeasurementError } from '#bench/report/errors.ts';
import type { Log } from '#core/log.ts';
import type { Marketplace } from '#core/marketplace/marketplace.ts';
import { runJob } from '#core/runs/job-run.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { Lifetime } from '#core/skills/cached-skill.ts';
import type { ConflictPolicy } from '#core/skills/skill-store.ts';
import type { Now } from '#core/time/clock.ts';
import { REQUESTS_AT_ONCE } from '#functions/skill-sync/config.ts';
import { syncSkills } from '#functions/skill-sync/sync-skills.ts';
import type { MarketplaceFacts } from '#local/marketplace/marketplace-worker.ts';

/** The page size of the settings' default. */
export const PAGE_SIZE = 100;

/** Nobody edits here. */
export const POLICY: ConflictPolicy = { strategy: 'remote_wins', random: Math.random };

/**
 * As many at once as the deployed function makes, but none held back for the minute's sake: 100 a minute would turn
 * every benchmark after the first into one of the waiting.
 */
const LIMITS = { perMinute: 1_000_000, concurrent: REQUESTS_AT_ONCE };
const LIFETIME = { ttlMs: 24 * 3_600_000, intervalMs: 15 * 60_000 };

/** What a benchmark sets otherwise than the settings' defaults and the machine's clock. */
export type SyncConditions = {
  readonly now?: Now;
  readonly pageSize?: number;
  readonly lifetime?: Lifetime;
};

/** The deployed composition (see `functions/skill-sync/handler.ts`) on stores and a marketplace of the benchmark. */
export function createBenchSync(
  { url, token }: MarketplaceFacts,
  stores: SyncStores,
  log: Log,
  { now = Date.now, pageSize = PAGE_SIZE, lifetime = LIFETIME }: SyncConditions = {},
) {
  const remainingMs = () => Number.POSITIVE_INFINITY;
  const clock = { now, sleep, log, remainingMs };
  const marketplace = createMarketplace({
    ...clock,
    baseUrl: url,
    token: async () => token,
    fetch,
    random: Math.random,
    timeoutMs: 30_000,
    limits: LIMITS,
  });
  const continueInNewInvocation = async () => undefined;
  return {
    /** Runs the sync once. @param through lets a benchmark watch the calls of the marketplace. */
    async run(through: (marketplace: Marketplace) => Marketplace = (same) => same): Promise<Run> {
      const deps = {
        ...stores,
        marketplace: through(marketplace),
        now,
        log,
        pageSize,
        lifetime,
      };
      const runId = newRunId(now(), Math.random);
      const request = { job: JobId.skillSync, runId, trigger: 'schedule', enabled: true } as const;
      return runJob({ ...stores, ...clock, continueInNewInvocation }, request, (work) =>
        syncSkills(deps, work),
      );
    },
  };
}

/** @throws MeasurementError when the run did not do what the benchmark believes to have measured */
export function expectCounts(run: Run, expected: Readonly<Record<string, number>>): void {
  if (run.status !== 'success')
    throw new MeasurementError(`The sync ended as ${run.status}: ${run.error?.message ?? run.reason}`);
  for (const [name, count] of Object.entries(expected)) {
    if (run.counts[name] !== count)
      throw new MeasurementError(`The sync counted ${run.counts[name]} ${name} instead of ${count}.`);
  }
}
