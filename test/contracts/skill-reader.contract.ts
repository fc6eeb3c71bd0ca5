import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_PAGE_CHARACTERS } from '#core/answer-size.ts';
import { InvalidCursorError } from '#core/errors.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { SkillFilter } from '#core/skills/skill-reader.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { forgedCursors, readAllPages } from './pages.ts';
import { digestOf, HOUR, plant, seen, T0, version } from './versions.ts';

const NOW = new Date(T0);

/** What every `SkillReader` does. */
export function skillReaderContract(open: OpenStores): void {
  describe('SkillReader', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });
    const put = (skillId: string, fields: Partial<Skill> = {}, observation = seen(0)) =>
      stores.skills.put(version(skillId, 0, fields), observation);
    const list = (filter: SkillFilter = {}, limit = 50, cursor?: string, now = NOW) =>
      stores.skillReader.list(filter, limit, cursor, now);
    const idsOf = async (filter: SkillFilter, limit = 50, now = NOW) => {
      const items = await readAllPages((cursor) => list(filter, limit, cursor, now), limit);
      return items.map(({ remote }) => remote.skill.skill_id);
    };
    const edit = (skillId: string, fields: Partial<Skill>) =>
      stores.editor.edit(skillId, ({ remote }) => ({ ...remote.skill, ...fields }), { by: 'me', now: T0 });

    describe('get', () => {
      it('gives the skill exactly as it was put, compressed or not', async () => {
        for (const code of ['x', 'all work and no play\n'.repeat(40_000)]) {
          const given = version('a', code.length, { code, extra: { é: [null, 0.1, '\ud800'] } });
          await stores.skills.put(given, seen(code.length));
          expect(await stores.skillReader.get('a', NOW)).toEqual({
            remote: given,
            observedAt: T0 + code.length,
            expiresAt: new Date(Math.floor((T0 + code.length + 24 * HOUR) / 1_000) * 1_000),
          });
        }
      });

      it('knows no skill that is expired, removed, or was never put', async () => {
        await put('a', {}, seen(0, { expiresAt: new Date(T0 + HOUR) }));
        await put('b');
        await stores.skills.remove(await digestOf(stores.skills, 'b'), seen(1));
        expect(await stores.skillReader.get('a', new Date(T0 + HOUR - 1))).toBeDefined();
        expect(await stores.skillReader.get('a', new Date(T0 + HOUR))).toBeUndefined();
        for (const id of ['b', 'c', '', 'x'.repeat(600), 'é'.repeat(2_000), '\ud800']) {
          expect(await stores.skillReader.get(id, NOW)).toBeUndefined();
        }
      });

      it('gives a local edit and its base beside what the marketplace says', async () => {
        await put('a');
        await edit('a', { name: 'mine', code: 'mine' });
        expect(await stores.skillReader.get('a', NOW)).toMatchObject({
          remote: { skill: { name: 'Skill a' } },
          local: { skill_id: 'a', name: 'mine', code: 'mine' },
          base: { name: 'Skill a' },
        });
      });
    });

    describe('list', () => {
      const ids = Array.from({ length: 23 }, (_, n) => `skill-${n}`);
      const sorted = (some: readonly string[]) => [...some].sort();

      it('gives every live skill exactly once, whatever the page size', async () => {
        await Promise.all(ids.map((id, n) => put(id, { category: `c${n % 3}` })));
        await put('expired', {}, seen(0, { expiresAt: NOW }));
        await put('removed');
        await stores.skills.remove(await digestOf(stores.skills, 'removed'), seen(1));
        for (let limit = 1; limit <= 24; limit += 1)
          expect(sorted(await idsOf({}, limit))).toEqual(sorted(ids));
        expect(await idsOf({}, 7)).toEqual(await idsOf({}, 3));
      });

      it('narrows by category and tag, both together', async () => {
        await put('a', { category: 'data', tags: ['csv', 'x'], description: 'Reads ÄRGER files' });
        await put('b', { category: 'data', tags: ['csv'], description: null });
        await put('c', { category: 'web', tags: ['csv'], description: 'reads pages' });
        await put('d', { category: null, tags: null, name: 'READS nothing' });
        await put('e', { category: '-' });
        const found = async (filter: SkillFilter) => sorted(await idsOf(filter, 2));
        expect(await found({ category: 'data' })).toEqual(['a', 'b']);
        expect(await found({ category: '' })).toEqual(['d']);
        expect(await found({ category: '-' })).toEqual(['e']);
        expect(await found({ category: 'dat' })).toEqual([]);
        expect(await found({ tag: 'csv' })).toEqual(['a', 'b', 'c']);
        expect(await found({ tag: 'cs' })).toEqual([]);
        expect(await found({ tag: '' })).toEqual([]);
        expect(await found({ tag: 'csv', category: 'web' })).toEqual(['c']);
        expect(await found({ tag: '\ud800', category: '\udc00' })).toEqual([]);
        expect(await found({ category: 'é'.repeat(3_000) })).toEqual([]);
      });

      it('judges an edited skill by its local side', async () => {
        await put('a', { category: 'old', tags: ['t'] });
        await edit('a', { category: 'new', tags: ['u'], name: 'mine' });
        expect(await idsOf({ category: 'new', tag: 'u' })).toEqual(['a']);
        for (const gone of [{ category: 'old' }, { tag: 't' }]) {
          expect(await idsOf(gone)).toEqual([]);
        }
      });

      it('fills a page although expired skills lie between', async () => {
        for (const [n, id] of ids.entries()) {
          await put(id, {}, seen(0, n % 4 === 0 ? {} : { expiresAt: new Date(T0 + HOUR) }));
        }
        const later = new Date(T0 + HOUR);
        expect((await list({}, 5, undefined, later)).items).toHaveLength(5);
        expect(sorted(await idsOf({}, 2, later))).toEqual(sorted(ids.filter((_, n) => n % 4 === 0)));
      });

      it('ends a page that would fill the memory, though it is short', async () => {
        // Each is a few KB of an item, and 4 MB once it is unpacked.
        for (let n = 0; n < 7; n += 1) await put(`s${n}`, { code: `${n}`.repeat(4_000_000) });
        const { items, cursor } = await list({}, 200);

        expect(JSON.stringify(items).length).toBeLessThan(MAX_PAGE_CHARACTERS + 4_100_000);
        expect(cursor).toBeDefined();
        expect((await idsOf({}, 200)).sort()).toEqual(['s0', 's1', 's2', 's3', 's4', 's5', 's6']);
      });

      it('skips what can’t be read', async () => {
        for (const id of ['a', 'b', 'c']) await put(id);
        await plant(stores, 'b', { remote: undefined });
        expect(await stores.skillReader.get('b', NOW)).toBeUndefined();
        expect(sorted(await idsOf({}, 1))).toEqual(['a', 'c']);
      });

      it('goes on after the last skill given, whatever was added or removed', async () => {
        await Promise.all(ids.map((id) => put(id)));
        const first = await list({}, 10);
        const last = first.items.at(-1)?.remote.skill.skill_id ?? '';
        await stores.skills.remove(await digestOf(stores.skills, last), seen(1));
        await put('new');
        const rest = await readAllPages((cursor) => list({}, 10, cursor ?? first.cursor), 10);
        const all = [...first.items, ...rest].map(({ remote }) => remote.skill.skill_id);
        expect(sorted(all.filter((id) => id !== 'new'))).toEqual(sorted(ids));
      });

      it('refuses cursors that it did not give, or gave for another filter or list', async () => {
        await Promise.all(ids.map((id) => put(id, { category: 'c', tags: ['t'] })));
        const { cursor = '' } = await list({ category: 'c' }, 3);
        const others: SkillFilter[] = [{}, { category: 'd' }, { category: 'c', tag: 't' }, { tag: 'c' }];
        for (const other of others) await expect(list(other, 3, cursor)).rejects.toThrow(InvalidCursorError);
        await expect(stores.runs.list({}, 3, cursor, T0)).rejects.toThrow(InvalidCursorError);
        for (const forged of forgedCursors(cursor)) {
          await expect(list({ category: 'c' }, 3, forged), forged).rejects.toThrow(InvalidCursorError);
        }
        expect((await list({ category: 'c', tag: undefined }, 3, cursor)).items).toHaveLength(3);
      });
    });
  });
}
