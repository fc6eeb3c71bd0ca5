import * as z from 'zod';
import { booleanText, integerText } from '#core/environment.ts';

/** The environment of `rating-sync`. The ranges are those of the settings, checked once more. */
export const envSchema = z.object({
  TABLE_NAME: z.string().min(1),
  TOKEN_SECRET_ID: z.string().min(1),
  UPLOADS_QUEUE_URL: z.url(),
  DEAD_LETTERS_QUEUE_URL: z.url(),
  ATOM_SAAS_ENABLED: booleanText,
  ATOM_SAAS_API_URL: z.url(),
  ATOM_SAAS_API_TIMEOUT_SECONDS: integerText(1, 120),
  ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: integerText(10, 120),
});

export type EnvVars = Record<keyof z.input<typeof envSchema>, string>;

type Env = z.output<typeof envSchema>;

/** It asks for one skill after the other. What the other functions may do at once is told in `skill-sync/config.ts`. */
const REQUESTS_AT_ONCE = 1;

/** The marketplace's client: where it is, and how long an attempt may take. */
export function clientOptions(env: Env) {
  return {
    baseUrl: env.ATOM_SAAS_API_URL,
    timeoutMs: env.ATOM_SAAS_API_TIMEOUT_SECONDS * 1_000,
    limits: { perMinute: 100, concurrent: REQUESTS_AT_ONCE },
  };
}

/** How the sync works: the time until a skill's ratings are looked at again is that between two syncs. */
export function syncOptions(env: Env) {
  return { pullEveryMs: env.ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES * 60_000 };
}
