import * as z from 'zod';
import { integerText } from '../core/environment.ts';

/** The environment of `token-rotation`. The ranges are those of the settings, checked once more. */
export const envSchema = z.object({
  TOKEN_SECRET_ID: z.string().min(1),
  ATOM_INSTANCE_ID: z.string().min(1),
  ATOM_SAAS_API_URL: z.url(),
  ATOM_SAAS_API_TIMEOUT_SECONDS: integerText(1, 120),
  ATOM_SYNC_TOKEN_ROTATION_DAYS: integerText(1, 365),
});

export type EnvVars = Record<keyof z.input<typeof envSchema>, string>;
