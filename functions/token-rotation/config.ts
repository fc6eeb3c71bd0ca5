import * as z from 'zod';
import { integerText } from '#core/environment.ts';

/** The environment of `token-rotation`. The ranges are those of the settings, checked once more. */
export const envSchema = z.object({
  TABLE_NAME: z.string().min(1),
  TOKEN_SECRET_ID: z.string().min(1),
  ATOM_INSTANCE_ID: z.string().min(1),
  ATOM_SAAS_API_URL: z.url(),
  ATOM_SAAS_API_TIMEOUT_SECONDS: integerText(1, 120),
  ATOM_SYNC_TOKEN_ROTATION_DAYS: integerText(1, 365),
});

/** One call after the other. What the other functions may do at once is told in `skill-sync/config.ts`. */
export const LIMITS = { perMinute: 100, concurrent: 1 };
/** The table is only asked for the shared limit, which a rotation can do without: it must not wait long for it. */
export const TABLE_PATIENCE = { maxAttempts: 2, requestTimeout: 2_000 };

export type EnvVars = Record<keyof z.input<typeof envSchema>, string>;
