import * as z from 'zod';
import { booleanText } from '#core/environment.ts';
import {
  marketplaceOptions,
  marketplaceVariables,
  queueVariables,
  type StackVariables,
  storeVariables,
} from '#core/function-variables.ts';

/** The environment of `rating-upload`. */
export const envSchema = z.object({
  ...storeVariables,
  ...queueVariables,
  ...marketplaceVariables,
  ATOM_SAAS_ENABLED: booleanText,
});

export type EnvVars = StackVariables<typeof envSchema>;

/**
 * Requests at once of one instance. There are two, the fewest that an event source can be held to, so uploads have four
 * of the ten that the marketplace allows all functions together: see `skill-sync/config.ts`.
 */
export const REQUESTS_AT_ONCE = 2;

/** The part of an invocation's time that is kept for writing what its uploads came to. Milliseconds. */
export const RESERVE_MS = 6_000;

/**
 * The marketplace's client, with this instance's part of the limit of requests at once. The requests a minute are
 * shared through the table.
 */
export function clientOptions(env: z.output<typeof envSchema>) {
  return {
    ...marketplaceOptions(env),
    limits: { perMinute: 100, concurrent: REQUESTS_AT_ONCE },
    reserveMs: RESERVE_MS,
  };
}
