import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, parseEnvironment } from '#core/environment.ts';
import { type EnvVars, envSchema, openSecrets, syncOptions } from '#functions/ticket-sync/config.ts';

const ENVIRONMENT = {
  TABLE_NAME: 'table',
  ZENDESK_SECRET_ID: 'zendesk',
  REQUESTER_KEY_SECRET_ID: 'key',
  TICKET_ANALYSIS_FUNCTION_NAME: 'analysis',
  TICKET_ISSUES_FUNCTION_NAME: 'issues',
  TICKETS_ENABLED: 'true',
  ZENDESK_SUBDOMAIN: 'atom',
  ZENDESK_API_URL: 'https://atom.zendesk.com',
  ZENDESK_AUTH: 'oauth',
  ZENDESK_REQUESTS_PER_MINUTE: '9',
  ZENDESK_PAGE_SIZE: '1000',
  TICKET_BACKFILL_DAYS: '30',
  TICKET_BRANDS: '',
  TICKET_FORMS: '1,2',
  TICKET_EXCLUDE_TAGS: 'spam, internal,',
  TICKET_RAW_RETENTION_DAYS: '90',
  TICKET_TEXT: 'first',
} satisfies Omit<EnvVars, 'WEBHOOKS_QUEUE_URL'>;
const OWN = { AWS_LAMBDA_FUNCTION_NAME: 'sync' };

describe('the environment of ticket-sync', () => {
  it('becomes what the sync works with, in milliseconds', () => {
    const env = parseEnvironment(envSchema, { ...ENVIRONMENT, ...OWN });
    expect(syncOptions(env)).toEqual({
      subdomain: 'atom',
      backfillMs: 2_592_000_000,
      pageSize: 1000,
      requestsPerMinute: 9,
      rawRetentionMs: 7_776_000_000,
      text: 'first',
      selection: {
        brands: new Set(),
        forms: new Set(['1', '2']),
        excludedTags: new Set(['spam', 'internal']),
      },
    });
  });

  it.each([
    ['ZENDESK_REQUESTS_PER_MINUTE', '31'],
    ['ZENDESK_PAGE_SIZE', '99'],
    ['TICKET_TEXT', 'all'],
    ['ZENDESK_AUTH', 'basic'],
    ['TICKETS_ENABLED', 'yes'],
  ])('is refused where %s is %s', (name, value) => {
    expect(() => parseEnvironment(envSchema, { ...ENVIRONMENT, ...OWN, [name]: value })).toThrow(
      EnvironmentError,
    );
  });

  it('opens its secrets: the failure of each says what it is of', async () => {
    const env = parseEnvironment(envSchema, { ...ENVIRONMENT, ...OWN });
    const silent = () => {};
    const log = { debug: silent, info: silent, warn: silent, error: silent };
    const client = new SecretsManagerClient({
      region: 'eu-central-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      requestHandler: { handle: async () => Promise.reject(new Error('cut')) },
    });
    const { credentials, requesterKey } = openSecrets(env, { client, now: Date.now, log });
    await expect(credentials()).rejects.toMatchObject({
      code: 'zendesk_auth',
      message: expect.stringContaining('credentials of Zendesk'),
    });
    await expect(requesterKey()).rejects.toMatchObject({
      code: 'secret_unavailable',
      message: expect.stringContaining('hashes'),
    });
  });
});
