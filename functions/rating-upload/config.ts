import * as z from 'zod';
import { booleanText, integerText } from '#core/environment.ts';

/** The environment of `rating-upload`. The ranges are those of the settings, checked once more. */
export const envSchema = z.object({
  TABLE_NAME: z.string().min(1),
  TOKEN_SECRET_ID: z.string().min(1),
  UPLOADS_QUEUE_URL: z.url(),
  DEAD_LETTERS_QUEUE_URL: z.url(),
  ATOM_SAAS_ENABLED: booleanText,
  ATOM_SAAS_API_URL: z.url(),
  ATOM_SAAS_API_TIMEOUT_SECONDS: integerText(1, 120),
});

export type EnvVars = Record<keyof z.input<typeof envSchema>, string>;

/** So many receives until SQS takes a message to the dead letters; the stack says the same, a test compares. */
export const MAX_RECEIVES = 5;

/** Messages that one instance works off at the same time: the batch size of its event source. */
export const UPLOADS_AT_ONCE = 5;

/**
 * Requests at once of one instance. There are two, the fewest that an event source can be held to, so uploads have four
 * of the ten that the marketplace allows all functions together: see `skill-sync/config.ts`.
 */
export const REQUESTS_AT_ONCE = 2;

/** What of an invocation's time is kept for writing down what became of its uploads. */
export const RESERVE_MS = 6_000;

type Env = z.output<typeof envSchema>;

/**
 * The marketplace's client: where it is, how long an attempt may take, and this instance's part of the limit of
 * requests at once. The requests a minute are shared through the table.
 */
export function clientOptions(env: Env) {
  return {
    baseUrl: env.ATOM_SAAS_API_URL,
    timeoutMs: env.ATOM_SAAS_API_TIMEOUT_SECONDS * 1_000,
    limits: { perMinute: 100, concurrent: REQUESTS_AT_ONCE },
    reserveMs: RESERVE_MS,
  };
}
