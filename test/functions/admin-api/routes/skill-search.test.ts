import { beforeEach, describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { edit, publish } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World, withServices } from '#test/functions/admin-api/world.ts';

const SKILLS = [
  {
    skill_id: 'clean',
    name: 'CSV cleaner',
    description: 'Removes blank rows.',
    category: 'data',
    tags: ['csv'],
  },
  {
    skill_id: 'merge',
    name: 'Table merger',
    description: 'Joins CSV files.',
    category: 'data',
    tags: ['csv'],
  },
  { skill_id: 'mail', name: 'Mail sorter', description: 'Files letters.', category: 'mail', tags: ['imap'] },
];

/** The search compares its index with the cache when it is asked after so long (ms), whoever has written. */
const COMPARED_MS = 600_000;

type Found = { readonly skill_id: string; readonly score: number };

const idsIn = ({ body }: { readonly body: { readonly skills: readonly Found[] } }) =>
  body.skills.map(({ skill_id }) => skill_id);

describe('GET /api/skills?query=', () => {
  let world: World;
  beforeEach(async () => {
    world = createWorld();
    for (const skill of SKILLS) await publish(world, skill);
  });
  const search = (query: string, over: object = {}) =>
    call(world, { path: `/api/skills?query=${query}`, ...over });

  it('answers what fits best first, each with its score', async () => {
    const answer = await search('csv%20clean', { token: 'STUDENT' });

    expect(answer.status).toBe(200);
    expect(idsIn(answer)).toEqual(['clean', 'merge']);
    const [best, next] = answer.body.skills;
    expect(best).toEqual({ ...SKILLS[0], score: expect.any(Number) });
    expect(best.score).toBeGreaterThan(next.score);
    expect(answer.body.next_cursor).toBeNull();
    expect(answer.body).not.toHaveProperty('partial');
  });

  it.each([
    ['merger', ['merge']],
    ['mergr', ['merge']],
    ['nothing%20of%20this', []],
    ['csv&category=data', ['clean', 'merge']],
    ['csv&category=mail', []],
    ['cleaner&tag=csv', ['clean']],
    ['cleaner&tag=imap', []],
    ['%20%20cleaner%20', ['clean']],
  ])('finds by %s', async (query, ids) => {
    expect(idsIn(await search(query))).toEqual(ids);
  });

  it.each([
    ['', 'must not be empty: say what to search for'],
    ['%20%20', 'must not be empty: say what to search for'],
    ['x'.repeat(301), 'must not exceed 300 characters'],
    ['%F0%9F%98%80'.repeat(301), 'must not exceed 300 characters'],
  ])('refuses "%.20s"', async (query, message) => {
    expect(await search(query)).toMatchObject({
      status: 400,
      body: { error: 'validation_failed', details: [{ in: 'query', field: 'query', message }] },
    });
  });

  it('takes 300 characters, of two halves each as well, and blanks around them', async () => {
    for (const query of ['x'.repeat(300), '%F0%9F%98%80'.repeat(300), `%20${'y'.repeat(300)}%20`])
      expect((await search(query)).status).toBe(200);
  });

  it('finds a skill as it was edited, at once', async () => {
    const body = { name: 'Spreadsheet polisher', tags: ['xlsx'] };
    await call(world, { method: 'PUT', path: '/api/skills/mail', token: 'INTERN', body });

    expect((await search('polisher')).body.skills).toMatchObject([{ skill_id: 'mail', ...body }]);
    expect(idsIn(await search('sorter'))).toEqual([]);
    expect(idsIn(await search('spreadsheet&tag=xlsx'))).toEqual(['mail']);
  });

  it('tells the search of each edit', async () => {
    const noticed: unknown[] = [];
    const searching = { ...world.services.search, noticed: (skill: unknown) => void noticed.push(skill) };
    const inWorld = withServices(world, { search: searching });
    await call(inWorld, { method: 'PUT', path: '/api/skills/mail', body: { name: 'Ours' } });
    await call(inWorld, { method: 'PUT', path: '/api/skills/unknown', body: { name: 'Ours' } });

    expect(noticed).toMatchObject([{ id: 'mail', name: 'Ours', tags: ['imap'] }]);
  });

  it('says when not all could be searched', async () => {
    const partial = 'The index holds 20000 of 30000 skills.';
    const none = { ...world.services.search, search: async () => ({ hits: [], cursor: undefined, partial }) };

    const { body } = await call(withServices(world, { search: none }), { path: '/api/skills?query=csv' });

    expect(body).toEqual({
      success: true,
      skills: [],
      next_cursor: null,
      partial: true,
      partial_reason: partial,
    });
  });

  it('answers 503 while the table does not', async () => {
    const down = {
      ...world.services.search,
      search: async () => {
        throw new StorageError('down');
      },
    };

    expect(
      await call(withServices(world, { search: down }), { path: '/api/skills?query=csv' }),
    ).toMatchObject({
      status: 503,
      body: { error: 'storage_unavailable' },
    });
  });

  it('is for those with a token of any level, and for GET', async () => {
    expect((await search('csv', { token: 'refused' })).status).toBe(401);
    expect((await search('csv', { token: 'nobody' })).status).toBe(403);
    for (const method of ['HEAD', 'POST']) expect((await search('csv', { method })).status, method).toBe(405);
  });
});

describe('The pages of a search', () => {
  let world: World;
  beforeEach(async () => {
    world = createWorld();
    const expiresAt = new Date(NOW + 100 * COMPARED_MS);
    for (let n = 0; n < 40; n += 1)
      await publish(world, { skill_id: `s${n}`, name: `csv ${'x'.repeat(n % 5)}` }, { expiresAt });
  });

  async function allIds(between: (page: number) => Promise<unknown> = async () => {}) {
    const ids: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < 50; page += 1) {
      const after: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { status, body } = await call(world, { path: `/api/skills?query=csv&limit=7${after}` });
      expect(status).toBe(200);
      ids.push(...body.skills.map(({ skill_id }: Found) => skill_id));
      cursor = body.next_cursor;
      if (cursor === null) return ids;
      await between(page);
    }
    throw new Error('The pages have no end.');
  }

  it('hold every skill once', async () => {
    expect((await allIds()).toSorted()).toEqual(Array.from({ length: 40 }, (_, n) => `s${n}`).toSorted());
  });

  it('hold every skill that stays once, while others come, expire and are edited', async () => {
    const soon = new Date(NOW + COMPARED_MS);
    for (let n = 0; n < 10; n += 1)
      await publish(world, { skill_id: `e${n}`, name: 'csv' }, { expiresAt: soon });

    const ids = await allIds(async (page) => {
      // The index is brought up to date, and what was to expire has expired.
      world.clock += COMPARED_MS;
      await publish(world, { skill_id: `new${page}`, name: `csv csv csv ${page}` });
      await edit(world, `s${page}`, { name: 'something else' });
    });

    expect(new Set(ids).size).toBe(ids.length);
    const staying = Array.from({ length: 30 }, (_, n) => `s${n + 10}`);
    expect(ids).toEqual(expect.arrayContaining(staying));
  });

  it('know no cursor of another query, filter or list', async () => {
    const { body } = await call(world, { path: '/api/skills?query=csv&limit=7' });
    const list = await call(world, { path: '/api/skills?limit=7' });
    const own = `cursor=${body.next_cursor}`;

    expect((await call(world, { path: `/api/skills?query=%20csv&limit=3&${own}` })).status).toBe(200);
    for (const query of [
      `query=cs&${own}`,
      `query=csv&tag=x&${own}`,
      `query=csv&category=x&${own}`,
      `limit=7&${own}`,
      `query=csv&cursor=${list.body.next_cursor}`,
      'query=csv&cursor=abc',
    ]) {
      const answer = await call(world, { path: `/api/skills?${query}` });
      expect(answer, query).toMatchObject({ status: 400, body: { error: 'invalid_cursor' } });
    }
  });

  it('are shorter where skills are large, and none is left out', async () => {
    for (let n = 0; n < 8; n += 1)
      await publish(world, { skill_id: `l${n}`, name: 'csv', code: '"'.repeat(600_000) });

    const ids = await allIds();

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(48);
  });
});
