import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createHighUseMetric } from '#adapters/cloudwatch/counter.ts';
import { publishFailedUploads } from '#adapters/cloudwatch/rating-metrics.ts';
import { openRatingSyncStores } from '#adapters/dynamodb/rating-stores.ts';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';
import { createJobHandler } from '#adapters/lambda/job-handler.ts';
import { openFunction } from '#adapters/lambda/lambda-function.ts';
import { createRatingClient } from '#adapters/marketplace/rating-client.ts';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { openUploadQueue } from '#adapters/sqs/upload-queue.ts';
import { parseEnvironment } from '#core/environment.ts';
import { selfInvocationOptions } from '#core/function-variables.ts';
import { JobId } from '#core/runs/run.ts';
import { clientOptions, envSchema, syncOptions } from './config.ts';
import { countWaiting } from './count-waiting.ts';
import { asksForRedrive } from './redrive-request.ts';
import { syncRatings } from './sync-ratings.ts';

const env = parseEnvironment(envSchema, process.env);
const lambda = openFunction('rating-sync');
const { log, clock, metrics } = lambda;
const secrets = new SecretsManagerClient();
const { window, ...stores } = openRatingSyncStores(env.TABLE_NAME, log);
const token = createTokenSource({ client: secrets, secretId: env.TOKEN_SECRET_ID, now: clock.now, log });
const onHighUse = createHighUseMetric();
const client = createRatingClient({ ...clientOptions(env), ...clock, log, token, fetch, window, onHighUse });
const ports = { ...stores, queue: openUploadQueue(env), market: client.market };

/** Syncs the ratings once. */
export const handler = createJobHandler(lambda, {
  job: JobId.ratingSync,
  stores,
  limiter: client.limiter,
  enabled: env.ATOM_SAAS_ENABLED,
  invokeSelf: createAsyncInvoke({ ...selfInvocationOptions(env), aws: secrets.config, sleep: clock.sleep }),
  parametersOf: (event) => ({ redrive: asksForRedrive(event) }),
  work: (context, { redrive }) =>
    syncRatings({ ...ports, ...clock, ...syncOptions(env), log, redrive }, context),
  publishGauges: async () => {
    const waiting = await countWaiting(stores.ratings);
    log.info('ratings that wait', waiting);
    publishFailedUploads(metrics, waiting.failed);
  },
});
