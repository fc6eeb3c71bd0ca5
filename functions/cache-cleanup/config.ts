import * as z from 'zod';
import { type StackVariables, storeVariables } from '#core/function-variables.ts';

/** The environment of `cache-cleanup`. */
export const envSchema = z.object({ TABLE_NAME: storeVariables.TABLE_NAME });

export type EnvVars = StackVariables<typeof envSchema>;
