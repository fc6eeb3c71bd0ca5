import { randomUUID } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { sleep } from '#adapters/clock/sleep.ts';
import { publishFeed } from '#adapters/cloudwatch/feed-metrics.ts';
import { createCategoryStore } from '#adapters/dynamodb/categories/category-store.ts';
import { createFeedStore } from '#adapters/dynamodb/feed/feed-store.ts';
import { createRejectedRecordRemover } from '#adapters/dynamodb/records/rejected-record-remover.ts';
import { createRejectedRecordStore } from '#adapters/dynamodb/records/rejected-record-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createSkillStore } from '#adapters/dynamodb/skills/skill-store.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { createSocketOpener } from '#adapters/websocket/open-socket.ts';
import { type FeedEnv, feedOptions } from './config.ts';
import { createHealthFile } from './health.ts';
import { createFeed, type Feed } from './serve-feed.ts';

/** Without limits of its own a read of the token could wait for ever. */
const SECRETS_HANDLER = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

/** Makes the feed of this process with its adapters. */
export function composeFeed(env: FeedEnv, serviceName: string, log: Logger): Feed {
  const now = Date.now;
  const random = Math.random;
  const metrics = new Metrics({ serviceName });
  const table = { client: createDocumentClient(), name: env.TABLE_NAME, log };
  const secrets = new SecretsManagerClient({ requestHandler: SECRETS_HANDLER });
  return createFeed({
    openSocket: createSocketOpener({ url: env.ATOM_SAAS_WS_URL, now }),
    token: createTokenSource({ client: secrets, secretId: env.TOKEN_SECRET_ID, now, log }),
    store: createFeedStore(table),
    skills: createSkillStore(table, { strategy: env.ATOM_SAAS_CONFLICT_STRATEGY, random }),
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
