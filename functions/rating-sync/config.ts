import * as z from 'zod';
import { booleanText, rangedText } from '#core/environment.ts';
import {
  marketplaceOptions,
  marketplaceVariables,
  queueVariables,
  type StackVariables,
  selfInvocationVariables,
  storeVariables,
} from '#core/function-variables.ts';

/** The environment of `rating-sync`. */
export const envSchema = z.object({
  ...storeVariables,
  ...queueVariables,
  ...marketplaceVariables,
  ...selfInvocationVariables,
  ATOM_SAAS_ENABLED: booleanText,
  ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: rangedText('ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES'),
});

export type EnvVars = StackVariables<typeof envSchema>;

type Env = z.output<typeof envSchema>;

/** It asks for one skill after the other. What the other functions may do at once is told in `skill-sync/config.ts`. */
const REQUESTS_AT_ONCE = 1;

/** The marketplace's client, with this function's part of the limit of requests at once. */
export function clientOptions(env: Env) {
  return { ...marketplaceOptions(env), limits: { perMinute: 100, concurrent: REQUESTS_AT_ONCE } };
}

/** How the sync works: a skill's ratings are pulled once in the time between two syncs. Milliseconds. */
export function syncOptions(env: Env) {
  return { pullEveryMs: env.ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES * 60_000 };
}
