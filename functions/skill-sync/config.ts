import * as z from 'zod';
import { ConflictStrategy } from '#core/conflicts/conflict.ts';
import { booleanText, integerText } from '#core/environment.ts';

/** The environment of `skill-sync`. The ranges are those of the settings, checked once more. */
export const envSchema = z.object({
  TABLE_NAME: z.string().min(1),
  TOKEN_SECRET_ID: z.string().min(1),
  ATOM_SAAS_ENABLED: booleanText,
  ATOM_SAAS_API_URL: z.url(),
  ATOM_SAAS_API_TIMEOUT_SECONDS: integerText(1, 120),
  ATOM_SAAS_SYNC_INTERVAL_MINUTES: integerText(5, 60),
  ATOM_SAAS_PAGE_SIZE: integerText(1, 1000),
  ATOM_SAAS_CACHE_TTL_HOURS: integerText(1, 168),
  ATOM_SAAS_CONFLICT_STRATEGY: z.enum(ConflictStrategy),
});

export type EnvVars = Record<keyof z.input<typeof envSchema>, string>;

/**
 * This function's part of the ten requests at once that the marketplace allows all functions together: four here, four
 * of `rating-upload` (two instances of two), one of `rating-sync`, one of `token-rotation`.
 */
export const REQUESTS_AT_ONCE = 4;
/** Places of the shared minute that are taken in one write: a quiet sync of 5,000 skills needs 52. */
const PLACES_AHEAD = 25;

/** The parsed environment in the units and shapes that the code works with. */
export function syncOptions(env: z.output<typeof envSchema>) {
  return {
    strategy: env.ATOM_SAAS_CONFLICT_STRATEGY,
    pageSize: env.ATOM_SAAS_PAGE_SIZE,
    lifetime: {
      ttlMs: env.ATOM_SAAS_CACHE_TTL_HOURS * 3_600_000,
      intervalMs: env.ATOM_SAAS_SYNC_INTERVAL_MINUTES * 60_000,
    },
    limiterOptions: {
      limits: { perMinute: 100, concurrent: REQUESTS_AT_ONCE },
      ahead: PLACES_AHEAD,
    },
    marketplaceOptions: {
      baseUrl: env.ATOM_SAAS_API_URL,
      timeoutMs: env.ATOM_SAAS_API_TIMEOUT_SECONDS * 1_000,
    },
  };
}
