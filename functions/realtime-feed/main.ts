import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { sleep } from '#adapters/clock/sleep.ts';
import { publishFeed } from '#adapters/cloudwatch/feed-metrics.ts';
import { createCategoryStore } from '#adapters/dynamodb/categories/category-store.ts';
import { createFeedStore } from '#adapters/dynamodb/feed/feed-store.ts';
import { createRejectedRecordRemover } from '#adapters/dynamodb/records/rejected-record-remover.ts';
import { createRejectedRecordStore } from '#adapters/dynamodb/records/rejected-record-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createSearchSnapshots } from '#adapters/dynamodb/skills/search-snapshot.ts';
import { createSkillEntries } from '#adapters/dynamodb/skills/skill-entries.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { createSocketOpener } from '#adapters/websocket/open-socket.ts';
import { EnvironmentError, parseEnvironment } from '#core/environment.ts';
import { recordChanges } from '#core/skills/search/record-changes.ts';
import { createSkillStore } from '#core/skills/skill-store.ts';
import { envSchema, type FeedEnv, feedOptions, healthEnvSchema } from './config.ts';
import { createHealthFile, isHealthy } from './health.ts';
import { createFeed, type Feed } from './serve-feed.ts';

/** Why the process ended. A second signal ends it with 128 and the signal's number. */
const ExitCode = { stopped: 0, crashed: 1, badEnvironment: 2 } as const;

const SERVICE = 'realtime-feed';
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Without limits of its own a read of the token could wait for ever. */
const SECRETS_HANDLER = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

// `node index.mjs health` asks whether the process that runs in the same container is alive.
if (process.argv[2] === 'health') {
  const { FEED_HEALTH_FILE } = parseEnvironment(healthEnvSchema, process.env);
  process.exit(isHealthy(FEED_HEALTH_FILE, Date.now()) ? 0 : 1);
}

const log = new Logger({ serviceName: SERVICE });
const stop = new AbortController();
for (const [signal, code] of Object.entries(SIGNALS)) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(code);
    stop.abort();
  });
}

try {
  await composeFeed(parseEnvironment(envSchema, process.env)).run(stop.signal);
  process.exit(ExitCode.stopped);
} catch (error) {
  log.critical('the feed ended unexpectedly', error instanceof Error ? error : String(error));
  process.exit(error instanceof EnvironmentError ? ExitCode.badEnvironment : ExitCode.crashed);
}

/** Makes the feed of this process with its adapters. */
function composeFeed(env: FeedEnv): Feed {
  const now = Date.now;
  const random = Math.random;
  const metrics = new Metrics({ serviceName: SERVICE });
  const table = { client: createDocumentClient(), name: env.TABLE_NAME, log };
  const secrets = new SecretsManagerClient({ requestHandler: SECRETS_HANDLER });
  const recorded = recordChanges({
    entries: createSkillEntries(table),
    snapshots: createSearchSnapshots(table),
    now,
    log,
  });
  return createFeed({
    openSocket: createSocketOpener({ url: env.ATOM_SAAS_WS_URL, now }),
    token: createTokenSource({ client: secrets, secretId: env.TOKEN_SECRET_ID, now, log }),
    store: createFeedStore(table),
    skills: createSkillStore(recorded.entries, { strategy: env.ATOM_SAAS_CONFLICT_STRATEGY, random, log }),
    flushSearch: recorded.flush,
    categories: createCategoryStore(table),
    rejected: { ...createRejectedRecordStore(table), ...createRejectedRecordRemover(table) },
    runs: createRunStore(table),
    invoke: createAsyncInvoke({
      aws: secrets.config,
      functionName: env.SKILL_SYNC_FUNCTION_NAME,
      endpoint: env.AWS_ENDPOINT_URL_LAMBDA,
      sleep,
    }),
    holder: randomUUID(),
    now,
    sleep,
    random,
    log,
    publish: (minute) => publishFeed(metrics, minute),
    beat: createHealthFile(env.FEED_HEALTH_FILE, now).beat,
    options: feedOptions(env),
  });
}
