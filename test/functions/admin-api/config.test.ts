import { describe, expect, it, vi } from 'vitest';
import { parseEnvironment } from '#core/environment.ts';
import {
  type EnvVars,
  envSchema,
  readTicketEnvironment,
  settingsOf,
  type TicketEnvVars,
  ticketEnvSchema,
  ticketSettingsOf,
  tokenOptions,
} from '#functions/admin-api/config.ts';
import { TICKET_VARIABLES } from './ticket-variables.ts';

const good: EnvVars = {
  TABLE_NAME: 'atom-sync',
  RATING_SYNC_FUNCTION_NAME: 'rating-sync',
  SKILL_SYNC_FUNCTION_NAME: 'skill-sync',
  JWT_ISSUER: 'https://issuer.example.com/pool/',
  JWT_AUDIENCES: 'people machine-1',
  JWT_LEVELS_CLAIM: 'cognito:groups',
  ATOM_SAAS_ENABLED: 'true',
  ATOM_SAAS_SYNC_INTERVAL_MINUTES: '15',
  ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: '30',
  ATOM_SAAS_WS_ENABLED: 'false',
  ENABLE_SCHEDULER: 'true',
  SCHEDULE_GROUP: 'atom-sync',
  SCHEDULED_JOBS: 'skill-sync-atom-saas,cache-cleanup',
};

describe('The environment of admin-api', () => {
  it('is read once, the issuer to the letter', () => {
    const environment = parseEnvironment(envSchema, good);
    expect(tokenOptions(environment)).toEqual({
      issuer: 'https://issuer.example.com/pool/',
      audiences: ['people', 'machine-1'],
      levelsClaim: 'cognito:groups',
    });
    expect(environment).toMatchObject({
      ATOM_SAAS_SYNC_INTERVAL_MINUTES: 15,
      ATOM_SAAS_WS_ENABLED: false,
    });
  });

  it.each([
    [{}, { deployed: true, started: true }],
    [{ ATOM_SAAS_WS_ENABLED: 'false' }, { deployed: false, started: true }],
    [{ ATOM_SAAS_ENABLED: 'false' }, { deployed: false, started: true }],
    [{ ENABLE_SCHEDULER: 'false' }, { deployed: true, started: false }],
  ])('tells with %o whether there is a feed and whether it starts by itself', (env, feed) => {
    const variables = { ...good, ATOM_SAAS_WS_ENABLED: 'true', ...env };
    expect(settingsOf(parseEnvironment(envSchema, variables)).feed).toEqual(feed);
  });

  describe('where the tickets are deployed', () => {
    const read = (over: Partial<TicketEnvVars> = {}) =>
      ticketSettingsOf(parseEnvironment(ticketEnvSchema, { ...TICKET_VARIABLES, ...over }));

    it('tells of their account, their model and what that may cost', () => {
      expect(read({ ZENDESK_API_URL: 'http://127.0.0.1:4000/' })).toEqual({
        enabled: true,
        subdomain: 'acme',
        zendeskUrl: 'http://127.0.0.1:4000',
        model: 'claude-haiku-5-5',
        areas: [{ name: 'billing', definition: 'Invoices and payments.' }],
        directMax: 200,
        minRequesters: 3,
        limits: { perDay: 2_000_000, perMonth: 20_000_000, perRun: 500_000 },
      });
      expect(read({ TICKETS_ENABLED: 'false', TICKET_PRODUCT_AREAS: '' })).toMatchObject({
        enabled: false,
        areas: [],
      });
    });

    it('names every bad key at once', () => {
      const bad = { TICKET_PRODUCT_AREAS: 'nonsense', CLAUDE_BUDGET_USD_PER_DAY: '-1' };
      expect(() => read(bad)).toThrow(/(?=.*TICKET_PRODUCT_AREAS)(?=.*CLAUDE_BUDGET_USD_PER_DAY)/s);
    });

    it.each([undefined, 'ticket-sync'])('is asked for by the name of a function: %s', (name) => {
      for (const [key, value] of Object.entries(TICKET_VARIABLES)) vi.stubEnv(key, value);
      vi.stubEnv('TICKET_SYNC_FUNCTION_NAME', name);

      expect(readTicketEnvironment()?.ZENDESK_SUBDOMAIN).toBe(name && 'acme');
      vi.unstubAllEnvs();
    });
  });

  it('names every bad key at once and no value', () => {
    const bad = { ...good, JWT_ISSUER: 'nonsense', ENABLE_SCHEDULER: 'perhaps', TABLE_NAME: undefined };
    const read = () => parseEnvironment(envSchema, bad);

    expect(read).toThrow(/(?=.*JWT_ISSUER)(?=.*ENABLE_SCHEDULER)(?=.*TABLE_NAME)/s);
    expect(read).not.toThrow(/nonsense|perhaps/);
  });
});
