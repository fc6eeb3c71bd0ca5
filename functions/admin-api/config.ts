import * as z from 'zod';
import { booleanText, parseEnvironment, rangedText } from '#core/environment.ts';
import type { ApiSettings } from './ports.ts';

/** The environment of `admin-api`. */
export const envSchema = z.object({
  TABLE_NAME: z.string().min(1),
  SKILL_SYNC_FUNCTION_NAME: z.string().min(1),
  RATING_SYNC_FUNCTION_NAME: z.string().min(1),
  /** Issuers differ in whether they end in a slash; the verifier takes both. */
  JWT_ISSUER: z.url().transform((url) => url.replace(/\/+$/, '')),
  JWT_AUDIENCE: z.string().min(1),
  ATOM_SAAS_ENABLED: booleanText,
  ATOM_SAAS_SYNC_INTERVAL_MINUTES: rangedText('ATOM_SAAS_SYNC_INTERVAL_MINUTES'),
  ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: rangedText('ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES'),
  ATOM_SAAS_WS_ENABLED: booleanText,
  ENABLE_SCHEDULER: booleanText,
  SCHEDULE_GROUP: z.string().min(1),
  /** Ids of the jobs that have a schedule, in the order in which they are listed. */
  SCHEDULED_JOBS: z
    .string()
    .min(1)
    .transform((list) => list.split(',')),
  /** Only where another API stands for Lambda's: the local run. The SDK reads the like by itself. */
  AWS_ENDPOINT_URL_LAMBDA: z.url().optional(),
});

export type EnvVars = Record<Exclude<keyof z.input<typeof envSchema>, 'AWS_ENDPOINT_URL_LAMBDA'>, string>;

type Environment = z.output<typeof envSchema>;

/** The function's environment, read at its cold start. @throws EnvironmentError naming every bad variable */
export function readEnvironment(): Environment {
  return parseEnvironment(envSchema, process.env);
}

/** How other functions are invoked. The trace is another one in each invocation: it is read when it is asked for. */
export function invocationOptions(env: Environment) {
  return { endpoint: env.AWS_ENDPOINT_URL_LAMBDA, traceId: () => process.env._X_AMZN_TRACE_ID };
}

/** What the routes need to know of the environment. */
export function settingsOf(env: Environment): ApiSettings {
  return {
    jobs: env.SCHEDULED_JOBS,
    skillSyncIntervalMinutes: env.ATOM_SAAS_SYNC_INTERVAL_MINUTES,
    feed: {
      deployed: env.ATOM_SAAS_ENABLED && env.ATOM_SAAS_WS_ENABLED,
      started: env.ENABLE_SCHEDULER,
    },
  };
}

/**
 * Limits of the SDK's clients: a call and its retries end within 5 seconds, so that even one that begins at
 * the end of a manual sync's 20 seconds is over within the request's budget.
 */
export const CLIENT_LIMITS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_500, throwOnRequestTimeout: true },
};

/** Those of the audit's client: its write comes after everything else and must not cost the answer. */
export const AUDIT_LIMITS = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
};
