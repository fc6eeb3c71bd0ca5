import { describe, expect, it } from 'vitest';
import { parseEnvironment } from '#core/environment.ts';
import { type EnvVars, envSchema, settingsOf } from '#functions/admin-api/config.ts';

const good: EnvVars = {
  TABLE_NAME: 'atom-sync',
  RATING_SYNC_FUNCTION_NAME: 'rating-sync',
  SKILL_SYNC_FUNCTION_NAME: 'skill-sync',
  JWT_ISSUER: 'https://issuer.example.com/pool/',
  JWT_AUDIENCE: 'clients',
  ATOM_SAAS_ENABLED: 'true',
  ATOM_SAAS_SYNC_INTERVAL_MINUTES: '15',
  ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: '30',
  ATOM_SAAS_WS_ENABLED: 'false',
  ENABLE_SCHEDULER: 'true',
  SCHEDULE_GROUP: 'atom-sync',
  SCHEDULED_JOBS: 'skill-sync-atom-saas,cache-cleanup',
};

describe('The environment of admin-api', () => {
  it('is read once, the issuer without a slash at its end', () => {
    expect(parseEnvironment(envSchema, good)).toMatchObject({
      JWT_ISSUER: 'https://issuer.example.com/pool',
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

  it('names every bad key at once and no value', () => {
    const bad = { ...good, JWT_ISSUER: 'nonsense', ENABLE_SCHEDULER: 'perhaps', TABLE_NAME: undefined };
    const read = () => parseEnvironment(envSchema, bad);

    expect(read).toThrow(/(?=.*JWT_ISSUER)(?=.*ENABLE_SCHEDULER)(?=.*TABLE_NAME)/s);
    expect(read).not.toThrow(/nonsense|perhaps/);
  });
});
