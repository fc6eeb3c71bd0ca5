import * as z from 'zod';
import { createJsonSecret } from '#adapters/secrets-manager/json-secret.ts';
import type { SecretSourceDeps } from '#adapters/secrets-manager/secret-source.ts';
import { ZENDESK_REMEDY, zendeskCredentialsSchema } from '#adapters/zendesk/access.ts';
import { ZendeskAuthError } from '#adapters/zendesk/errors.ts';
import { booleanText, rangedText } from '#core/environment.ts';
import { type StackVariables, selfInvocationVariables } from '#core/function-variables.ts';
import type { SecretSource } from '#core/secret-source.ts';
import { TicketText } from '#core/tickets/prepare-ticket.ts';

const DAY_MS = 86_400_000;

/** Words separated by commas; nothing is no word. */
const wordsText = z
  .string()
  .transform((text) => new Set(text.split(',').flatMap((word) => word.trim() || [])));

/** The environment of `ticket-sync`. */
export const envSchema = z.object({
  ...selfInvocationVariables,
  TABLE_NAME: z.string().min(1),
  ZENDESK_SECRET_ID: z.string().min(1),
  REQUESTER_KEY_SECRET_ID: z.string().min(1),
  TICKET_ANALYSIS_FUNCTION_NAME: z.string().min(1),
  TICKET_ISSUES_FUNCTION_NAME: z.string().min(1),
  /** Only where there is somebody to tell. */
  WEBHOOKS_QUEUE_URL: z.url().optional(),
  TICKETS_ENABLED: booleanText,
  ZENDESK_SUBDOMAIN: z.string().min(1),
  ZENDESK_API_URL: z.url(),
  ZENDESK_AUTH: z.enum(['oauth', 'token']),
  ZENDESK_REQUESTS_PER_MINUTE: rangedText('ZENDESK_REQUESTS_PER_MINUTE'),
  ZENDESK_PAGE_SIZE: rangedText('ZENDESK_PAGE_SIZE'),
  TICKET_BACKFILL_DAYS: rangedText('TICKET_BACKFILL_DAYS'),
  TICKET_BRANDS: wordsText,
  TICKET_FORMS: wordsText,
  TICKET_EXCLUDE_TAGS: wordsText,
  TICKET_RAW_RETENTION_DAYS: rangedText('TICKET_RAW_RETENTION_DAYS'),
  TICKET_TEXT: z.enum(TicketText),
});

export type EnvVars = StackVariables<typeof envSchema>;

type Env = z.output<typeof envSchema>;

/** How the sync works. Milliseconds. */
export function syncOptions(env: Env) {
  return {
    subdomain: env.ZENDESK_SUBDOMAIN,
    backfillMs: env.TICKET_BACKFILL_DAYS * DAY_MS,
    pageSize: env.ZENDESK_PAGE_SIZE,
    requestsPerMinute: env.ZENDESK_REQUESTS_PER_MINUTE,
    rawRetentionMs: env.TICKET_RAW_RETENTION_DAYS * DAY_MS,
    text: env.TICKET_TEXT,
    selection: {
      brands: env.TICKET_BRANDS,
      forms: env.TICKET_FORMS,
      excludedTags: env.TICKET_EXCLUDE_TAGS,
    },
  };
}

type SecretDeps = Pick<SecretSourceDeps<unknown>, 'client' | 'now' | 'log'>;

/** The credentials of Zendesk, and the key of the requesters' hashes. */
export function openSecrets(env: Env, deps: SecretDeps) {
  const credentials = createJsonSecret({
    ...deps,
    secretId: env.ZENDESK_SECRET_ID,
    content: 'credentials of Zendesk',
    remedy: ZENDESK_REMEDY,
    schema: zendeskCredentialsSchema,
    unavailable: (message, options) => new ZendeskAuthError(message, options),
  });
  const key = createJsonSecret({
    ...deps,
    secretId: env.REQUESTER_KEY_SECRET_ID,
    content: 'key of the requesters’ hashes',
    remedy: 'The deployment generates it; deploy the stack anew.',
    schema: z.object({ key: z.string().min(16) }),
  });
  const requesterKey: SecretSource<string> = async (options) => (await key(options)).key;
  return { credentials, requesterKey };
}
