import { describe, expect, it } from 'vitest';
import { CONTROL_ROUTES } from '#local/zendesk/control/control-routes.ts';
import {
  createScene,
  EXPORT,
  idsOf,
  plainTickets,
  START_SECONDS,
} from '#test/local/zendesk/zendesk-client.ts';

function prepare() {
  const scene = createScene({ tickets: plainTickets(3), others: [{ subdomain: 'atom1234', tickets: 5 }] });
  const control = async (call: string, json?: unknown, base = '') => {
    const [method = '', path = ''] = call.split(' ');
    const body = json === undefined ? undefined : JSON.stringify(json);
    return scene.ask(`${base}/__control${path}`, { method, body });
  };
  return { ...scene, control };
}

describe('The control endpoint', () => {
  it('lists its calls', async () => {
    const { control } = prepare();
    const { calls } = (await control('GET ')).body;
    expect(calls).toHaveLength(CONTROL_ROUTES.length);
  });

  it('adds, lists and clears faults', async () => {
    const { control, ask } = prepare();
    const added = await control('POST /faults', [
      { kind: 'lost_cursor', times: 'always' },
      { kind: 'status', status: 503, route: 'me' },
    ]);
    expect(added.body).toEqual({ ids: [1, 2] });
    expect((await ask('/api/v2/users/me.json')).status).toBe(503);
    expect((await control('GET /faults')).body.faults).toMatchObject([{ id: 1, left: 'always', hits: 0 }]);
    expect((await control('DELETE /faults/1')).body).toEqual({ cleared: 1 });
    expect((await control('DELETE /faults/1')).status).toBe(404);
    expect((await control('DELETE /faults')).body).toEqual({ cleared: 0 });
  });

  it('applies operations to the account that is called', async () => {
    const { control, zendesk, ask } = prepare();
    const at = START_SECONDS - 600;
    const { ids } = (
      await control('POST /tickets', [
        { op: 'create', ticket: { subject: 'made', status: 'new' }, at },
        { op: 'delete', ids: 1, at },
      ])
    ).body;
    expect(ids).toEqual([4, 1]);
    expect(idsOf(await ask(`${EXPORT}?start_time=${at}`))).toEqual([1, 4]);
    const sandbox = 'https://atom1234.zendesk.com';
    expect((await control('GET /tickets', undefined, sandbox)).body).toMatchObject({
      subdomain: 'atom1234',
      tickets: 5,
    });
    await control('POST /tickets', { op: 'arrive', count: 2 }, sandbox);
    expect([zendesk.tickets().length, zendesk.account('atom1234').tickets().length]).toEqual([4, 7]);
  });

  it('shows a ticket, deleted or not, with what is planted in it', async () => {
    const { control } = prepare();
    const sandbox = 'https://atom1234.zendesk.com';
    const { truth } = (await control('GET /truth', undefined, sandbox)).body;
    const [id] = Object.keys(truth);
    const shown = (await control(`GET /tickets/${id}`, undefined, sandbox)).body;
    expect([shown.ticket.id, shown.truth]).toEqual([Number(id), truth[id ?? '']]);
    expect(shown.comments[0].body).toBe(shown.ticket.description);
    expect((await control('GET /tickets/1')).body.truth).toBeNull();
    expect((await control('GET /tickets/99')).status).toBe(404);
  });

  it('changes settings, and shows them', async () => {
    const { control, zendesk, ask } = prepare();
    const changed = await control('PATCH /settings', {
      timeoutAbovePageSize: 100,
      tooMany: { body: 'text', retryAfter: 93 },
      apiTokensEndAt: '2026-11-27T09:00:00Z',
    });
    expect(changed.body).toMatchObject({
      timeoutAbovePageSize: 100,
      role: 'admin',
      incrementalPerMinute: 'off',
    });
    expect((await ask(`${EXPORT}?start_time=0`)).status).toBe(401);
    await control('PATCH /settings', { timeoutAbovePageSize: null });
    expect(zendesk.settings).toMatchObject({ timeoutAbovePageSize: undefined, tooMany: { retryAfter: 93 } });
    expect((await control('GET /settings')).body.timeoutAbovePageSize).toBeNull();
  });

  it('sets and moves the clock', async () => {
    const { control, pass } = prepare();
    await control('PUT /clock', { time: '2027-01-01T00:00:00Z' });
    pass(5);
    const { body } = await control('POST /clock/advance', { ms: 90_000 });
    expect(body.time).toBe('2027-01-01T00:01:35.000Z');
    expect((await control('GET /clock')).body).toEqual(body);
  });

  it('lets tokens expire, and shows them', async () => {
    const { control, ask } = prepare();
    const request = {
      grant_type: 'client_credentials',
      client_id: 'atom-sync',
      client_secret: 'local-zendesk-secret',
    };
    await ask('/oauth/tokens', { method: 'POST', body: JSON.stringify(request) });
    expect((await control('GET /tokens')).body.tokens).toMatchObject([{ clientId: 'atom-sync' }]);
    expect((await control('POST /tokens/expire')).body).toEqual({ expired: 1 });
  });

  it('shows what was asked for, itself not counted, and begins anew', async () => {
    const { control, ask } = prepare();
    await ask(`${EXPORT}?start_time=0`);
    await ask('/api/v2/nothing');
    expect((await control('GET /stats')).body).toEqual({
      requests: 2,
      byRoute: { incremental_tickets: 1, unknown: 1 },
      byStatus: { 200: 1, 404: 1 },
      strays: [],
      maxPerMinute: 2,
      maxIncrementalPerMinute: 1,
    });
    expect((await control('GET /log?limit=1')).body.log).toMatchObject([{ path: '/api/v2/nothing' }]);
    expect((await control('DELETE /stats')).body.requests).toBe(0);
  });

  it.each([
    ['POST /faults', { kind: 'unheard' }],
    ['POST /faults', { kind: 'status', status: 503, rout: 'me' }],
    ['POST /tickets', { op: 'delete' }],
    ['PATCH /settings', { role: 'king' }],
    ['PUT /clock', { time: 'now' }],
  ])('refuses %s %j', async (call, body) => {
    const { control } = prepare();
    const answer = await control(call, body);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });
});
