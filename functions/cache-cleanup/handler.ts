import { createCacheCleaner } from '#adapters/dynamodb/cache-cleaner.ts';
import { createJobStore } from '#adapters/dynamodb/runs/job-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import { createJobHandler } from '#adapters/lambda/job-handler.ts';
import { openFunction } from '#adapters/lambda/lambda-function.ts';
import { parseEnvironment } from '#core/environment.ts';
import { JobId } from '#core/runs/run.ts';
import { cleanCache } from './clean-cache.ts';
import { envSchema } from './config.ts';

const env = parseEnvironment(envSchema, process.env);
const lambda = openFunction('cache-cleanup');
const table = { client: createDocumentClient(), name: env.TABLE_NAME, log: lambda.log };
const stores = { jobs: createJobStore(table), runs: createRunStore(table) };
const deps = { cleaner: createCacheCleaner(table), jobs: stores.jobs, now: lambda.clock.now };

/** Cleans the cache once. What it did not get to is left to the next night: it never goes on by itself. */
export const handler = createJobHandler(lambda, {
  job: JobId.cacheCleanup,
  stores,
  enabled: true,
  parametersOf: () => ({}),
  work: (context) => cleanCache(deps, context),
});
