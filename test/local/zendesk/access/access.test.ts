import { describe, expect, it } from 'vitest';
import { basic, bearer, createScene, EXPORT, tokenRequest } from '#test/local/zendesk/zendesk-client.ts';

const EXPORT_ALL = `${EXPORT}?start_time=0`;
const ME = '/api/v2/users/me.json';
const CURRENT = '/api/v2/oauth/tokens/current.json';
const NOBODY = { authorization: '' };

describe('POST /oauth/tokens', () => {
  it('gives a token, and says when it expires only when that was asked for', async () => {
    const { ask } = createScene();
    const plain = await ask('/oauth/tokens', tokenRequest());
    expect(plain.body).toEqual({ access_token: expect.any(String), token_type: 'bearer', scope: 'read' });
    const timed = await ask('/oauth/tokens', tokenRequest({ expires_in: 900 }));
    expect(timed.body.expires_in).toBe(900);
    expect(timed.body.access_token).not.toBe(plain.body.access_token);
  });

  it('takes a form as well', async () => {
    const { ask } = createScene();
    const { body } = tokenRequest({ expires_in: 300 });
    const form = new URLSearchParams(JSON.parse(String(body)));
    const { status, body: answer } = await ask('/oauth/tokens', { method: 'POST', body: form });
    expect([status, answer.expires_in]).toEqual([200, 300]);
  });

  it.each([
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ client_id: 'nobody' }, 401, 'invalid_client'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ scope: 'write' }, 400, 'invalid_scope'],
    [{ scope: 'read tickets:write' }, 400, 'invalid_scope'],
    [{ expires_in: 299 }, 400, 'invalid_request'],
    [{ expires_in: 172_801 }, 400, 'invalid_request'],
  ])('refuses %j with %i %s', async (more, status, error) => {
    const answer = await createScene().ask('/oauth/tokens', tokenRequest(more));
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  it('refuses what is no JSON', async () => {
    const answer = await createScene().ask('/oauth/tokens', { ...tokenRequest(), body: '{' });
    expect(answer.status).toBe(400);
  });

  it.each(['everything', 'read everything'])(
    'gives a token for the nonsense %j, which then may nothing',
    async (scope) => {
      const scene = createScene();
      const headers = await bearer(scene, { scope });
      for (const path of [EXPORT_ALL, ME, '/api/v2/ticket_fields.json']) {
        expect((await scene.ask(path, { headers })).status).toBe(403);
      }
    },
  );

  it('gives a token for one resource alone', async () => {
    const scene = createScene();
    const headers = await bearer(scene, { scope: 'tickets:read' });
    expect((await scene.ask(EXPORT_ALL, { headers })).status).toBe(200);
    expect((await scene.ask(ME, { headers })).status).toBe(403);
  });
});

describe('A token', () => {
  it('expires when its time is over, and says when that is', async () => {
    const scene = createScene();
    const headers = await bearer(scene, { expires_in: 300 });
    const { token } = (await scene.ask(CURRENT, { headers })).body;
    expect(token).toMatchObject({ expires_at: '2026-11-27T10:05:00.000Z', scopes: ['read'] });
    scene.pass(299);
    expect((await scene.ask(EXPORT_ALL, { headers })).status).toBe(200);
    scene.pass(1);
    const late = await scene.ask(EXPORT_ALL, { headers });
    expect([late.status, late.body]).toEqual([401, { error: "Couldn't authenticate you" }]);
  });

  it.each([
    [undefined, '2026-11-27T10:30:00.000Z'],
    [null, null],
  ])(
    'lives as the client has it when nothing is asked for: %s',
    async (defaultLifetimeSeconds, expiresAt) => {
      const client = { clientId: 'atom-sync', clientSecret: 'local-zendesk-secret', defaultLifetimeSeconds };
      const scene = createScene({ clients: [client] });
      const headers = await bearer(scene, { expires_in: undefined });
      expect((await scene.ask(CURRENT, { headers })).body.token.expires_at).toBe(expiresAt);
    },
  );

  it('expires for good when it is told to, or as a fault in the middle of a run', async () => {
    const scene = createScene();
    const first = await bearer(scene);
    expect(scene.zendesk.expireTokens()).toBe(1);
    expect((await scene.ask(EXPORT_ALL, { headers: first })).status).toBe(401);

    const second = await bearer(scene);
    scene.zendesk.faults.add({ kind: 'expire_token', route: 'incremental_tickets', after: 1 });
    const statuses = [];
    for (let call = 0; call < 3; call += 1)
      statuses.push((await scene.ask(EXPORT_ALL, { headers: second })).status);
    expect(statuses).toEqual([200, 401, 401]);
    expect((await scene.ask(EXPORT_ALL, { headers: await bearer(scene) })).status).toBe(200);
  });

  it('is of its account alone', async () => {
    const scene = createScene({ others: [{ subdomain: 'atom1234', tickets: 2 }] });
    const headers = await bearer(scene);
    const other = await scene.ask(`https://atom1234.zendesk.com${EXPORT_ALL}`, { headers });
    expect(other.status).toBe(401);
  });
});

describe('Who calls without a good password', () => {
  it.each([
    NOBODY,
    basic('admin@example.com', 'wrong'),
    basic('nobody@example.com', 'local-zendesk-api-token'),
  ])('is Anonymous user with status 200 at users/me, and 401 anywhere else: %j', async (headers) => {
    const { ask } = createScene();
    const me = await ask(ME, { headers });
    expect([me.status, me.body.user.id, me.body.user.name]).toEqual([200, null, 'Anonymous user']);
    const tickets = await ask(EXPORT_ALL, { headers });
    expect([tickets.status, tickets.body]).toEqual([401, { error: "Couldn't authenticate you" }]);
  });

  it('gets 401 at users/me with a token that does not work', async () => {
    const { ask } = createScene();
    expect((await ask(ME, { headers: { authorization: 'Bearer nothing' } })).status).toBe(401);
  });
});

describe('A user with an API token', () => {
  it('is who it says it is', async () => {
    expect((await createScene().ask(ME)).body.user).toMatchObject({
      id: 370_000_000_000,
      email: 'admin@example.com',
      role: 'admin',
    });
  });

  it('cannot come in any more when API tokens have ended', async () => {
    const { zendesk, ask } = createScene();
    zendesk.clock.set(Date.UTC(2027, 3, 29, 23, 59));
    expect((await ask(EXPORT_ALL)).status).toBe(200);
    zendesk.clock.advance(60_000);
    expect((await ask(EXPORT_ALL)).status).toBe(401);
  });

  it('has no OAuth token to show', async () => {
    expect((await createScene().ask(CURRENT)).status).toBe(404);
  });
});

describe('Roles', () => {
  it.each([
    ['json', /You do not have access to this page/],
    ['empty', /^$/],
    ['html', /^<!DOCTYPE html>/],
  ] as const)('keep exports to admins, with a 403 of %s', async (forbiddenBody, text) => {
    const { ask } = createScene({ settings: { role: 'agent', forbiddenBody } });
    const answer = await ask(EXPORT_ALL);
    expect([answer.status, answer.text]).toEqual([403, expect.stringMatching(text)]);
    expect((await ask('/api/v2/ticket_fields.json')).status).toBe(200);
  });

  it('leave end users nothing but themselves', async () => {
    const { ask } = createScene({ settings: { role: 'end-user' } });
    expect((await ask('/api/v2/tickets.json')).status).toBe(403);
    expect((await ask(ME)).body.user.role).toBe('end-user');
  });
});

describe('What does not exist', () => {
  it('is another 404 for a call than for a record, and a page for a subdomain', async () => {
    const { ask } = createScene();
    expect((await ask('/api/v2/nothing.json')).body.error).toBe('InvalidEndpoint');
    expect((await ask('/api/v2/tickets/9.json')).body.error).toBe('RecordNotFound');
    const other = await ask(`https://nobody.zendesk.com${EXPORT_ALL}`);
    expect([other.status, other.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  });

  it('keeps two subdomains apart', async () => {
    const { ask } = createScene({ tickets: 3, others: [{ subdomain: 'atom1234', tickets: 2 }] });
    const texts = [];
    for (const subdomain of ['atom', 'atom1234']) {
      const { body } = await ask(`https://${subdomain}.zendesk.com${EXPORT_ALL}`);
      texts.push(body.tickets.map(({ description }: { description: string }) => description));
      expect(body.tickets[0].url).toMatch(`https://${subdomain}.zendesk.com/`);
    }
    expect(texts.map(({ length }) => length)).toEqual([3, 2]);
    expect(texts[0]).not.toContain(texts[1][0]);
  });

  it('leaves unknown users out of nothing: show_many makes them up', async () => {
    const { body } = await createScene().ask('/api/v2/users/show_many.json?ids=5,x,6');
    expect(body.users.map(({ id }: { id: number }) => id)).toEqual([5, 6]);
  });
});
