/** A skill sync as a process of its own, to be killed: composed as `handler.ts` does, told by its environment. */
import { sleep } from '#adapters/clock/sleep.ts';
import { createSyncStores } from '#adapters/dynamodb/sync-stores.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import { createMarketplace } from '#adapters/marketplace/client.ts';
import type { Log } from '#core/log.ts';
import { runJob } from '#core/runs/job-run.ts';
import { JobId } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { syncSkills } from '#functions/skill-sync/sync-skills.ts';
import { POLICY } from '#test/contracts/versions.ts';

const {
  TABLE = '',
  DYNAMODB = '',
  MARKETPLACE = '',
  TOKEN = '',
  PAGE_SIZE = '20',
  AHEAD_MS = '0',
} = process.env;

const now = () => Date.now() + Number(AHEAD_MS);
const log: Log = { debug() {}, info() {}, warn() {}, error() {} };
const client = createDocumentClient({
  endpoint: DYNAMODB,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
const stores = createSyncStores({ client, name: TABLE, log }, POLICY);
const marketplace = createMarketplace({
  baseUrl: MARKETPLACE,
  token: async () => TOKEN,
  fetch,
  now,
  sleep,
  random: Math.random,
  timeoutMs: 30_000,
  log,
  limits: { perMinute: 100_000, concurrent: 10 },
});
const run = await runJob(
  {
    ...stores,
    now,
    sleep,
    log,
    remainingMs: () => Number.POSITIVE_INFINITY,
    continueInNewInvocation: async () => undefined,
  },
  { job: JobId.skillSync, runId: newRunId(now(), Math.random), trigger: 'schedule', enabled: true },
  (context) =>
    syncSkills(
      {
        ...stores,
        marketplace,
        now,
        log,
        pageSize: Number(PAGE_SIZE),
        lifetime: { ttlMs: 24 * 3_600_000, intervalMs: 900_000 },
      },
      context,
    ),
);
process.stdout.write(JSON.stringify(run));
client.destroy();
