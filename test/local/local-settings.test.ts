import { describe, expect, it } from 'vitest';
import { SettingsError } from '#lib/settings/settings.ts';
import { completeSettings, readLocalSettings } from '#local/local-settings.ts';

const ADDRESSES = {
  issuer: 'http://127.0.0.1:1001',
  audience: 'aud',
  marketplace: { url: 'http://127.0.0.1:1002', wsUrl: 'ws://127.0.0.1:1002/ws' },
};

describe('Function: readLocalSettings', () => {
  it('has the contract’s defaults', () => {
    expect(readLocalSettings({ ATOM_SAAS_API_URL: '' }).local).toMatchObject({
      port: 3000,
      dataDir: '.local',
      embeddedMarketplace: true,
      marketplaceSkills: 5000,
    });
  });

  it('names every bad setting at once, its own and the others', () => {
    // Act
    let problems: readonly string[] = [];
    try {
      readLocalSettings({ PORT: '70000', ATOM_SAAS_PAGE_SIZE: '0', ATOM_LOCAL_MARKETPLACE_SKILLS: 'many' });
    } catch (error) {
      problems = error instanceof SettingsError ? error.problems : [];
    }

    // Assess
    expect(problems).toEqual([
      'PORT is "70000"; it must be a whole number from 0 to 65535.',
      'ATOM_LOCAL_MARKETPLACE_SKILLS is "many"; it must be a whole number from 0 to 1000000.',
      'ATOM_SAAS_PAGE_SIZE is "0"; it must be a whole number from 1 to 1000.',
    ]);
  });
});

describe('the machines of npm start', () => {
  it('are those that the setting names', () => {
    expect(readLocalSettings({ ATOM_SYNC_MACHINE_CLIENTS: 'localhost:INTERN' }).local.machines).toEqual([
      { name: 'localhost', level: 'INTERN' },
    ]);
  });

  it('have no name that one of each level may have', () => {
    const raw = { PORT: '70000', ATOM_SYNC_MACHINE_CLIENTS: 'prometheus:INTERN,local-student:AUTONOMOUS' };
    expect(() => readLocalSettings(raw)).toThrow(
      expect.objectContaining({
        problems: [
          'PORT is "70000"; it must be a whole number from 0 to 65535.',
          'ATOM_SYNC_MACHINE_CLIENTS names "local-student"; names that begin with "local-" are those of the ' +
            'machines that npm start makes for each level.',
        ],
      }),
    );
  });
});

describe('Function: completeSettings', () => {
  it('points to the local issuer and the embedded marketplace', () => {
    expect(completeSettings({}, ADDRESSES)).toMatchObject({
      ATOM_SAAS_API_URL: 'http://127.0.0.1:1002',
      ATOM_SAAS_WS_URL: 'ws://127.0.0.1:1002/ws',
      ATOM_SYNC_JWT_ISSUER: 'http://127.0.0.1:1001',
      ATOM_SYNC_JWT_AUDIENCE: 'aud',
    });
  });

  it('keeps a marketplace that is set', () => {
    const raw = { ATOM_SAAS_API_URL: 'https://saas.example', ATOM_SAAS_WS_URL: 'wss://saas.example/ws' };
    expect(completeSettings(raw, ADDRESSES)).toMatchObject(raw);
  });

  it('leaves the feed out of a marketplace whose feed is not set: the default one is another server', () => {
    expect(completeSettings({ ATOM_SAAS_API_URL: 'https://saas.example' }, ADDRESSES)).toMatchObject({
      ATOM_SAAS_WS_ENABLED: false,
    });
    const ours = { ATOM_SAAS_API_URL: 'https://api.atomsaas.com' };
    expect(completeSettings(ours, ADDRESSES)).toMatchObject({ ATOM_SAAS_WS_ENABLED: true });
  });
});

describe('the servers of the tickets', () => {
  const TICKETS = {
    ...ADDRESSES,
    zendesk: { url: 'http://127.0.0.1:1003', subdomain: 'atom-local' },
    claude: { url: 'http://127.0.0.1:1004' },
  };

  it('are the embedded ones, unhurried and not sparing, where nothing is set', () => {
    expect(readLocalSettings({}).local).toMatchObject({
      embeddedZendesk: true,
      embeddedClaude: true,
      tickets: 400,
    });
    expect(completeSettings({}, TICKETS)).toMatchObject({
      TICKETS_ENABLED: true,
      ZENDESK_API_URL: 'http://127.0.0.1:1003',
      ZENDESK_SUBDOMAIN: 'atom-local',
      ZENDESK_REQUESTS_PER_MINUTE: 30,
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:1004',
      CLAUDE_BUDGET_USD_PER_DAY: 50,
      TICKET_BACKFILL_DAYS: 90,
    });
    const raw = { CLAUDE_BUDGET_USD_PER_DAY: '1', TICKET_BACKFILL_DAYS: '7' };
    expect(completeSettings(raw, TICKETS)).toMatchObject({
      CLAUDE_BUDGET_USD_PER_DAY: 1,
      TICKET_BACKFILL_DAYS: 7,
    });
  });

  it('make up no arrivals beside the tickets of a file, unless they are asked for', () => {
    const every = (raw: Record<string, string>, ticketsFile?: string) =>
      readLocalSettings(raw, { ticketsFile }).local.ticketEveryMs;
    expect(every({})).toBe(20_000);
    expect(every({}, '/tickets.jsonl')).toBe(0);
    expect(every({ ATOM_LOCAL_TICKET_EVERY_MS: '5000' }, '/tickets.jsonl')).toBe(5_000);
  });

  it.each([{ ZENDESK_SUBDOMAIN: 'acme' }, { ZENDESK_API_URL: 'https://acme.zendesk.com' }])(
    'are a Zendesk that %j names, at its own pace',
    (raw) => {
      expect(readLocalSettings(raw).local).toMatchObject({ embeddedZendesk: false, embeddedClaude: true });
      expect(completeSettings(raw, TICKETS)).toMatchObject({
        ZENDESK_API_URL: 'https://acme.zendesk.com',
        ZENDESK_SUBDOMAIN: 'acme',
        ZENDESK_REQUESTS_PER_MINUTE: 9,
        CLAUDE_BUDGET_USD_PER_DAY: 2,
        TICKET_BACKFILL_DAYS: 30,
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:1004',
      });
    },
  );

  it.each([{ ANTHROPIC_API_KEY: 'sk-ant-x' }, { ANTHROPIC_BASE_URL: 'https://api.anthropic.com' }])(
    'are a Claude that %j names, within the usual budget',
    (raw) => {
      expect(readLocalSettings(raw).local).toMatchObject({ embeddedZendesk: true, embeddedClaude: false });
      expect(completeSettings(raw, TICKETS)).toMatchObject({
        ANTHROPIC_BASE_URL: 'https://api.anthropic.com',
        CLAUDE_BUDGET_USD_PER_DAY: 2,
      });
    },
  );

  it.each(['false', 'no', '0'])('are none where TICKETS_ENABLED is %s', (off) => {
    const raw = { TICKETS_ENABLED: off };
    expect(readLocalSettings(raw).local).toMatchObject({ embeddedZendesk: false });
    const { TICKETS_ENABLED, ZENDESK_API_URL } = completeSettings(raw, TICKETS);
    expect([TICKETS_ENABLED, ZENDESK_API_URL]).toEqual([false, undefined]);
  });

  it('take their tickets from a file only where they are the embedded ones', () => {
    expect(readLocalSettings({}, { ticketsFile: '/t.gz' }).local).toMatchObject({ ticketsFile: '/t.gz' });
    const elsewhere = { ZENDESK_SUBDOMAIN: 'acme' };
    expect(() => readLocalSettings(elsewhere, { ticketsFile: '/t.gz' })).toThrow(
      /--tickets is for the embedded/,
    );
  });
});
