import { beforeEach, describe, expect, it } from 'vitest';
import type { ResolveOutcome } from '#core/conflicts/conflict-store.ts';
import { StorageError, TooLargeError } from '#core/errors.ts';
import { effectiveSkill } from '#core/skills/cached-skill.ts';
import type { Skill } from '#core/skills/skill.ts';
import { apiOf, call, type EventParts } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import {
  audited,
  cachedSkill,
  conflictNameOf,
  edit,
  publish as publishSkill,
} from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World, withServices } from '#test/functions/admin-api/world.ts';

const LIST = '/api/admin/sync/conflicts';
const BASE = { description: 'base', version: '1.2.0', tags: ['csv'] };
const OURS = { description: 'ours', code: 'print("ours")' };
const THEIRS = { description: 'theirs', version: '1.3.0', tags: ['csv'] };

describe('Conflicts over the API', () => {
  let world: World;
  beforeEach(() => {
    world = createWorld();
  });
  const publish = (skill_id: string, minute: number, fields: Partial<Skill>) => {
    const updated_at = `2026-02-01T00:${String(minute).padStart(2, '0')}:00Z`;
    const skill = { skill_id, name: skill_id, ...fields, updated_at };
    return publishSkill(world, skill, { observedAt: NOW + minute });
  };
  const served = async (skillId: string) => {
    const entry = await cachedSkill(world, skillId);
    return entry && effectiveSkill(entry);
  };
  /** A conflict that waits; answers its name. */
  async function open(skillId = 'csv-cleaner'): Promise<string> {
    await publish(skillId, 0, BASE);
    await edit(world, skillId, OURS);
    await publish(skillId, 1, THEIRS);
    return conflictNameOf(world, skillId);
  }
  const get = (path: string, parts: Partial<EventParts> = {}) => call(world, { path, ...parts });
  const resolve = (body: unknown) => call(world, { method: 'POST', path: '/api/admin/sync/resolve', body });

  it('shows one with its sides, field by field', async () => {
    const id = await open();

    const { status, body } = await get(`${LIST}/${id}`);

    expect(status).toBe(200);
    expect(body.conflict).toEqual({
      id,
      skill_id: 'csv-cleaner',
      type: 'VERSION_MISMATCH',
      severity: 'CRITICAL',
      base: { skill_id: 'csv-cleaner', name: 'csv-cleaner', ...BASE, updated_at: '2026-02-01T00:00:00Z' },
      local: expect.objectContaining({ ...BASE, ...OURS }),
      remote: expect.objectContaining(THEIRS),
      detected_at: '2026-02-19T10:30:00.000Z',
      resolved_at: null,
      strategy: null,
      resolved_by: null,
      resolved: false,
      result: null,
      differences: [
        {
          field: 'code',
          base: null,
          local: OURS.code,
          remote: null,
          severity: 'CRITICAL',
          changed_by: 'local',
        },
        {
          field: 'version',
          base: '1.2.0',
          local: '1.2.0',
          remote: '1.3.0',
          severity: 'HIGH',
          changed_by: 'remote',
        },
        {
          field: 'description',
          base: 'base',
          local: 'ours',
          remote: 'theirs',
          severity: 'LOW',
          changed_by: 'both',
        },
      ],
      revision: expect.stringMatching(/^[\w-]{22}$/),
    });
  });

  it('lists those that wait unless told otherwise, and narrows down', async () => {
    const [first, second] = [await open('a'), await open('Zürich/日本')];
    await resolve({ conflict_id: first, strategy: 'local_wins' });

    const ids = async (query: string) => {
      const { body } = await get(`${LIST}${query}`);
      return body.conflicts.map((conflict: { id: string }) => conflict.id);
    };

    expect(await ids('')).toEqual([second]);
    expect(await ids('?status=resolved')).toEqual([first]);
    expect(await ids('?status=all')).toEqual([second, first]);
    expect(await ids('?status=all&severity=CRITICAL&type=VERSION_MISMATCH')).toEqual([second, first]);
    expect(await ids('?status=all&severity=LOW')).toEqual([]);
    const page = (await get(`${LIST}?status=all&limit=1`)).body;
    expect(page.conflicts).toHaveLength(1);
    expect((await get(`${LIST}?status=all&limit=1&cursor=${page.next_cursor}`)).body).toMatchObject({
      conflicts: [{ id: first, resolved: true, strategy: 'local_wins', resolved_by: 'user-AUTONOMOUS' }],
      next_cursor: null,
    });
  });

  it.each([
    ['remote_wins', { description: 'theirs', version: '1.3.0' }],
    ['local_wins', { description: 'ours', version: '1.2.0', code: OURS.code }],
    ['merge', { description: 'theirs', version: '1.3.0', code: OURS.code }],
  ])('resolves one by %s', async (strategy, result) => {
    const id = await open();
    const { revision } = (await get(`${LIST}/${id}`)).body.conflict;

    const answer = await resolve({ conflict_id: id, strategy, revision });

    expect(answer).toMatchObject({ status: 200, body: { success: true, resolved: 1, failed: [] } });
    expect(await served('csv-cleaner')).toMatchObject(result);
    expect((await get(`${LIST}/${id}`)).body.conflict).toMatchObject({
      resolved: true,
      resolved_at: '2026-02-19T10:30:00.000Z',
      resolved_by: 'user-AUTONOMOUS',
      strategy,
      result,
    });
    expect((await audited(world))[0]).toMatchObject({ action: 'POST /api/admin/sync/resolve', status: 200 });
  });

  it('refuses to resolve one twice', async () => {
    const id = await open();
    await resolve({ conflict_id: id, strategy: 'merge' });

    const { status, body } = await resolve({ conflict_id: id, strategy: 'remote_wins' });

    expect(status).toBe(409);
    expect(body).toMatchObject({
      error: 'already_resolved',
      conflict: { id, strategy: 'merge', resolved: true },
    });
  });

  it('refuses a word on a state that is no more, and shows the one that is', async () => {
    const id = await open();
    const { revision } = (await get(`${LIST}/${id}`)).body.conflict;
    await publish('csv-cleaner', 2, { ...THEIRS, description: 'theirs again' });

    const { status, body } = await resolve({ conflict_id: id, strategy: 'remote_wins', revision });

    expect(status).toBe(409);
    expect(body).toMatchObject({
      error: 'conflict_changed',
      conflict: { id, resolved: false, remote: { description: 'theirs again' } },
    });
    const again = { conflict_id: id, strategy: 'remote_wins', revision: body.conflict.revision };
    expect((await resolve(again)).status).toBe(200);
  });

  it.each(['x', '01KHTNPR6M4Y8Z0V9QK2D3F5GH-Y3N2LWNsZWFuZXI', '../audit', `${'9'.repeat(26)}-%%`])(
    'knows no conflict "%s"',
    async (id) => {
      await open();
      const answer = { status: 404, body: { error: 'conflict_not_found' } };

      expect(await resolve({ conflict_id: id, strategy: 'merge' })).toMatchObject(answer);
      if (!id.includes('/')) expect(await get(`${LIST}/${encodeURIComponent(id)}`)).toMatchObject(answer);
    },
  );

  it('resolves many and tells those apart that it could not', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, (_, n) => open(`s${n}`)));
    await resolve({ conflict_id: ids[3], strategy: 'local_wins' });
    const { services } = world;
    const failing = (error: Error): Promise<ResolveOutcome> => Promise.reject(error);
    const conflicts = {
      ...services.conflicts,
      resolve: (resolution: Parameters<typeof services.conflicts.resolve>[0]) => {
        if (resolution.conflict.skillId === 's7') return failing(new StorageError('throttled'));
        if (resolution.conflict.skillId === 's8') return failing(new TooLargeError('too large'));
        if (resolution.conflict.skillId === 's9') return failing(new TypeError('a bug'));
        return services.conflicts.resolve(resolution);
      },
    };
    const body = { conflict_ids: [...ids, 'unknown', ids[0]], strategy: 'merge' };

    const api = apiOf(withServices(world, { conflicts }));
    const parts = { method: 'POST', path: '/api/admin/sync/resolve', body };
    const answer = await call(world, parts, api);

    expect(answer.status).toBe(200);
    expect(answer.body.resolved).toBe(36);
    expect(answer.body.failed).toEqual([
      { conflict_id: ids[3], error: 'already_resolved' },
      { conflict_id: ids[7], error: 'storage_unavailable' },
      { conflict_id: ids[8], error: 'too_large' },
      { conflict_id: ids[9], error: 'internal_error' },
      { conflict_id: 'unknown', error: 'conflict_not_found' },
    ]);
  });

  it.each([
    [{ strategy: 'merge' }, ['conflict_id']],
    [{ conflict_id: 'a', conflict_ids: ['b'], strategy: 'merge' }, ['conflict_id']],
    [{ conflict_ids: [], strategy: 'merge' }, ['conflict_ids']],
    [{ conflict_ids: Array.from({ length: 101 }, String), strategy: 'merge' }, ['conflict_ids']],
    [{ conflict_ids: ['a'], strategy: 'merge', revision: 'x' }, ['revision']],
    [{ conflict_id: 'a', strategy: 'manual' }, ['strategy']],
    [{ conflict_id: 'a' }, ['strategy']],
    [{ conflict_id: 7, strategy: 'merge' }, ['conflict_id']],
    [{ conflict_id: 'a', strategy: 'merge', force: true }, ['force']],
  ])('refuses %j', async (body, fields) => {
    const answer = await resolve(body);

    expect(answer).toMatchObject({ status: 400, body: { error: 'validation_failed' } });
    expect(answer.body.details.map((fault: { field: string }) => fault.field)).toEqual(fields);
  });

  it.each(['?status=open', '?severity=low', '?type=X', '?cursor=x', '?foo=1'])(
    'refuses %s',
    async (query) => {
      expect((await get(`${LIST}${query}`)).status).toBe(400);
    },
  );

  it('says what of the edited skill is too large', async () => {
    const id = await open();
    const conflicts = {
      ...world.services.conflicts,
      resolve: () => Promise.reject(new TooLargeError('Skill takes too much')),
    };
    const api = apiOf(withServices(world, { conflicts }));
    const body = { conflict_id: id, strategy: 'merge' };

    const answer = await call(world, { method: 'POST', path: '/api/admin/sync/resolve', body }, api);

    expect(answer).toMatchObject({ status: 413, body: { error: 'payload_too_large' } });
  });

  it('counts them for Prometheus', async () => {
    const id = await open();
    await open('b');
    await resolve({ conflict_id: id, strategy: 'merge' });

    const { body } = await get('/metrics/sync');

    for (const line of [
      'atom_saas_conflicts_detected_total{type="VERSION_MISMATCH"} 2',
      'atom_saas_conflicts_resolved_total{strategy="merge"} 1',
      'atom_saas_conflicts_unresolved 1',
    ])
      expect(body.split('\n')).toContain(line);
  });
});
