import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createHighUseMetric } from '#adapters/cloudwatch/counter.ts';
import { publishTokenEnd } from '#adapters/cloudwatch/token-metrics.ts';
import { openSyncStores } from '#adapters/dynamodb/sync-stores.ts';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';
import { createJobHandler } from '#adapters/lambda/job-handler.ts';
import { openFunction } from '#adapters/lambda/lambda-function.ts';
import { createMarketplace } from '#adapters/marketplace/client.ts';
import { createProcessLimiter } from '#adapters/marketplace/shared-limiter.ts';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { parseEnvironment } from '#core/environment.ts';
import { marketplaceOptions, selfInvocationOptions } from '#core/function-variables.ts';
import type { TokenLife } from '#core/marketplace/marketplace-token.ts';
import { JobId } from '#core/runs/run.ts';
import { envSchema, limiterOptions, syncOptions } from './config.ts';
import { asksForOlder } from './older-request.ts';
import { syncSkills } from './sync-skills.ts';

const env = parseEnvironment(envSchema, process.env);
const lambda = openFunction('skill-sync');
const { log, clock, metrics } = lambda;
const secrets = new SecretsManagerClient();
const policy = { strategy: env.ATOM_SAAS_CONFLICT_STRATEGY, random: clock.random };
const { window, ...stores } = openSyncStores(env.TABLE_NAME, log, policy);
let tokenLife: TokenLife = {};
const token = createTokenSource({
  client: secrets,
  secretId: env.TOKEN_SECRET_ID,
  now: clock.now,
  log,
  onRead: (life) => {
    tokenLife = life;
  },
});
const onHighUse = createHighUseMetric();
const limiter = createProcessLimiter({ ...clock, ...limiterOptions, window, onHighUse });
const client = { ...marketplaceOptions(env), ...clock, log, token, fetch, limiter };
const deps = { ...stores, ...syncOptions(env), marketplace: createMarketplace(client), now: clock.now, log };

/** Syncs the skills and categories once. */
export const handler = createJobHandler(lambda, {
  job: JobId.skillSync,
  stores,
  limiter,
  enabled: env.ATOM_SAAS_ENABLED,
  invokeSelf: createAsyncInvoke({ ...selfInvocationOptions(env), aws: secrets.config, sleep: clock.sleep }),
  parametersOf: (event) => ({ accept_older: asksForOlder(event) }),
  publishGauges: async () => publishTokenEnd(metrics, tokenLife, clock.now()),
  work: (context, { accept_older }) => syncSkills({ ...deps, acceptOlder: accept_older }, context),
});
