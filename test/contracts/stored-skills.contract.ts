import { beforeEach, describe, expect, it } from 'vitest';
import { TooLargeError } from '#core/errors.ts';
import { effectiveSkill } from '#core/skills/cached-skill.ts';
import type { Skill } from '#core/skills/skill.ts';
import { instantFromMs } from '#core/time/instant.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { BASE, conflictGround, DAY, REMOTE } from './conflict-ground.ts';
import { readAllPages } from './pages.ts';
import { digestOf, digestsOf, HOUR, MINUTE, seen, T0, text, version } from './versions.ts';

const NOW = new Date(T0);

/** How a skill's entry stands in the table: what every engine of DynamoDB stores, and the fakes do not. */
export function storedSkillsContract(open: OpenStores): void {
  describe('a skill in the table', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });
    const raw = (skillId: string) => stores.raw.get(`SKILL#${skillId}`, 'SKILL');
    const put = async (...args: Parameters<TestStores['skills']['put']>) =>
      (await stores.skills.put(...args)).outcome;
    const edit = (skillId: string, fields: Partial<Skill>) =>
      stores.editor.edit(skillId, ({ remote }) => ({ ...remote.skill, ...fields }), { by: 'me', now: T0 });
    const hint = (ms: number) => seen(ms, { fence: undefined });

    describe('put', () => {
      it('stores the expiry in seconds and the record exactly', async () => {
        const odd = { unknown_field: { deep: [1, null, 'é'] }, description: null, tags: [], code: '\ud83d' };
        await put(version('a', 0, odd), seen(1_999));
        const item = await raw('a');
        expect(item?.expiresAt).toBe((T0 + 24 * HOUR + 1_000) / 1_000);
        expect(JSON.parse(String(item?.remote))).toEqual(version('a', 0, odd).skill);
      });

      it('leaves no tags of the version before', async () => {
        await put(version('a', 0, { tags: ['t'] }), seen(0, { fence: 7 }));
        expect(await put(version('a', 5_000), hint(10))).toBe('written');
        expect((await raw('a'))?.tags).toBeUndefined();
        expect((await raw('a'))?.fence).toBe(7);
      });

      it('keeps a local edit and changes the marketplace’s side only', async () => {
        await put(version('a', 0, { category: 'old' }), seen(0));
        await edit('a', { name: 'mine', category: 'mine' });
        const { local, base, category, editRevision } = (await raw('a')) ?? {};
        expect(await put(version('a', 5_000, { category: 'new' }), seen(10))).toBe('written');
        const newest = version('a', 6_000, { category: 'new' });
        expect(await put(newest, seen(20, { fence: undefined }))).toBe('written');
        expect(await raw('a')).toMatchObject({ local, base, category, editRevision, hash: newest.hash });
        expect(local).toBeDefined();
        expect(category).toBe('mine');
      });

      it('compresses a skill that is too large, and refuses one that stays so', async () => {
        const code = 'print("hello, world")\n'.repeat(60_000);
        expect(await put(version('big', 0, { code }), seen(0))).toBe('written');
        expect((await raw('big'))?.remote).toBeInstanceOf(Uint8Array);
        const refused = put(version('huge', 0, { code: text(900_000) }), seen(0));
        await expect(refused).rejects.toThrow(TooLargeError);
        await expect(refused).rejects.toThrow(/Skill huge takes 9\d{5} bytes, \d{6} compressed/);
        expect(await raw('huge')).toBeUndefined();
      });
    });

    describe('removal', () => {
      it('leaves a tombstone without the skill', async () => {
        await put(version('a', 5_000, { category: 'c', tags: ['t'] }), seen(0));
        expect(await stores.skills.remove(await digestOf(stores.skills, 'a'), seen(10 * MINUTE))).toBe(true);
        const item = await raw('a');
        for (const gone of ['remote', 'category', 'tags']) expect(item).not.toHaveProperty(gone);
        expect(item).toMatchObject({
          deletedAt: T0 + 10 * MINUTE,
          expiresAt: (T0 + 24 * HOUR + 10 * MINUTE) / 1_000,
        });
      });

      it('by the feed leaves one as well', async () => {
        await put(version('a', 0, { category: 'c', tags: ['t'] }), seen(0, { fence: 5 }));
        expect(await stores.skills.tombstone('a', instantFromMs(T0 + 5_000), hint(6_000))).toBe(true);
        const item = await raw('a');
        for (const gone of ['remote', 'category', 'tags']) expect(item).not.toHaveProperty(gone);
        expect(item).toMatchObject({ fence: 5, expiresAt: (T0 + 24 * HOUR + 6_000) / 1_000 });
      });
    });

    describe('rating aggregates', () => {
      const aggregates = {
        skillId: 'a',
        averageRating: 4.5,
        ratingCount: 7,
        stamp: new Date(T0 + 5_000).toISOString(),
      };

      it('change the marketplace’s side, and nothing else', async () => {
        const code = { code: 'x', category: 'c', tags: ['t'], average_rating: 1, rating_count: 1, odd: [1] };
        await put(version('a', 0, code), seen(0));
        const { remote, rank, hash, updatedAt, ...rest } = (await raw('a')) ?? {};
        expect(await stores.skills.putAggregates(aggregates, hint(6_000))).toBe(true);
        expect(await raw('a')).toMatchObject(rest);
      });

      it('leave a local edit as it is', async () => {
        await put(version('a', 0, { category: 'c' }), seen(0));
        await edit('a', { name: 'mine', category: 'mine' });
        const { local, base, category, edited, expiresAt, editRevision } = (await raw('a')) ?? {};
        expect(await stores.skills.putAggregates(aggregates, hint(6_000))).toBe(true);
        expect(await raw('a')).toMatchObject({ local, base, category, edited, expiresAt, editRevision });
      });
    });

    describe('a local edit', () => {
      it('keeps DynamoDB from deleting the item', async () => {
        await put(version('a', 0), seen(0));
        await edit('a', { name: 'Mine' });
        expect((await raw('a'))?.expiresAt).toBeGreaterThan(Date.UTC(2200, 0) / 1000);
      });

      it('leaves nothing behind once it says what the marketplace says', async () => {
        await put(version('a', 0, { tags: ['x', 'y'], category: 'c' }), seen(0));
        const before = await raw('a');
        const same = { tags: ['y', 'x'], code: null };
        expect(await edit('a', same)).not.toHaveProperty('local');
        await edit('a', { name: 'Mine' });
        await edit('a', { category: 'mine' });
        expect(await edit('a', same)).not.toHaveProperty('local');
        expect(await raw('a')).toEqual(before);
      });
    });

    describe('a conflict', () => {
      it.each(['remote_wins', 'local_wins', 'merge'] as const)(
        'that ended by rule with %s leaves no trace in the item',
        async (strategy) => {
          await conflictGround(stores).edited();
          await stores.skillsBy(strategy).put(REMOTE, seen(10));
          for (const gone of ['settled', 'work', 'dueAt', 'conflictId'])
            expect(await raw('a')).not.toHaveProperty(gone);
        },
      );

      it('makes a normal item of a skill whose edit is dropped', async () => {
        await conflictGround(stores).edited('a', { description: 'mine', category: 'mine', tags: ['mine'] });
        await stores.skillsBy('remote_wins').put(REMOTE, seen(10));
        const dropped = await raw('a');
        await stores.skills.put(version('b', 0, BASE), seen(0));
        await stores.skills.put(version('b', 5_000, { ...REMOTE.skill, skill_id: 'b' }), seen(10));
        expect(Object.keys(dropped ?? {}).sort()).toEqual(Object.keys((await raw('b')) ?? {}).sort());
        expect(dropped?.expiresAt).toBe(Math.floor((T0 + 10 + DAY) / 1_000));
      });

      it('that never was leaves no edit in the item', async () => {
        await conflictGround(stores).edited('a', { description: 'same', tags: ['x', 'y'] });
        const same = version('a', 5_000, { ...BASE, description: 'same', tags: ['y', 'x'] });
        expect(await stores.skills.put(same, seen(10))).toEqual({ outcome: 'written' });
        expect(await raw('a')).not.toHaveProperty('local');
      });

      it('leaves the fence as it is for a writer without one', async () => {
        await conflictGround(stores).edited();
        await stores.skillsBy('merge').put(REMOTE, seen(10, { fence: undefined }));
        expect((await raw('a'))?.fence).toBe(1);
      });

      it('whose record was left in the item is out of it after the next write', async () => {
        const { opened, resolve } = conflictGround(stores);
        const conflict = await opened();
        await resolve(conflict, 'remote_wins');
        await stores.outbox.leave({ ...conflict, end: 'remote_wins' });
        expect(await raw('a')).toHaveProperty('settled');
        await stores.skills.put(version('a', 20_000), seen(20_000));
        expect(await raw('a')).not.toHaveProperty('settled');
      });
    });

    describe('that can’t be read', () => {
      it.each([
        ['JSON that is cut off', { remote: '{"skill_id":"a"' }],
        ['another skill', { remote: '{"skill_id":"b","name":"b"}' }],
        ['no object', { remote: 'null' }],
        ['a number', { remote: 7 }],
        ['bytes that are no brotli', { remote: new Uint8Array([1, 2, 3]) }],
        ['no expiry', { expiresAt: 'soon' }],
      ])('is taken for absent: %s', async (_what, damage) => {
        await put(version('a', 0), seen(0));
        await stores.raw.patch('SKILL#a', 'SKILL', damage);
        expect(await stores.skillReader.get('a', NOW)).toBeUndefined();
      });

      it('is skipped by digests and lists', async () => {
        for (const id of ['a', 'b', 'c']) await put(version(id, 0), seen(0));
        await stores.raw.remove('SKILL#a', 'SKILL', 'hash');
        expect([...(await digestsOf(stores.skills)).keys()].sort()).toEqual(['b', 'c']);
        await stores.raw.patch('SKILL#b', 'SKILL', { remote: '{' });
        const { items } = await stores.skillReader.list({}, 9, undefined, NOW);
        expect(items.map(({ remote }) => remote.skill.skill_id)).toEqual(['c']);
      });

      it('gives way to the next version, its edit as well', async () => {
        await put(version('a', 0), seen(0));
        await edit('a', { name: 'mine' });
        await stores.raw.patch('SKILL#a', 'SKILL', { local: '{' });
        expect(await put(version('a', 5_000), seen(10))).toBe('written');
        const entry = await stores.skillReader.get('a', NOW);
        expect(entry && effectiveSkill(entry)).toEqual(version('a', 5_000).skill);
        expect(await raw('a')).not.toHaveProperty('edited');
      });
    });

    it('is left out of a list that finds it by the index only', async () => {
      await put(version('a', 0, { tags: ['t'] }), seen(0));
      await stores.raw.patch('SKILL#a', 'SKILL', { tags: ['u'] });
      const read = (cursor?: string) => stores.skillReader.list({ tag: 'u' }, 50, cursor, NOW);
      expect(await readAllPages(read, 50)).toEqual([]);
    });
  });
}
