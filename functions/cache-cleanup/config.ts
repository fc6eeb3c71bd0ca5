import * as z from 'zod';

/** The environment of `cache-cleanup`. */
export const envSchema = z.object({ TABLE_NAME: z.string().min(1) });

export type EnvVars = Record<keyof z.input<typeof envSchema>, string>;
