import * as z from 'zod';
import { booleanText, parseEnvironment, rangedText } from '#core/environment.ts';
import { budgetVariables, spendLimitsOf } from '#core/tickets/budget-variables.ts';
import { productAreasOf } from '#core/tickets/product-areas.ts';
import type { ApiSettings, TicketApiSettings } from './ports.ts';

/** The environment of `admin-api`. */
export const envSchema = z.object({
  TABLE_NAME: z.string().min(1),
  SKILL_SYNC_FUNCTION_NAME: z.string().min(1),
  RATING_SYNC_FUNCTION_NAME: z.string().min(1),
  /** To the letter, a slash at its end included. */
  JWT_ISSUER: z.url(),
  /** For whom tokens may be, separated by spaces, which none of them has. */
  JWT_AUDIENCES: z
    .string()
    .min(1)
    .transform((list) => list.split(' ')),
  JWT_LEVELS_CLAIM: z.string().min(1),
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

/** What is there besides where the tickets are deployed: all of it, or nothing. */
export const ticketEnvSchema = z.object({
  TICKET_SYNC_FUNCTION_NAME: z.string().min(1),
  TICKET_ANALYSIS_FUNCTION_NAME: z.string().min(1),
  TICKET_ISSUES_FUNCTION_NAME: z.string().min(1),
  TICKETS_ENABLED: booleanText,
  ZENDESK_SUBDOMAIN: z.string().min(1),
  /** Agents read tickets at the same address. */
  ZENDESK_API_URL: z.url().transform((url) => url.replace(/\/+$/, '')),
  CLAUDE_ANALYSIS_MODEL: z.string().min(1),
  ...budgetVariables,
  TICKET_PRODUCT_AREAS: z.string().transform((text, context) => {
    const areas = productAreasOf(text);
    if (areas !== undefined) return areas;
    context.addIssue('must be a list of `name: definition`');
    return z.NEVER;
  }),
  TICKET_DIRECT_MAX: rangedText('TICKET_DIRECT_MAX'),
  TICKET_MIN_CLUSTER_REQUESTERS: rangedText('TICKET_MIN_CLUSTER_REQUESTERS'),
});

export type TicketEnvVars = Record<keyof z.input<typeof ticketEnvSchema>, string>;

type Environment = z.output<typeof envSchema>;
type TicketEnvironment = z.output<typeof ticketEnvSchema>;

/** The function's environment, read at its cold start. @throws EnvironmentError naming every bad variable */
export function readEnvironment(): Environment {
  return parseEnvironment(envSchema, process.env);
}

/** The same for the tickets; undefined where they are not deployed. @throws EnvironmentError */
export function readTicketEnvironment(): TicketEnvironment | undefined {
  if (process.env.TICKET_SYNC_FUNCTION_NAME === undefined) return undefined;
  return parseEnvironment(ticketEnvSchema, process.env);
}

/** How other functions are invoked. The trace is another one in each invocation: it is read when it is asked for. */
export function invocationOptions(env: Environment) {
  return { endpoint: env.AWS_ENDPOINT_URL_LAMBDA, traceId: () => process.env._X_AMZN_TRACE_ID };
}

/** Whose tokens are taken, and where they name the level. */
export function tokenOptions({ JWT_ISSUER, JWT_AUDIENCES, JWT_LEVELS_CLAIM }: Environment) {
  return { issuer: JWT_ISSUER, audiences: JWT_AUDIENCES, levelsClaim: JWT_LEVELS_CLAIM };
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

/** What the routes of the tickets need to know of it. */
export function ticketSettingsOf(env: TicketEnvironment): TicketApiSettings {
  return {
    enabled: env.TICKETS_ENABLED,
    subdomain: env.ZENDESK_SUBDOMAIN,
    zendeskUrl: env.ZENDESK_API_URL,
    model: env.CLAUDE_ANALYSIS_MODEL,
    areas: env.TICKET_PRODUCT_AREAS,
    directMax: env.TICKET_DIRECT_MAX,
    minRequesters: env.TICKET_MIN_CLUSTER_REQUESTERS,
    limits: spendLimitsOf(env),
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
