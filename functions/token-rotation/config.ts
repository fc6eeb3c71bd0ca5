import * as z from 'zod';
import { rangedText } from '#core/environment.ts';
import { marketplaceVariables, type StackVariables, storeVariables } from '#core/function-variables.ts';

/** The environment of `token-rotation`. */
export const envSchema = z.object({
  ...storeVariables,
  ...marketplaceVariables,
  ATOM_INSTANCE_ID: z.string().min(1),
  ATOM_SYNC_TOKEN_ROTATION_DAYS: rangedText('ATOM_SYNC_TOKEN_ROTATION_DAYS'),
});

export type EnvVars = StackVariables<typeof envSchema>;

/** One call after the other. What the other functions may do at once is told in `skill-sync/config.ts`. */
export const LIMITS = { perMinute: 100, concurrent: 1 };
/** The table is only asked for the shared limit, which a rotation can do without: it must not wait long for it. */
export const TABLE_CLIENT_LIMITS = { maxAttempts: 2, requestTimeout: 2_000 };

/** Whose tokens they are, and how long one is in use until it is rotated. */
export function rotationOptions(env: z.output<typeof envSchema>) {
  return {
    instanceId: env.ATOM_INSTANCE_ID,
    rotationMs: env.ATOM_SYNC_TOKEN_ROTATION_DAYS * 86_400_000,
  };
}
