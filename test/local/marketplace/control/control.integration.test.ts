import { describe, expect, it } from 'vitest';
import { CONTROL_ROUTES } from '#local/marketplace/control/control-routes.ts';
import type { Marketplace } from '#local/marketplace/server.ts';
import { ask, call, listen, startForTest } from '#test/local/marketplace/marketplace-client.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** No token on purpose. */
async function control(marketplace: Marketplace, request: string, json?: unknown) {
  const [method, path] = request.split(' ');
  const response = await fetch(`${marketplace.url}/__control${path}`, {
    method,
    headers: json === undefined ? {} : JSON_TYPE,
    body: json === undefined ? undefined : JSON.stringify(json),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe('faults over HTTP', () => {
  it('adds, lists and clears them', async () => {
    const marketplace = await startForTest();

    const added = await control(marketplace, 'POST /faults', [
      { kind: 'status', status: 500, route: 'skills', page: 3, times: 2 },
      { kind: 'latency', ms: 1, times: 'always' },
    ]);
    expect(added).toEqual({ status: 200, body: { ids: [1, 2] } });
    expect((await ask(marketplace, '/api/v1/skills?page=3')).status).toBe(500);

    const { body } = await control(marketplace, 'GET /faults');
    expect(body.faults).toMatchObject([
      { id: 1, hits: 1, left: 1 },
      { id: 2, hits: 1, left: 'always' },
    ]);
    expect((await control(marketplace, 'DELETE /faults/2')).status).toBe(200);
    expect((await control(marketplace, 'DELETE /faults/2')).status).toBe(404);
    expect((await control(marketplace, 'DELETE /faults')).body).toEqual({ cleared: 1 });
  });

  it('lies about totals until told otherwise', async () => {
    const marketplace = await startForTest();
    await control(marketplace, 'PUT /total', { delta: 7 });
    await control(marketplace, 'PUT /total', { delta: 9 });
    expect((await ask(marketplace, '/api/v1/skills')).body.total).toBe(34);
    await control(marketplace, 'DELETE /total');
    expect((await ask(marketplace, '/api/v1/skills')).body.total).toBe(25);
  });

  it('executes operations before a page is answered', async () => {
    const marketplace = await startForTest();
    const ids = marketplace.catalog.ids();
    await control(marketplace, 'POST /faults', { kind: 'ops', page: 2, ops: [{ op: 'remove', index: 0 }] });
    await ask(marketplace, '/api/v1/skills?page=1&page_size=10');
    expect(marketplace.catalog.size).toBe(25);
    await ask(marketplace, '/api/v1/skills?page=2&page_size=10');
    expect(marketplace.catalog.ids()).toEqual(ids.slice(1));
  });
});

describe('bodies that are wrong', () => {
  it.each([
    ['POST /faults', { kind: 'status', status: '503', nope: 1 }, ['status', 'nope']],
    ['POST /faults', [{ kind: 'ops', ops: [{ op: 'upsert', skill: {} }] }], ['0.ops.0.skill.skill_id']],
    ['POST /faults', [{ kind: 'unheard' }], ['0.kind']],
    ['POST /faults', { kind: 'cut', times: 0 }, ['times']],
    ['POST /faults', 5, ['body']],
    ['PATCH /settings', { limits: { perMinute: 0, concurrent: 1 } }, ['limits.perMinute']],
    ['POST /feed/close', { code: 70_000 }, ['code']],
    ['POST /feed/broadcast', {}, ['body']],
    ['POST /feed/flood', { frames: 'many' }, ['frames']],
    ['POST /tokens/accept', {}, ['token']],
  ])('are refused with the fields named: %s %j', async (request, json, fields) => {
    const marketplace = await startForTest();
    const { status, body } = await control(marketplace, request, json);
    expect(status).toBe(400);
    expect(body.details.map((detail: { field: string }) => detail.field)).toEqual(fields);
  });

  it('are refused when they are not JSON, and unknown calls are 404 or 405', async () => {
    const marketplace = await startForTest();
    const broken = await fetch(`${marketplace.url}/__control/faults`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: '{',
    });
    expect([broken.status, JSON.parse(await broken.text()).error]).toEqual([400, 'invalid_json']);
    expect((await control(marketplace, 'GET /nothing')).status).toBe(404);
    expect((await control(marketplace, 'PUT /stats')).status).toBe(405);
    expect((await control(marketplace, 'GET /')).body.calls).toHaveLength(CONTROL_ROUTES.length);
  });
});

describe('the world over HTTP', () => {
  it('changes settings, and keeps what is left out', async () => {
    const marketplace = await startForTest();
    await control(marketplace, 'PATCH /settings', { limits: 'contract', ratingUpdates: false, latencyMs: 1 });
    await control(marketplace, 'PATCH /settings', { down: true });
    expect((await control(marketplace, 'GET /settings')).body).toMatchObject({
      limits: { perMinute: 100, concurrent: 10 },
      ratingUpdates: 405,
      latencyMs: 1,
      down: true,
    });
    expect((await control(marketplace, 'PATCH /settings', { limits: 'off' })).body.limits).toBe('off');
    expect((await ask(marketplace, '/health')).status).toBe(503);
  });

  it('changes the catalogue', async () => {
    const marketplace = await startForTest();
    const { body } = await control(marketplace, 'POST /catalog/ops', {
      ops: [
        { op: 'upsert', skill: { skill_id: 'mine', name: 'Mine' }, index: 0 },
        { op: 'touch', id: 'mine' },
        { op: 'remove', id: 'no' },
      ],
    });
    expect(body).toEqual({ applied: 2, skills: 26 });
    expect((await control(marketplace, 'GET /catalog?limit=1')).body).toMatchObject({
      skills: 26,
      ids: ['mine'],
    });
    await control(marketplace, 'POST /catalog/categories', { name: 'Fresh' });
    expect(marketplace.catalog.categories().at(-1)).toMatchObject({ name: 'Fresh' });
    marketplace.ratings.add({ skill_id: 'mine', user_id: 'u', rating: 1 });
    expect((await control(marketplace, 'GET /ratings?skill_id=mine')).body.ratings).toHaveLength(1);
  });

  it.each([true, false])(
    'takes and serves numbers to the last digit, with the record as it is: %s',
    async (raw) => {
      const marketplace = await startForTest();
      const numbers = '[9007199254740993,1e400,-0,0.12345678901234567890]';
      const skill = `{"skill_id":"mine","name":"Mine","n":${numbers}}`;
      const put = await call(marketplace, '/__control/catalog/ops', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"ops":[{"op":"upsert","skill":${skill},"index":0,"raw":${raw}}]}`,
      });
      expect(put.status).toBe(200);
      for (const path of ['/api/v1/skills?page_size=1', '/api/v1/skills/mine'])
        expect(await (await call(marketplace, path)).text()).toContain(`"n":${numbers}`);
    },
  );

  it('expires, accepts and rotates tokens', async () => {
    const marketplace = await startForTest();
    expect((await control(marketplace, 'POST /tokens/accept', { token: 'other' })).body.tokens).toHaveLength(
      2,
    );
    expect((await control(marketplace, 'POST /tokens/expire', { token: 'other' })).body).toEqual({
      expired: 1,
    });
    const { body } = await control(marketplace, 'POST /tokens/rotate');
    expect((await ask(marketplace, '/api/v1/categories')).status).toBe(401);
    expect((await control(marketplace, 'GET /tokens')).body).toEqual({ tokens: [body.token] });
  });

  it('drives the feed', async () => {
    const marketplace = await startForTest();
    const listener = await listen(marketplace);

    await control(marketplace, 'POST /feed/broadcast', { frame: { type: 'a' } });
    await control(marketplace, 'POST /feed/broadcast', { garbage: true });
    await control(marketplace, 'POST /feed/broadcast', { base64: 'AQI=' });
    await control(marketplace, 'POST /feed/ping', {});
    await control(marketplace, 'PUT /feed/delivery', { reorderWindow: 100 });
    await control(marketplace, 'POST /feed/broadcast', { frame: { type: 'held' } });
    await control(marketplace, 'POST /feed/flush');
    await control(marketplace, 'PUT /feed/delivery', {});
    await control(marketplace, 'POST /feed/flood', { frames: 20 });
    await listener.untilMessages(25);
    expect(listener.frames.slice(0, 3)).toMatchObject([{ type: 'a' }, { type: 'ping' }, { type: 'held' }]);
    expect(listener.binaries).toBe(1);

    const { body } = await control(marketplace, 'POST /feed/mood', { mood: 'zombie' });
    expect(body).toEqual({ open: 1, accepted: 1, refused: 0 });
    expect((await control(marketplace, 'GET /feed')).body.sockets).toMatchObject([
      { mood: 'zombie', framesSent: 25 },
    ]);
    expect((await control(marketplace, 'GET /feed')).body.sockets[0]).not.toHaveProperty('token');
    await control(marketplace, 'POST /feed/close', { code: 4401, reason: 'gone' });
    expect(await listener.closed).toEqual({ code: 4401, reason: 'gone' });
  });

  it('shows what was asked for, without counting itself', async () => {
    const marketplace = await startForTest();
    await ask(marketplace, '/api/v1/skills?page=2');
    const { body } = await control(marketplace, 'GET /stats');
    expect(body).toMatchObject({
      requests: 1,
      byRoute: { skills: 1 },
      byPage: { 2: 1 },
      byStatus: { 200: 1 },
    });
    expect((await control(marketplace, 'GET /log?limit=5')).body.log).toMatchObject([
      { path: '/api/v1/skills', status: 200 },
    ]);
    expect((await control(marketplace, 'DELETE /stats')).body.requests).toBe(0);
  });
});
