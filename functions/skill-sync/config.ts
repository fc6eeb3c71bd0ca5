import * as z from 'zod';
import { ConflictStrategy } from '#core/conflicts/conflict-strategy.ts';
import { booleanText, rangedText } from '#core/environment.ts';
import {
  marketplaceVariables,
  type StackVariables,
  selfInvocationVariables,
  storeVariables,
} from '#core/function-variables.ts';

/** The environment of `skill-sync`. */
export const envSchema = z.object({
  ...storeVariables,
  ...marketplaceVariables,
  ...selfInvocationVariables,
  ATOM_SAAS_ENABLED: booleanText,
  ATOM_SAAS_SYNC_INTERVAL_MINUTES: rangedText('ATOM_SAAS_SYNC_INTERVAL_MINUTES'),
  ATOM_SAAS_PAGE_SIZE: rangedText('ATOM_SAAS_PAGE_SIZE'),
  ATOM_SAAS_CACHE_TTL_HOURS: rangedText('ATOM_SAAS_CACHE_TTL_HOURS'),
  ATOM_SAAS_CONFLICT_STRATEGY: z.enum(ConflictStrategy),
});

export type EnvVars = StackVariables<typeof envSchema>;

/**
 * This function's part of the ten requests at once that the marketplace allows all functions together: four here, four
 * of `rating-upload` (two instances of two), one of `rating-sync`, one of `token-rotation`.
 */
export const REQUESTS_AT_ONCE = 4;
/** Permits of the shared minute that are taken in one write: a quiet sync of 5,000 skills needs 52. */
const PERMITS_AHEAD = 25;

/** This function's limits, beside the minute that all share. */
export const limiterOptions = {
  limits: { perMinute: 100, concurrent: REQUESTS_AT_ONCE },
  ahead: PERMITS_AHEAD,
};

/** How the sync works. Milliseconds. */
export function syncOptions(env: z.output<typeof envSchema>) {
  return {
    pageSize: env.ATOM_SAAS_PAGE_SIZE,
    lifetime: {
      ttlMs: env.ATOM_SAAS_CACHE_TTL_HOURS * 3_600_000,
      intervalMs: env.ATOM_SAAS_SYNC_INTERVAL_MINUTES * 60_000,
    },
  };
}
