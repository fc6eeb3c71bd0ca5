import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_RESPONSE_BYTES, MAX_SKILL_BYTES } from '#core/answer-size.ts';
import { parseSkill, type Skill } from '#core/skills/skill.ts';
import { apiOf, CORRELATION_ID, type EventParts, eventOf, read } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import {
  addCategory,
  conflictNameOf,
  edit,
  publish as publishSkill,
  putRun,
  reject,
} from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World, withServices } from '#test/functions/admin-api/world.ts';

const MB = 1_000_000;
const CONFLICTS = '/api/admin/sync/conflicts';

describe('What is larger than an answer of Lambda', () => {
  let world: World;
  beforeEach(() => {
    world = createWorld();
  });

  /** Calls the API and holds its whole answer against Lambda's limit. */
  async function call(parts: EventParts) {
    const response = await apiOf(world)(eventOf({ token: 'AUTONOMOUS', ...parts }), CORRELATION_ID);
    expect(Buffer.byteLength(JSON.stringify(response))).toBeLessThanOrEqual(MAX_RESPONSE_BYTES);
    return read(response);
  }
  async function listAll(path: string, key: string) {
    const items: Record<string, unknown>[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { status, body } = await call({ path: `${path}${cursor && `&cursor=${cursor}`}` });
      expect(status).toBe(200);
      items.push(...body[key]);
      cursor = body.next_cursor;
    }
    return items;
  }
  /** As a store took it before there was a limit. */
  const publish = (skill_id: string, fields: Partial<Skill>, minute = 0) => {
    const updated_at = `2026-02-01T00:${String(minute).padStart(2, '0')}:00Z`;
    const skill = { skill_id, name: skill_id, ...fields, updated_at };
    return publishSkill(world, skill, { observedAt: NOW + minute });
  };
  const put = (id: string, body: unknown) => call({ method: 'PUT', path: `/api/skills/${id}`, body });

  it.each([
    ['7 MB of letters', { code: 'x'.repeat(7 * MB) }],
    ['10 MB of repeated text', { code: 'print("hello")\n'.repeat(700_000) }],
    ['3 MB that double', { code: '"'.repeat(3 * MB) }],
    ['a name of 7 MB', { name: 'n'.repeat(7 * MB) }],
    ['7 MB of a field that we do not know', { notes: { a: ['日'.repeat(2.4 * MB)] } }],
  ])('never stands in the way of a list: a skill of %s', async (_what, fields) => {
    for (const id of ['a', 'b', 'd', 'e']) await publish(id, {});
    await publish('c', fields);

    for (const limit of [2, 200]) {
      const skills = await listAll(`/api/skills?limit=${limit}`, 'skills');
      expect(skills.map(({ skill_id }) => skill_id).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
      const stub = skills.find(({ skill_id }) => skill_id === 'c');
      expect(stub).toEqual({
        skill_id: 'c',
        name: expect.any(String),
        note: expect.stringMatching(/too large/i),
      });
    }
    expect(await call({ path: '/api/skills/c' })).toMatchObject({
      status: 413,
      body: { success: false, error: 'answer_too_large', message: expect.stringMatching(/\d{7} bytes/) },
    });
  });

  it('passes a list of many that each fit', async () => {
    for (let n = 0; n < 5; n += 1) await publish(`s${n}`, { code: 'x'.repeat(4.9 * MB) });

    const skills = await listAll('/api/skills?limit=50', 'skills');

    expect(skills.map(({ code }) => (code as string).length)).toEqual(Array(5).fill(4.9 * MB));
  });

  it('answers the largest skill that is taken, and the edit of it', async () => {
    const skill = {
      skill_id: 'a',
      name: 'a',
      updated_at: '2026-02-01T00:00:00Z',
      code: '"'.repeat(1.24 * MB),
    };
    expect(parseSkill(skill).ok).toBe(true);
    await publish('a', { code: skill.code, version: '1'.repeat(20_000) });

    expect((await call({ path: '/api/skills/a' })).body.skill.code).toBe(skill.code);
    const edited = await put('a', { description: 'ours' });
    expect(edited).toMatchObject({ status: 200, body: { edited: true, skill: { code: skill.code } } });
    expect(edited.body.base.version).toMatch(/^1{200}… \[20000 characters\]$/);
  });

  it('is not made by an edit, and the skill stays as it was', async () => {
    await publish('a', { code: 'x'.repeat(MAX_SKILL_BYTES - 100_000) });

    const answer = await put('a', { description: 'y'.repeat(100_000) });

    expect(answer).toMatchObject({ status: 413, body: { success: false, error: 'payload_too_large' } });
    expect((await call({ path: '/api/skills/a' })).body.skill).not.toHaveProperty('description');
    expect((await put('a', { description: 'short' })).status).toBe(200);
  });

  /** A conflict of three sides of so many bytes each; both changed another field. */
  async function openConflict(bytes: number, fields = 1): Promise<string> {
    const filler = (letter: string) =>
      Object.fromEntries(
        Array.from({ length: fields }, (_, n) => [`field${n}`, letter.repeat(bytes / fields)]),
      );
    await publish('a', filler('b'));
    await edit(world, 'a', { description: 'ours', ...filler('l') });
    await publish('a', { ...filler('r'), notes: 'theirs' }, 1);
    return conflictNameOf(world, 'a');
  }

  it.each<[string, { bytes: number; fields: number }, { note?: RegExp; length?: number }]>([
    ['whole', { bytes: 100_000, fields: 1 }, { length: 100_000 }],
    ['with long fields cut', { bytes: 4 * MB, fields: 1 }, { note: /long fields are cut/ }],
    ['by its names alone', { bytes: 4 * MB, fields: 2_000 }, { note: /only id and name/ }],
  ])('shows a conflict %s', async (_how, { bytes, fields }, { note, length }) => {
    const id = await openConflict(bytes, fields);

    const { status, body } = await call({ path: `${CONFLICTS}/${id}` });
    const [listed] = await listAll(`${CONFLICTS}?limit=5`, 'conflicts');

    expect(status).toBe(200);
    for (const conflict of [body.conflict, listed]) {
      expect(conflict).toMatchObject({ id, skill_id: 'a', local: { skill_id: 'a', name: 'a' } });
      if (note) expect(conflict.note).toMatch(note);
      else expect(conflict).not.toHaveProperty('note');
      if (length) expect(conflict.remote.field0).toHaveLength(length);
    }
    expect(body.conflict.revision).toEqual(expect.any(String));
  });

  it('is not made by a resolution: it says so, one of many as well, and another strategy works', async () => {
    await publish('a', {});
    await edit(world, 'a', { description: 'x'.repeat(2.6 * MB) });
    await publish('a', { notes: 'y'.repeat(2.6 * MB) }, 1);
    const conflict_id = await conflictNameOf(world, 'a');
    const resolve = (body: unknown) => call({ method: 'POST', path: '/api/admin/sync/resolve', body });

    expect(await resolve({ conflict_id, strategy: 'merge' })).toMatchObject({
      status: 413,
      body: { error: 'payload_too_large' },
    });
    expect((await resolve({ conflict_ids: [conflict_id], strategy: 'merge' })).body).toEqual({
      ...{ success: true, resolved: 0 },
      failed: [{ conflict_id, error: 'too_large' }],
    });
    // The answer that it is another one by now has the conflict as it is, as far as it fits.
    const changed = await resolve({ conflict_id, strategy: 'local_wins', revision: 'another' });
    expect(changed).toMatchObject({ status: 409, body: { conflict: { id: conflict_id } } });
    expect((await resolve({ conflict_id, strategy: 'local_wins' })).status).toBe(200);
    expect((await call({ path: `${CONFLICTS}/${conflict_id}` })).body.conflict).toMatchObject({
      ...{ resolved: true, result: { skill_id: 'a' }, note: expect.any(String) },
    });
  });

  it('passes every other list as well', async () => {
    const long = '"'.repeat(90_000);
    for (let n = 0; n < 60; n += 1) {
      await addCategory(world, { name: `c${n}`, description: long });
      await putRun(world, { runId: `r${n}`, reason: long });
      await reject(world, { id: `e${n}`, reason: long });
      await world.stores.audit.append({
        ...{ id: `u${n}`, at: NOW, subject: 'dana', level: 'AUTONOMOUS', action: 'PUT /' },
        ...{ parameters: { long }, status: 200, correlationId: 'c' },
      });
    }
    for (const [path, key] of [
      ['/api/categories?limit=200', 'categories'],
      ['/api/admin/sync/runs?limit=200', 'runs'],
      ['/api/admin/sync/errors?limit=200', 'errors'],
      ['/api/admin/audit?limit=200', 'records'],
    ] as const) {
      expect(await listAll(path, key), path).toHaveLength(60);
    }
  });

  it('leaves out a category, run or refusal that is too large by itself, and goes on', async () => {
    const long = 'x'.repeat(7 * MB);
    await addCategory(world, { name: 'a' });
    await addCategory(world, { name: 'b' });
    await addCategory(world, { name: 'c' });
    // No store takes such a category any more.
    const { categories } = world.services;
    const list: typeof categories.list = async (limit, cursor, now) => {
      const page = await categories.list(limit, cursor, now);
      return {
        ...page,
        items: page.items.map((it) => (it.name === 'b' ? { ...it, description: long } : it)),
      };
    };
    world = withServices(world, { categories: { list } });
    for (const runId of ['1', '2', '3'])
      await putRun(world, { runId, ...(runId === '2' && { reason: long }) });

    expect(await listAll('/api/categories?limit=1', 'categories')).toEqual([{ name: 'a' }, { name: 'c' }]);
    const runs = await listAll('/api/admin/sync/runs?limit=2', 'runs');
    expect(runs.map(({ run_id }) => run_id)).toEqual(['3', '1']);
    await putRun(world, { reason: long });
    expect(await call({ path: '/api/admin/sync/runs/01KHTNPR6M4Y8Z0V9QK2D3F5GH' })).toMatchObject({
      status: 413,
      body: { error: 'answer_too_large' },
    });
  });
});
