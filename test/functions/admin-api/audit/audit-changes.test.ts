import { describe, expect, it } from 'vitest';
import { KeysUnavailableError, StorageError } from '#core/errors.ts';
import { JobId } from '#core/runs/run.ts';
import { apiOf, CORRELATION_ID, call, type EventParts } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { audited, publish } from '#test/functions/admin-api/fill-world.ts';
import { operations } from '#test/functions/admin-api/http/operations.ts';
import { createWorld, withServices } from '#test/functions/admin-api/world.ts';

const PATCH = { method: 'PATCH', path: `/api/admin/sync/jobs/${JobId.skillSync}` };

describe('The audit', () => {
  it.each(operations)(
    'has a record of each change and of nothing else: $name',
    async ({ method, path, url, body }) => {
      const world = createWorld();

      const { status } = await call(world, { method, path: url, body });

      expect((await audited(world)).map((record) => [record.action, record.status, record.subject])).toEqual(
        method === 'GET' ? [] : [[`${method} ${path}`, status, 'user-AUTONOMOUS']],
      );
    },
  );

  it('tells who, what, when, with which parameters and result', async () => {
    const world = createWorld();
    await call(world, { ...PATCH, body: { minutes: 30 } });

    expect(await audited(world)).toEqual([
      {
        id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
        at: NOW,
        subject: 'user-AUTONOMOUS',
        level: 'AUTONOMOUS',
        action: 'PATCH /api/admin/sync/jobs/{id}',
        parameters: { path: { id: JobId.skillSync }, body: { minutes: 30 } },
        status: 200,
        correlationId: CORRELATION_ID,
      },
    ]);
  });

  it.each<
    [string, Partial<EventParts>, Readonly<Record<'status' | 'error', unknown>> & { parameters?: object }]
  >([
    ['denied', { token: 'INTERN', body: { minutes: 30 } }, { status: 403, error: 'insufficient_maturity' }],
    [
      'refused',
      { body: { minutes: 1 } },
      { status: 400, error: 'validation_failed', parameters: { body: { minutes: 1 } } },
    ],
    ['unreadable', { rawBody: '{' }, { status: 400, error: 'invalid_json' }],
    ['too large', { rawBody: ' '.repeat(300_000) }, { status: 413, error: 'payload_too_large' }],
  ])('has what was %s', async (_what, parts, { status, error, parameters = {} }) => {
    const world = createWorld();
    await call(world, { ...PATCH, ...parts });

    const path = { id: JobId.skillSync };
    expect(await audited(world)).toMatchObject([{ status, error, parameters: { path, ...parameters } }]);
  });

  it.each([undefined, 'refused'])(
    'has an attempt without a valid token, but not its body: %s',
    async (token) => {
      const world = createWorld();
      await call(world, { ...PATCH, path: `${PATCH.path}?a=b`, token, body: { minutes: 30 } });

      expect(await audited(world)).toMatchObject([
        { subject: 'anonymous', level: 'none', status: 401, error: 'unauthorized' },
      ]);
      expect((await audited(world))[0]?.parameters).toEqual({ path: { id: JobId.skillSync } });
    },
  );

  it('has the level of a token without one as none', async () => {
    const world = createWorld();
    await call(world, { ...PATCH, token: 'ADMIN' });

    expect(await audited(world)).toMatchObject([{ subject: 'user-ADMIN', level: 'none', status: 403 }]);
  });

  it('is not filled by a flood from outside: ten a minute, the others counted in the log', async () => {
    const world = createWorld();
    const api = apiOf(world);
    for (let i = 0; i < 50; i += 1) await call(world, { ...PATCH, token: undefined }, api);
    expect(await audited(world)).toHaveLength(10);

    await call(world, { ...PATCH, token: 'STUDENT' }, api);
    expect((await audited(world))[0]).toMatchObject({ subject: 'user-STUDENT' });

    world.clock += 60_000;
    await call(world, { ...PATCH, token: undefined }, api);
    expect(await audited(world)).toHaveLength(12);
    expect(world.lines.filter(({ level }) => level === 'warn').map(({ facts }) => facts)).toEqual([
      { count: 40 },
    ]);
  });

  it('bounds what nobody could check as well', async () => {
    const world = createWorld();
    const api = apiOf(world, undefined, async () => {
      throw new KeysUnavailableError('no keys');
    });
    for (let i = 0; i < 20; i += 1) await call(world, PATCH, api);

    expect(await audited(world)).toHaveLength(10);
    expect((await audited(world))[0]).toMatchObject({
      subject: 'anonymous',
      status: 503,
      error: 'auth_unavailable',
    });
  });

  it.each(['/api/nothing', '/api/admin/sync/runs', '/nothing'])(
    'knows only routes: DELETE %s',
    async (path) => {
      const world = createWorld();
      await call(world, { method: 'DELETE', path });
      await call(world, { method: 'DELETE', path, token: undefined });

      expect(await audited(world)).toEqual([]);
    },
  );

  it('fails open: the change is made and told, and the log has the record', async () => {
    const world = createWorld();
    const audit = {
      ...world.services.audit,
      append: async () => {
        throw new StorageError('no answer');
      },
    };
    const api = apiOf(withServices(world, { audit }));

    const answer = await call(world, { ...PATCH, body: { minutes: 30, token: 's3cret' } }, api);
    const good = await call(world, { ...PATCH, body: { minutes: 30 } }, api);

    expect([answer.status, good.status]).toEqual([400, 200]);
    const lines = world.lines.filter(({ level }) => level === 'error');
    expect(lines.map(({ facts }) => facts.audit_record)).toMatchObject([
      { status: 400, parameters: { body: { minutes: 30, token: '[removed]' } } },
      { status: 200, subject: 'user-AUTONOMOUS', parameters: { body: { minutes: 30 } } },
    ]);
    expect(world.counted).toEqual(['LostAuditRecords', 'LostAuditRecords']);
  });

  it('keeps secrets out: of path, query and body', async () => {
    const world = createWorld();
    await publish(world, { skill_id: 'a', name: 'A' });
    const body = {
      name: 'Bearer s3cret',
      env_vars: { DB: 's3cret' },
      code: 'key = "s3cret"',
      metadata: { api_key: 's3cret', Password: 's3cret', url: 'https://me:s3cret@example.com' },
    };

    expect((await call(world, { method: 'PUT', path: '/api/skills/a', body })).status).toBe(200);
    await call(world, { method: 'PUT', path: '/api/skills/a?token=s3cret', body: {} });

    expect(await audited(world)).toHaveLength(2);
    expect(JSON.stringify([await audited(world), world.lines])).not.toContain('s3cret');
  });
});

describe('GET /api/admin/audit', () => {
  it('answers the records, newest first, page by page', async () => {
    const world = createWorld();
    for (const minutes of [10, 20, 99]) await call(world, { ...PATCH, body: { minutes } });

    const first = await call(world, { path: '/api/admin/audit?limit=2', token: 'SUPERVISED' });
    const rest = await call(world, { path: `/api/admin/audit?limit=2&cursor=${first.body.next_cursor}` });

    expect(first.body.records).toMatchObject([
      { status: 400, error: 'validation_failed' },
      { status: 200, error: null, parameters: { body: { minutes: 20 } }, at: '2026-02-19T10:30:00.000Z' },
    ]);
    expect(rest.body).toMatchObject({
      records: [{ parameters: { body: { minutes: 10 } } }],
      next_cursor: null,
    });
  });
});
