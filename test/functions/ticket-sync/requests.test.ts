import { describe, expect, it } from 'vitest';
import { createScene, HOUR, MINUTE, SECOND, smallTickets } from './sync-scene.ts';

const ROUTE = 'incremental_tickets';
const CODE = (code: string) => ({ status: 'failed', error: { code } });

/** The pauses between calls of the export, in whole seconds. */
function pauses(scene: ReturnType<typeof createScene>): number[] {
  const times = scene.sim.stats.times(ROUTE);
  return times.slice(1).map((at, index) => Math.round((at - times[index]!) / SECOND));
}

describe('requests of the export', () => {
  it.each([
    ['plain text', { body: 'text' as const, retryAfter: 20 }, 20],
    ['JSON', { body: 'json' as const, retryAfter: 20 }, 20],
  ])('trap 10: waits as a 429 asks whose body is %s', async (_, form, seconds) => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    scene.sim.faults.add({ kind: 'rate_limit', ...form, route: ROUTE });
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: 3 } });
    expect(pauses(scene)).toEqual([seconds]);
  });

  it('trap 11: a wait of 93 s with 60 s left is waited for in the next invocation', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) }, invocationMs: 60 * SECOND });
    scene.sim.faults.add({ kind: 'rate_limit', retryAfter: 93, route: ROUTE });
    const run = await scene.run();
    // The third is not the sync’s: it ends the run.
    expect(run).toMatchObject({ status: 'success', invocations: 3, counts: { new: 3 } });
    expect(pauses(scene)).toEqual([93]);
  });

  it('trap 11: a wait that no invocation lasts for is waited for by several', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) }, invocationMs: 60 * SECOND });
    scene.sim.faults.add({ kind: 'rate_limit', retryAfter: 300, route: ROUTE });
    const run = await scene.run();
    expect(run).toMatchObject({ status: 'success', counts: { new: 3 } });
    expect(run.invocations).toBeGreaterThan(5);
    expect(pauses(scene)).toEqual([300]);
  });

  it('a wait of an hour ends the run, and the next one keeps to it', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    scene.sim.faults.add({ kind: 'rate_limit', retryAfter: 3_600, route: ROUTE });
    expect(await scene.run()).toMatchObject({ ...CODE('rate_limited') });
    await scene.clock.advance(10 * MINUTE);
    expect(await scene.run()).toMatchObject({ ...CODE('rate_limited') });
    expect(scene.exportCalls()).toBe(1);
    await scene.clock.advance(45 * MINUTE);
    expect(await scene.run()).toMatchObject({ status: 'success' });
  });

  it('trap 12: a 429 that does not say for how long is followed by when the limit begins anew', async () => {
    const scene = createScene({
      zendesk: { tickets: smallTickets(3), settings: { rateHeaders: 'documented' } },
    });
    scene.sim.settings.incrementalPerMinute = 1;
    scene.sim.settings.tooMany = { body: 'json', retryAfter: 'absent' };
    await scene.run();
    expect(await scene.run()).toMatchObject({ status: 'success' });
    const [pause = 0] = pauses(scene).slice(1);
    expect(scene.sim.stats.byStatus[429]).toBe(1);
    expect(pause).toBeLessThanOrEqual(62);
  });

  it('trap 12: and by a minute where nothing says when', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3), settings: { rateHeaders: 'none' } } });
    scene.sim.faults.add({ kind: 'rate_limit', retryAfter: 'absent', route: ROUTE });
    expect(await scene.run()).toMatchObject({ status: 'success' });
    expect(pauses(scene)).toEqual([60]);
  });

  it('trap 12: never calls more often than its own limit, also over runs and invocations', async () => {
    const scene = createScene({
      zendesk: { tickets: smallTickets(2_500), settings: { incrementalPerMinute: 'off' } },
      settings: { pageSize: 100, requestsPerMinute: 5 },
      invocationMs: 70 * SECOND,
    });
    await scene.run();
    for (let runs = 0; runs < 15; runs += 1) await scene.run();
    expect(scene.sim.stats.maxPerMinute('incremental')).toBe(5);
    expect(scene.exportCalls()).toBe(25 + 15);
  });

  it.each([504, 524])(
    'trap 13: %i at 1,000 a page is asked for in halves, and the run goes on so',
    async (status) => {
      const scene = createScene({ zendesk: { tickets: smallTickets(900) } });
      scene.sim.settings.timeoutAbovePageSize = 300;
      if (status === 524) {
        scene.sim.settings.timeoutAbovePageSize = undefined;
        scene.sim.faults.add({ kind: 'status', status, times: 2, route: ROUTE });
      }
      expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: 900, pages: 4 } });
      const sizes = scene.sim.stats.log
        .filter(({ route }) => route === ROUTE)
        .map(({ query }) => new URLSearchParams(query).get('per_page'));
      expect(sizes).toEqual(['1000', '500', '250', '250', '250', '250']);
    },
  );

  it('trap 13: an answer that does not come is one that is too much', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(90) } });
    scene.sim.faults.add({ kind: 'hang', route: ROUTE });
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: 90 } });
    expect((await scene.state())?.pageSize).toBe(500);
    expect(pauses(scene)).toEqual([60]);
  });

  it('trap 13: a page never gets smaller than 100, and then it fails', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(9) } });
    scene.sim.settings.timeoutAbovePageSize = 50;
    expect(await scene.run()).toMatchObject({ ...CODE('zendesk_unavailable') });
  });

  it('trap 13: the next run asks for whole pages again', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(9) } });
    scene.sim.settings.timeoutAbovePageSize = 500;
    await scene.run();
    scene.sim.settings.timeoutAbovePageSize = undefined;
    scene.sim.stats.reset();
    await scene.run();
    expect(scene.sim.stats.log.at(-1)?.query).toContain('per_page=1000');
  });

  it('trap 14: a token that dies in mid-run is replaced once, and the same request made again', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    scene.sim.faults.add({ kind: 'expire_token', after: 1, route: ROUTE });
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: 300, pages: 3 } });
    const asked = scene.sim.stats.log.filter(({ route }) => route === ROUTE);
    expect(asked.map(({ status }) => status)).toEqual([200, 401, 200, 200]);
    expect(asked[2]?.query).toBe(asked[1]?.query);
    expect(scene.sim.stats.byRoute.oauth_token).toBe(2);
  });

  it('trap 14: a second 401 ends the run', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    scene.sim.faults.add({ kind: 'status', status: 401, times: 'always', route: ROUTE });
    expect(await scene.run()).toMatchObject({ ...CODE('zendesk_auth') });
    expect(scene.exportCalls()).toBe(2);
  });

  it('trap 15: a token is asked for with its life, and used no longer than half an hour where none is said', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    scene.sim.faults.add({
      kind: 'fields',
      fields: { expires_in: null },
      times: 'always',
      route: 'oauth_token',
    });
    await scene.run();
    await scene.clock.advance(28 * MINUTE);
    await scene.run();
    expect(scene.sim.stats.byRoute.oauth_token).toBe(1);
    await scene.clock.advance(2 * MINUTE);
    await scene.run();
    expect(scene.sim.stats.byRoute.oauth_token).toBe(2);
    expect(scene.sim.stats.byStatus[401]).toBeUndefined();
  });

  it('trap 15: with a life of its own a token lasts that long', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    await scene.run();
    await scene.clock.advance(58 * MINUTE);
    await scene.run();
    expect(scene.sim.stats.byRoute.oauth_token).toBe(1);
    await scene.clock.advance(2 * MINUTE);
    await scene.run();
    expect(scene.sim.stats.byRoute.oauth_token).toBe(2);
    expect(scene.sim.stats.byStatus[401]).toBeUndefined();
  });

  it('trap 16: a wrong password, which users/me answers with 200, is a failure of the credentials', async () => {
    const credentials = { client_id: '', client_secret: '', email: 'admin@example.com', api_token: 'tk-bad' };
    const scene = createScene({ adapter: { auth: 'token', credentials: async () => credentials } });
    const run = await scene.run();
    expect(run).toMatchObject({ ...CODE('zendesk_auth') });
    expect(run.error?.message).toContain('Anonymous user');
    expect(JSON.stringify([run, scene.lines])).not.toContain('tk-bad');
    expect(await scene.stores.syncStates.account()).toBeUndefined();
  });

  it('an API token works, with a warning of its end', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) }, adapter: { auth: 'token' } });
    expect(await scene.run()).toMatchObject({ status: 'success' });
    expect(scene.lines.filter(({ message }) => message.includes('2027-04-30'))).toHaveLength(1);
    expect(scene.sim.stats.byRoute.oauth_token).toBeUndefined();
  });

  it.each(['json', 'empty', 'html'] as const)(
    'trap 17: whoever is no admin is told so, at once (body: %s)',
    async (forbiddenBody) => {
      const scene = createScene({ zendesk: { settings: { role: 'agent', forbiddenBody } } });
      const run = await scene.run();
      expect(run).toMatchObject({ ...CODE('zendesk_forbidden') });
      expect(run.error?.message).toContain('needs an admin');
      expect(scene.exportCalls()).toBe(1);
    },
  );

  it('a subdomain that does not exist is said to', async () => {
    const scene = createScene({ adapter: { baseUrl: 'https://nobody.zendesk.com' } });
    const run = await scene.run();
    expect(run).toMatchObject({ ...CODE('zendesk_not_found') });
    expect(run.error?.message).toContain('no Zendesk account at nobody.zendesk.com');
  });

  it.each([
    ['no client in the secret', { client_id: '' }, 'put-secret-value'],
    ['a client that Zendesk does not know', { client_secret: 'not-it' }, '401'],
  ])('%s is a failure of the credentials', async (_, wrong, told) => {
    const credentials = {
      client_id: 'atom-sync',
      client_secret: 'local-zendesk-secret',
      email: '',
      api_token: '',
      ...wrong,
    };
    const scene = createScene({ adapter: { credentials: async () => credentials } });
    const run = await scene.run();
    expect(run).toMatchObject({ ...CODE('zendesk_auth') });
    expect(run.error?.message).toContain(told);
    expect(JSON.stringify([run, scene.lines])).not.toMatch(/not-it|local-zendesk-secret/);
  });

  it.each([
    ['a page for people', { kind: 'html' as const }],
    ['half the JSON', { kind: 'truncated' as const }],
    ['another shape', { kind: 'fields' as const, fields: { tickets: null } }],
    ['no end', { kind: 'fields' as const, fields: { end_of_stream: null } }],
    ['no cursor although there is more', { kind: 'no_cursor' as const }],
  ])('an answer of 200 that is %s is asked for again, and ends the run in the end', async (_, fault) => {
    const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    scene.sim.faults.add({ ...fault, times: 3, route: ROUTE });
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: 300 } });
    const other = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    other.sim.faults.add({ ...fault, times: 'always', route: ROUTE });
    expect(await other.run()).toMatchObject({ ...CODE('zendesk_malformed') });
    expect(other.exportCalls()).toBe(6);
  });

  it.each([
    ['a reset', { kind: 'reset' as const }],
    ['a body that breaks off', { kind: 'cut' as const }],
    ['500', { kind: 'status' as const, status: 500 }],
    ['409', { kind: 'status' as const, status: 409 }],
    ['520', { kind: 'status' as const, status: 520 }],
  ])('%s passes', async (_, fault) => {
    const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    scene.sim.faults.add({ ...fault, times: 4, after: 1, route: ROUTE });
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: 300, pages: 3 } });
    scene.sim.faults.add({ ...fault, times: 'always', route: ROUTE });
    expect(await scene.run()).toMatchObject({ ...CODE('zendesk_unavailable') });
  });

  it('503 that says when to come again is waited for', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    scene.sim.faults.add({ kind: 'status', status: 503, headers: { 'retry-after': '30' }, route: ROUTE });
    expect(await scene.run()).toMatchObject({ status: 'success' });
    expect(pauses(scene)).toEqual([30]);
  });

  it('calls again within a minute of a quiet run count that one', async () => {
    const scene = createScene({
      zendesk: { tickets: smallTickets(3), settings: { incrementalPerMinute: 'off' } },
      settings: { requestsPerMinute: 3 },
    });
    await scene.run();
    await scene.clock.advance(HOUR);
    scene.sim.stats.reset();
    for (let runs = 0; runs < 8; runs += 1) await scene.run();
    expect(scene.sim.stats.maxPerMinute('incremental')).toBe(3);
  });
});
