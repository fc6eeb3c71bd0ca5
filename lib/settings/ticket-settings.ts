import { z } from 'zod';
import { productAreasOf } from '#core/tickets/product-areas.ts';
import {
  amount,
  baseUrl,
  choice,
  flagOrUnset,
  integer,
  pattern,
  secret,
  webhookUrl,
  words,
} from './setting-kinds.ts';

const MODEL = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,99}$/;
const SUBDOMAIN = /^[a-z0-9][a-z0-9-]{1,62}$/;
const ZENDESK_HOST = '.zendesk.com';

/** Less often than every quarter of an hour is enough, and 0 leaves it to the night. */
const SYNC_INTERVAL = { min: 15, max: 1440 };

/** The settings of the support tickets, by their environment names; each has its range as its description. */
export const ticketShape = {
  TICKETS_ENABLED: flagOrUnset(),
  ZENDESK_SUBDOMAIN: pattern(SUBDOMAIN, '2 to 63 lower-case letters, digits or "-", the first no "-"'),
  ZENDESK_API_URL: optionalUrl(),
  ZENDESK_AUTH: choice(['oauth', 'token'], 'oauth'),
  ZENDESK_OAUTH_CLIENT_ID: secret(),
  ZENDESK_OAUTH_CLIENT_SECRET: secret(),
  ZENDESK_EMAIL: z.email().max(254).optional().describe('an e-mail address'),
  ZENDESK_API_TOKEN: secret(),
  ZENDESK_REQUESTS_PER_MINUTE: integer('ZENDESK_REQUESTS_PER_MINUTE', 9),
  ZENDESK_PAGE_SIZE: integer('ZENDESK_PAGE_SIZE', 1000),
  TICKET_BACKFILL_DAYS: integer('TICKET_BACKFILL_DAYS', 30),
  TICKET_SYNC_INTERVAL_MINUTES: z
    .string()
    .regex(/^(0|[1-9]\d{0,8})$/)
    .transform(Number)
    .refine((minutes) => minutes === 0 || (minutes >= SYNC_INTERVAL.min && minutes <= SYNC_INTERVAL.max))
    .default(60)
    .describe(`0, or a whole number from ${SYNC_INTERVAL.min} to ${SYNC_INTERVAL.max}`),
  TICKET_TEXT: choice(['first', 'public'], 'first'),
  TICKET_BRANDS: words(/^[1-9]\d{0,19}$/, 'ids (digits only)'),
  TICKET_FORMS: words(/^[1-9]\d{0,19}$/, 'ids (digits only)'),
  TICKET_EXCLUDE_TAGS: words(/^[^\s,A-Z]{1,100}$/, 'tags of up to 100 characters in lower case'),
  TICKET_RAW_RETENTION_DAYS: integer('TICKET_RAW_RETENTION_DAYS', 90),
  TICKET_PRODUCT_AREAS: z
    .string()
    .refine((text) => productAreasOf(text) !== undefined)
    .default('')
    .describe(
      'up to 20 of "name: definition", one a line or separated by ";", 2,000 characters in all; ' +
        'a name is "area" or "area/feature", of up to 60 characters',
    ),
  TICKET_ANALYZE_BATCH_SIZE: integer('TICKET_ANALYZE_BATCH_SIZE', 500),
  TICKET_DIRECT_MAX: integer('TICKET_DIRECT_MAX', 200),
  TICKET_CLUSTER_RESOLUTION: amount('TICKET_CLUSTER_RESOLUTION', 2),
  TICKET_MIN_CLUSTER_REQUESTERS: integer('TICKET_MIN_CLUSTER_REQUESTERS', 3),
  TICKET_WEBHOOK_URL: webhookUrl(),
  ANTHROPIC_API_KEY: secret(),
  ANTHROPIC_BASE_URL: baseUrl('http', 'https://api.anthropic.com'),
  CLAUDE_ANALYSIS_MODEL: model('claude-haiku-5-5'),
  CLAUDE_LABEL_MODEL: model('claude-sonnet-5-5'),
  CLAUDE_EFFORT: choice(['low', 'medium', 'high'], 'low'),
  CLAUDE_MODE: choice(['auto', 'batch', 'direct'], 'auto'),
  CLAUDE_BUDGET_USD_PER_DAY: amount('CLAUDE_BUDGET_USD_PER_DAY', 2),
  CLAUDE_BUDGET_USD_PER_MONTH: amount('CLAUDE_BUDGET_USD_PER_MONTH', 20),
  CLAUDE_BUDGET_USD_PER_RUN: amount('CLAUDE_BUDGET_USD_PER_RUN', 2),
};

/** Of these no message shows the value. */
export const TICKET_SECRETS = [
  'ZENDESK_OAUTH_CLIENT_ID',
  'ZENDESK_OAUTH_CLIENT_SECRET',
  'ZENDESK_EMAIL',
  'ZENDESK_API_TOKEN',
  'ANTHROPIC_API_KEY',
] as const satisfies readonly (keyof typeof ticketShape)[];

/** Settings of which one alone means nothing. */
export const TICKET_PAIRS = [
  ['ZENDESK_OAUTH_CLIENT_ID', 'ZENDESK_OAUTH_CLIENT_SECRET'],
  ['ZENDESK_EMAIL', 'ZENDESK_API_TOKEN'],
] as const satisfies readonly (readonly (keyof typeof ticketShape)[])[];

/** The account that tickets come from, where there is one. */
export type Zendesk = { readonly ZENDESK_SUBDOMAIN: string; readonly ZENDESK_API_URL: string };
type Given = Partial<Zendesk> & { readonly TICKETS_ENABLED?: boolean | undefined };

/**
 * What follows where it is not set: the address from the subdomain, the subdomain from the address, and that tickets
 * are on where there is a Zendesk.
 */
export function ticketDefaults(given: Given): Partial<Zendesk> & { readonly TICKETS_ENABLED: boolean } {
  const zendesk = zendeskOf(given);
  return { ...zendesk, TICKETS_ENABLED: given.TICKETS_ENABLED ?? zendesk !== undefined };
}

/** Whether anything of the tickets is deployed: they are on, and there is a Zendesk to take them from. */
export function hasTickets<T extends ReturnType<typeof ticketDefaults>>(
  settings: T,
): settings is T & Zendesk {
  return settings.TICKETS_ENABLED && settings.ZENDESK_SUBDOMAIN !== undefined;
}

/** One sentence for each thing that the settings say twice, and differently. */
export function ticketProblems(given: Given | undefined): string[] {
  if (given === undefined) return [];
  const { TICKETS_ENABLED, ZENDESK_SUBDOMAIN: subdomain, ZENDESK_API_URL: url } = given;
  const problems: string[] = [];
  if (TICKETS_ENABLED === true && zendeskOf(given) === undefined) {
    problems.push('TICKETS_ENABLED is true, but neither ZENDESK_SUBDOMAIN nor ZENDESK_API_URL is set.');
  }
  const host = URL.parse(url ?? '')?.hostname ?? '';
  if (subdomain !== undefined && host.endsWith(ZENDESK_HOST) && host !== `${subdomain}${ZENDESK_HOST}`) {
    problems.push(`ZENDESK_SUBDOMAIN is "${subdomain}", but ZENDESK_API_URL is that of another account.`);
  }
  return problems;
}

function zendeskOf({ ZENDESK_SUBDOMAIN: subdomain, ZENDESK_API_URL: url }: Given): Zendesk | undefined {
  if (subdomain !== undefined) {
    return { ZENDESK_SUBDOMAIN: subdomain, ZENDESK_API_URL: url ?? `https://${subdomain}${ZENDESK_HOST}` };
  }
  return url === undefined ? undefined : { ZENDESK_SUBDOMAIN: subdomainOf(url), ZENDESK_API_URL: url };
}

/** What keys the state of this account: of Zendesk's own hosts the first label, of any other the whole host. */
function subdomainOf(url: string): string {
  const host = URL.parse(url)?.hostname ?? '';
  const own = host.endsWith(ZENDESK_HOST) ? host.slice(0, -ZENDESK_HOST.length) : host;
  const text = own.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return SUBDOMAIN.test(text) ? text : `host-${text}`.slice(0, 63);
}

function model(fallback: string) {
  return z.string().regex(MODEL).default(fallback).describe(`the id of a model, such as ${fallback}`);
}

function optionalUrl() {
  const kind = baseUrl('http', '');
  return kind
    .unwrap()
    .optional()
    .describe(kind.description ?? '');
}
