import { describe, expect, it } from 'vitest';
import { parseDotenv } from '#lib/settings/dotenv.ts';
import { loadSettings, type RawSettings, SECRET_SETTINGS, settingsSchema } from '#lib/settings/settings.ts';
import { settingsInForce } from '#lib/settings/settings-in-force.ts';

const inForce = (env: RawSettings) => settingsInForce(loadSettings(env, { dotenv: false }));

/** Something of each kind. */
const SET = {
  ATOM_SAAS_PAGE_SIZE: '50',
  ATOM_SAAS_WS_ENABLED: 'no',
  ATOM_SYNC_CORS_ORIGINS: 'https://one.example.com, https://two.example.com',
  ATOM_SYNC_MACHINE_CLIENTS: 'prometheus:SUPERVISED,agent-1:INTERN',
  ATOM_SYNC_VPC_ID: 'vpc-0123456789abcdef0',
  ATOM_SYNC_SUBNET_IDS: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
  ZENDESK_SUBDOMAIN: 'acme',
  TICKET_PRODUCT_AREAS: 'billing: invoices; sync/calendar: events',
};

describe('Function: settingsInForce', () => {
  it('has every setting with a value, defaults included, as a file would have it', () => {
    expect(inForce(SET)).toMatchObject({
      ...SET,
      ATOM_SAAS_WS_ENABLED: 'false',
      ATOM_SYNC_CORS_ORIGINS: 'https://one.example.com,https://two.example.com',
      ATOM_SAAS_CACHE_TTL_HOURS: '24',
      ATOM_INSTANCE_ID: 'atom-sync',
    });
    const names = Object.keys(inForce({}));
    expect(names).toEqual(names.toSorted());
    expect(Object.keys(settingsSchema.shape)).toEqual(expect.arrayContaining(names));
  });

  it('makes the same deployment when it is read again', () => {
    expect(inForce(inForce(SET))).toEqual(inForce(SET));
  });

  it('can be made a file of settings again, as docs/environments.md does', () => {
    const env = { ...SET, TICKET_PRODUCT_AREAS: 'billing: invoices # and such\nsync/calendar: events' };
    const lines = Object.entries(inForce(env)).map(([name, value]) => `${name}=${JSON.stringify(value)}`);

    const { entries, problems } = parseDotenv(Buffer.from(lines.join('\n')));

    expect(problems).toEqual([]);
    expect(inForce(Object.fromEntries(entries.map(({ name, value }) => [name, value])))).toEqual(
      inForce(env),
    );
  });

  it('has no credential, and of an address that may be one a digest', () => {
    const secrets = Object.fromEntries([...SECRET_SETTINGS].map((name) => [name, 's3cret@example.com']));
    const url = 'https://hooks.example.com/T0/s3cret';

    const shown = inForce({ ...secrets, ZENDESK_SUBDOMAIN: 'acme', TICKET_WEBHOOK_URL: url });

    expect(JSON.stringify(shown)).not.toContain('s3cret');
    expect(shown.TICKET_WEBHOOK_URL).toMatch(/^sha256:[0-9a-f]{16}$/);
    expect(inForce({ TICKET_WEBHOOK_URL: `${url}2` }).TICKET_WEBHOOK_URL).not.toBe(shown.TICKET_WEBHOOK_URL);
  });
});
