import { describe, expect, it, vi } from 'vitest';
import { KeysUnavailableError, StorageError } from '#core/errors.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute } from '#functions/admin-api/http/route.ts';
import { routeTable } from '#functions/admin-api/routes/route-table.ts';
import { apiOf, CORRELATION_ID, call, eventOf, read } from '#test/functions/admin-api/call-api.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';
import { WAIT } from '#test/wait-limit.ts';
import { echo } from './echo-route.ts';

const broken = defineRoute({
  method: 'GET',
  path: '/api/broken',
  level: Level.student,
  operationId: 'broken',
  summary: 'Fails.',
  tag: 'test',
  responses: {},
  handle: async () => {
    throw new Error('table atom-sync-Table-1X2Y has no index gsi1');
  },
});

const unwritable = defineRoute({
  ...broken,
  path: '/api/unwritable',
  operationId: 'unwritable',
  query: undefined,
  params: undefined,
  body: undefined,
  handle: async () => ({ status: 200, body: { big: 1n } }),
});

const routes = [...routeTable, echo, broken, unwritable];

function callWith(parts: Parameters<typeof call>[1], world = createWorld()) {
  return call(world, parts, apiOf(world, routes));
}

describe('Function: createApi', () => {
  it('sends the headers that keep answers out of caches and sniffers', async () => {
    const { headers } = await callWith({ path: '/health/live' });

    expect(headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-correlation-id': CORRELATION_ID,
    });
  });

  it.each(['/', '', '/health', '/health/live/', '/healthy', '/API/skills'])(
    'answers 404 outside the protected areas without a token: "%s"',
    async (path) => {
      const { status, body } = await callWith({ path, token: undefined });

      expect(status).toBe(404);
      expect(body).toMatchObject({ success: false, error: 'not_found' });
    },
  );

  it.each(['/', '/health/live', '/api/skills', '/api/nothing', '/metrics/sync', '/console'])(
    'answers a browser’s OPTIONS of %s with 204, with or without a token, and nothing of what is there',
    async (path) => {
      for (const token of [undefined, 'refused', 'AUTONOMOUS']) {
        const world = createWorld();
        const { status, text, headers } = await callWith({ path, token, method: 'OPTIONS' }, world);

        expect({ status, text }).toEqual({ status: 204, text: '' });
        expect(Object.keys(headers).toSorted()).toEqual([
          'cache-control',
          'x-content-type-options',
          'x-correlation-id',
        ]);
        expect(world.counted).toEqual([]);
      }
    },
  );

  it.each(['/api', '/api/nothing', '/metrics/sync', '/api/skills/x/ratings'])(
    'tells nobody without a token whether %s exists',
    async (path) => {
      const answers = await Promise.all([
        callWith({ path, token: undefined }),
        callWith({ path, token: undefined, method: 'DELETE' }),
        callWith({ path: '/api/skills', token: undefined }),
      ]);

      expect(new Set(answers.map(({ status, body }) => JSON.stringify({ status, body }))).size).toBe(1);
      expect(answers[0]).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    },
  );

  it.each(['/api', '/api/nothing', '/metrics', '/api/skills/', '/api//skills'])(
    'answers 404 to a caller: %s',
    async (path) => {
      expect(await callWith({ path })).toMatchObject({ status: 404, body: { error: 'not_found' } });
    },
  );

  it('answers 405 with what is allowed', async () => {
    const wrong = await callWith({ path: '/api/skills', method: 'DELETE' });
    const unknown = await callWith({ path: '/health/live', method: 'BREW', token: undefined });

    expect(wrong).toMatchObject({
      status: 405,
      headers: { allow: 'GET' },
      body: { success: false, error: 'method_not_allowed' },
    });
    expect(unknown.status).toBe(405);
  });

  it('does not offer for an id with slashes what exists for a part of it', async () => {
    const answer = await callWith({ path: '/api/skills/x/reviews', method: 'POST', body: {} });

    expect(answer).toMatchObject({ status: 404, body: { error: 'not_found' } });
  });

  it.each([['Basic dXNlcjpwYXNz'], ['Bearer'], ['Bearer a b'], ['Bearer a, Bearer b'], ['Bearer é']])(
    'refuses the Authorization header "%s"',
    async (authorization) => {
      const event = eventOf({ path: '/api/skills' });
      const world = createWorld();

      const answer = read(await apiOf(world)({ ...event, headers: { Authorization: authorization } }, 'id'));

      expect(answer).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
        body: { success: false, error: 'unauthorized' },
      });
    },
  );

  it('answers 503, not 401, when no token can be checked', async () => {
    const world = createWorld();
    const api = apiOf(world, routes, async () => {
      throw new KeysUnavailableError('no keys');
    });

    const answer = await call(world, { path: '/api/skills' }, api);

    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { error: 'auth_unavailable' },
    });
  });

  it('names every fault of path, query and body at once', async () => {
    const { status, body } = await callWith({
      method: 'PUT',
      path: `/api/echo/${'x'.repeat(41)}?limit=1&limit=2&__proto__=1`,
      body: { count: 1.5, extra: 1, constructor: 2 },
    });

    expect(status).toBe(400);
    expect(body).toMatchObject({ success: false, error: 'validation_failed' });
    expect(body.details.map((d: { in: string; field: string }) => `${d.in} ${d.field}`).sort()).toEqual([
      'body constructor',
      'body count',
      'body extra',
      'body name',
      'path id',
      'query __proto__',
      'query limit',
    ]);
  });

  it('names a missing body', async () => {
    const { status, body } = await callWith({ method: 'PUT', path: '/api/echo/1' });

    expect(status).toBe(400);
    expect(body.details).toMatchObject([{ in: 'body', field: 'body' }]);
  });

  it('hands a fault of ours to the log and only its correlation id to the caller', async () => {
    const world = createWorld();
    const { status, headers, body } = await callWith({ path: '/api/broken' }, world);

    expect(status).toBe(500);
    expect(body).toEqual({
      success: false,
      error: 'internal_error',
      message: `Something went wrong on our side. The log has it under the correlation id ${CORRELATION_ID}.`,
    });
    expect(headers['x-correlation-id']).toBe(CORRELATION_ID);
    const line = world.lines.find(({ level }) => level === 'error');
    expect(line?.facts).toMatchObject({ correlation_id: CORRELATION_ID, error: expect.any(Error) });
  });

  it('answers 500 where an answer can not be written', async () => {
    expect((await callWith({ path: '/api/unwritable' })).status).toBe(500);
  });

  it('answers 503 while the table does not answer', async () => {
    const world = createWorld();
    const services = {
      ...world.services,
      categories: {
        list: async () => {
          throw new StorageError('DynamoDB Query on atom-sync-Table failed');
        },
      },
    };

    const answer = await call(world, { path: '/api/categories' }, apiOf({ ...world, services }));

    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { error: 'storage_unavailable' },
    });
    expect(JSON.stringify(answer.body)).not.toContain('atom-sync-Table');
  });

  it.each([
    ['GET', '/api/skills?limit=0', undefined, 'must be a whole number from 1 to 200'],
    ['GET', '/api/admin/audit?limit=1e2', undefined, 'must be a whole number from 1 to 200'],
    ['GET', '/api/categories?limit=201', undefined, 'must be a whole number from 1 to 200'],
    ['POST', '/api/skills/a/ratings', { user_id: 'u', rating: 6 }, 'must be a whole number from 1 to 5'],
    ['POST', '/api/skills/a/ratings', { user_id: 'u', rating: '4' }, 'must be a whole number from 1 to 5'],
    [
      'POST',
      '/api/skills/a/ratings',
      { user_id: 'é'.repeat(257), rating: 4 },
      'must be 1 to 512 bytes of well-formed text, not blanks alone',
    ],
    [
      'POST',
      '/api/admin/sync/resolve',
      { conflict_ids: [], strategy: 'merge' },
      'must be a list of 1 to 100 ids',
    ],
    [
      'POST',
      '/api/admin/sync/resolve',
      { conflict_ids: Array(101).fill('x'), strategy: 'merge' },
      'must be a list of 1 to 100 ids',
    ],
    [
      'POST',
      '/api/admin/sync/resolve',
      { conflict_id: 'x', strategy: 'merge', revision: 'r'.repeat(101) },
      'must be a text of 1 to 100 characters',
    ],
  ])('names what is allowed: %s %s %j', async (method, path, body, message) => {
    const answer = await call(createWorld(), { method, path, body });

    expect(answer.status).toBe(400);
    expect(answer.body.details.map((detail: { message: string }) => detail.message)).toEqual([message]);
  });

  it('leaves a line before the work of a change begins, and of nothing else', async () => {
    const world = createWorld();
    let before: unknown[] = [];
    const look = async () => {
      before = world.lines.map(({ level, message, facts }) => [level, message, facts]);
      // The function is killed while it works: nothing comes after this.
      return new Promise<never>(() => {});
    };
    const parts = { path: '/api/echo/s3cret-id', token: 'INTERN', body: { name: 's3cret' } };
    const api = apiOf(world, [{ ...echo, handle: look }]);

    void api(eventOf({ method: 'PUT', ...parts }), CORRELATION_ID);
    await vi.waitFor(() => expect(before).not.toEqual([]), WAIT);

    const facts = { method: 'PUT', route: '/api/echo/{id}', subject: 'user-INTERN', caller_level: 'INTERN' };
    expect(before).toEqual([['info', 'change begins', { correlation_id: CORRELATION_ID, ...facts }]]);
    const quiet = createWorld();
    await call(quiet, { path: '/api/skills', token: 'INTERN' });
    await call(quiet, { method: 'DELETE', path: '/api/admin/sync/jobs', token: undefined });
    expect(quiet.lines.map(({ message }) => message)).toEqual(['request', 'request']);
  });

  it('leaves one line a request, with who and what but never the token, the query or the body', async () => {
    const world = createWorld();
    await callWith(
      { method: 'PUT', path: '/api/echo/s3cret-id', token: 'INTERN', body: { name: 's3cret' } },
      world,
    );
    await callWith({ path: '/api/skills?query=s3cret', token: 'refused' }, world);

    expect(world.lines.map(({ message }) => message)).toEqual(['change begins', 'request', 'request']);
    expect(world.lines[1]?.facts).toEqual({
      correlation_id: CORRELATION_ID,
      method: 'PUT',
      route: '/api/echo/{id}',
      status: 200,
      ms: 0,
      subject: 'user-INTERN',
      caller_level: 'INTERN',
    });
    expect(JSON.stringify(world.lines)).not.toMatch(/s3cret|Bearer|refused/);
  });
});
