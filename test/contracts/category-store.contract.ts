import { beforeEach, describe, expect, it } from 'vitest';
import { type CategoryVersion, parseCategory } from '#core/categories/category.ts';
import { InvalidCursorError, TooLargeError } from '#core/errors.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { readAllPages } from './pages.ts';
import { HOUR, seen, T0, text } from './versions.ts';

function category(name: string, fields: Record<string, unknown> = {}): CategoryVersion {
  const parsed = parseCategory({ name, ...fields });
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

/** What every `CategoryStore` and `CategoryReader` does. */
export function categoryStoreContract(open: OpenStores): void {
  describe('CategoryStore', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });
    const names = async () => (await stores.categories.all()).map(({ version }) => version.category.name);

    it('gives every category in the order of its name’s bytes, exactly as it was put', async () => {
      const given = ['zoo', 'Ärger', 'a b', '😀', '\uff21', 'Z'].map((name) =>
        category(name, { extra: [name, null] }),
      );
      for (const version of given) expect(await stores.categories.put(version, seen(0))).toBe('written');
      expect(await names()).toEqual(['Z', 'a b', 'zoo', 'Ärger', '\uff21', '😀']);
      const all = await stores.categories.all();
      expect(all.find(({ version }) => version.category.name === 'zoo')).toEqual({
        version: given[0],
        observedAt: T0,
        expiresAt: T0 + 24 * HOUR,
      });
    });

    it('takes the version that was observed later, where nothing says when it changed', async () => {
      expect(await stores.categories.put(category('a', { skill_count: 2 }), seen(2_000))).toBe('written');
      expect(await stores.categories.put(category('a', { skill_count: 1 }), seen(1_000))).toBe('superseded');
      expect(await stores.categories.put(category('a', { skill_count: 3 }), seen(3_000))).toBe('written');
    });

    it('takes the version that was changed later, where both say so', async () => {
      const at = (second: number) => category('a', { updated_at: `2026-01-01T00:00:0${second}Z` });
      expect(await stores.categories.put(at(5), seen(0))).toBe('written');
      expect(await stores.categories.put(at(4), seen(9_000))).toBe('superseded');
      expect(await stores.categories.put(at(6), seen(0))).toBe('written');
    });

    it('counts a stamp ahead of every clock as the time of observation', async () => {
      const far = category('a', { updated_at: '9999-12-31T23:59:59Z' });
      expect(await stores.categories.put(far, seen(1_000))).toBe('written');
      const at = (ms: number) => category('a', { updated_at: new Date(T0 + ms).toISOString() });
      expect(await stores.categories.put(at(500), seen(2_000))).toBe('superseded');
      expect(await stores.categories.put(at(1_500), seen(2_000))).toBe('written');
      await stores.categories.put(far, seen(3_000));
      const [read] = await stores.categories.all();
      expect(await stores.categories.remove(read!)).toBe(true);
    });

    it.each([
      ['a stamp of the year 9999', '9999-12-31T23:59:59', T0],
      ['an observation in a year', '1970-01-01T00:00:00', T0 + 365 * 24 * HOUR],
    ])('lets no rank from a wrong clock stand in the way: %s', async (_what, updatedAt, observedAt) => {
      for (const name of ['a', 'b']) {
        await stores.categories.put(category(name), seen(0));
        const rank = `${updatedAt}!${String(observedAt).padStart(15, '0')}!${category(name).hash}`;
        await stores.raw.patch('CATEGORIES', name, { updatedAt, rank });
      }
      expect(await stores.categories.put(category('a', { n: 1 }), seen(1_000))).toBe('written');
      expect(await stores.categories.put(category('a', { n: 2 }), seen(500))).toBe('superseded');
      const [, read] = await stores.categories.all();
      expect(await stores.categories.remove(read!)).toBe(true);
      expect(await names()).toEqual(['a']);
    });

    it('takes the marketplace’s word over the order, but not over what was observed later', async () => {
      const at = (second: number) => category('a', { updated_at: `2026-01-01T00:00:0${second}Z` });
      await stores.categories.put(at(5), seen(1_000));
      const word = (ms: number) => ({ overrule: { what: 'anything', observedBefore: T0 + ms } as const });
      expect(await stores.categories.put(at(4), seen(1_000, word(1_000)))).toBe('superseded');
      expect(await stores.categories.put(at(4), seen(2_000, word(2_000)))).toBe('written');
      expect(await stores.categories.put(at(5), seen(1_500))).toBe('superseded');
      expect(await stores.categories.put(at(4), seen(3_000))).toBe('written');
    });

    it('is fenced like a skill', async () => {
      await stores.categories.put(category('a'), seen(0, { fence: 7 }));
      expect(await stores.categories.put(category('a', { n: 1 }), seen(10, { fence: 6 }))).toBe('fenced');
      expect(await stores.categories.put(category('a', { n: 2 }), seen(10, { fence: undefined }))).toBe(
        'written',
      );
      expect(await stores.categories.put(category('a', { n: 3 }), seen(20, { fence: 6 }))).toBe('fenced');
      expect(await stores.categories.put(category('a', { n: 4 }), seen(20, { fence: 7 }))).toBe('written');
    });

    it('takes anything over an expired one', async () => {
      await stores.categories.put(category('a', { n: 1 }), seen(9_000, { expiresAt: new Date(T0 + HOUR) }));
      const late = { now: new Date(T0 + HOUR) };
      expect(await stores.categories.put(category('a', { n: 2 }), seen(0, late))).toBe('written');
    });

    it('removes what is still as it was read', async () => {
      await stores.categories.put(category('a'), seen(0));
      const [read] = await stores.categories.all();
      await stores.categories.put(category('a'), seen(1_000));
      expect(await stores.categories.remove(read!)).toBe(false);
      const [again] = await stores.categories.all();
      expect(await stores.categories.remove(again!)).toBe(true);
      expect(await stores.categories.remove(again!)).toBe(true);
      expect(await names()).toEqual([]);
    });

    it('skips what can’t be read', async () => {
      await stores.categories.put(category('a'), seen(0));
      await stores.categories.put(category('b'), seen(0));
      await stores.raw.patch('CATEGORIES', 'a', { json: '{"name":' });
      expect(await names()).toEqual(['b']);
      expect(await stores.categories.put(category('a', { n: 1 }), seen(1_000))).toBe('written');
      expect(await names()).toEqual(['a', 'b']);
    });

    it('refuses what is too large', async () => {
      const huge = category('a', { description: text(500_000) });
      await expect(stores.categories.put(huge, seen(0))).rejects.toThrow(TooLargeError);
    });

    it('shows readers what has not expired', async () => {
      await stores.categories.put(category('b'), seen(0));
      await stores.categories.put(category('a'), seen(0, { expiresAt: new Date(T0 + HOUR) }));
      const list = async (now: number) =>
        (await stores.categoryReader.list(9, undefined, now)).items.map(({ name }) => name);
      expect(await list(T0 + HOUR - 1)).toEqual(['a', 'b']);
      expect(await list(T0 + HOUR)).toEqual(['b']);
    });

    it('shows readers page by page', async () => {
      const names = ['a', 'b', 'Ä', 'z', '😀'];
      for (const name of names) await stores.categories.put(category(name), seen(0));
      const read = (cursor: string | undefined) => stores.categoryReader.list(2, cursor, T0);
      expect((await readAllPages(read, 2)).map(({ name }) => name)).toEqual(['a', 'b', 'z', 'Ä', '😀']);
      await expect(stores.categoryReader.list(2, 'forged', T0)).rejects.toThrow(InvalidCursorError);
    });
  });
}
