import { beforeEach, describe, expect, it } from 'vitest';
import { type Skill, type SkillAggregates, versionOf } from '#core/skills/skill.ts';
import { instantFromMs } from '#core/time/instant.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { digestOf, entryOf, HOUR, seen, T0, version } from './versions.ts';

/** An instant, and a stamp as the marketplace writes it, so many milliseconds after `T0`. */
const at = (ms: number) => instantFromMs(T0 + ms);
const aggregates = (skillId: string, ms: number, rating = 4.5): SkillAggregates => ({
  skillId,
  averageRating: rating,
  ratingCount: 7,
  stamp: new Date(T0 + ms).toISOString(),
});
/** The feed writes without a lease. */
const hint = (ms: number, options = {}) => seen(ms, { fence: undefined, ...options });

/** What every `SkillStore` does with what the feed tells besides whole skills. */
export function skillHintsContract(open: OpenStores): void {
  describe('SkillStore', () => {
    let stores: TestStores;
    let skills: TestStores['skills'];
    beforeEach(async () => {
      stores = await open();
      ({ skills } = stores);
    });
    const read = (skillId: string, ms = 0) => stores.skillReader.get(skillId, new Date(T0 + ms));
    const edit = (skillId: string, fields: Partial<Skill>) =>
      stores.editor.edit(skillId, ({ remote }) => ({ ...remote.skill, ...fields }), { by: 'me', now: T0 });

    describe('tombstone', () => {
      it('leaves a tombstone at the time of the deletion', async () => {
        await skills.put(version('a', 0, { category: 'c', tags: ['t'] }), seen(0, { fence: 5 }));
        expect(await skills.tombstone('a', at(5_000), hint(6_000))).toBe(true);
        expect(await digestOf(skills, 'a')).toMatchObject({ tombstone: true, updatedAt: at(5_000) });
        expect(await read('a')).toBeUndefined();
        const entry = await entryOf(stores, 'a');
        expect(entry?.remote).toBeUndefined();
        const { items } = await stores.skillReader.list({ category: 'c' }, 9, undefined, new Date(T0));
        expect(items).toEqual([]);
        expect(entry).toMatchObject({ fence: 5, expiresAt: T0 + 24 * HOUR + 6_000 });
      });

      it('lets nothing older come back, also where nothing was stored', async () => {
        expect(await skills.tombstone('a', at(5_000), hint(6_000))).toBe(true);
        expect(await skills.put(version('a', 4_000), seen(9_000))).toEqual({ outcome: 'superseded' });
        expect(await skills.put(version('a', 5_000), seen(5_500))).toEqual({ outcome: 'superseded' });
        expect(await skills.putAggregates(aggregates('a', 9_000), hint(9_000))).toBe(false);
        expect(await skills.put(version('a', 5_001), seen(9_000))).toEqual({ outcome: 'written' });
      });

      it('does nothing to a version that is newer', async () => {
        await skills.put(version('a', 5_000), seen(0));
        expect(await skills.tombstone('a', at(4_999), hint(9_000))).toBe(false);
        expect((await read('a'))?.remote).toEqual(version('a', 5_000));
      });

      it('removes the version of its own second when it was told later', async () => {
        await skills.put(version('a', 5_000), seen(5_100));
        expect(await skills.tombstone('a', at(5_000), hint(5_100))).toBe(false);
        expect(await skills.tombstone('a', at(5_000), hint(5_101))).toBe(true);
      });

      it('has the same effect when it is repeated or comes twice', async () => {
        await skills.put(version('a', 0), seen(0));
        expect(await skills.tombstone('a', at(5_000), hint(6_000))).toBe(true);
        expect(await skills.tombstone('a', at(5_000), hint(6_000))).toBe(true);
        expect(await skills.tombstone('a', at(4_000), hint(7_000))).toBe(false);
        expect(await digestOf(skills, 'a')).toMatchObject({ tombstone: true, updatedAt: at(5_000) });
      });

      it('leaves a skill that is edited here', async () => {
        await skills.put(version('a', 0), seen(0));
        await edit('a', { name: 'mine' });
        expect(await skills.tombstone('a', at(5_000), hint(6_000))).toBe(false);
        expect(await read('a')).toMatchObject({ remote: version('a', 0), local: { name: 'mine' } });
      });

      it('counts a deletion of the year 9999 as one of the time when it was told', async () => {
        await skills.put(version('a', 0), seen(0));
        expect(await skills.tombstone('a', '9999-12-31T23:59:59', hint(6_000))).toBe(true);
        expect(await skills.put(version('a', 5_000), seen(7_000))).toEqual({ outcome: 'superseded' });
        expect(await skills.put(version('a', 6_500), seen(7_000))).toEqual({ outcome: 'written' });
      });

      it('takes the place of one that has expired', async () => {
        await skills.put(version('a', 9_000), seen(0, { expiresAt: new Date(T0 + HOUR) }));
        expect(await skills.tombstone('a', at(1_000), hint(HOUR))).toBe(true);
      });
    });

    describe('putAggregates', () => {
      it('changes the aggregates and their time, and nothing else', async () => {
        const code = { code: 'x', category: 'c', tags: ['t'], average_rating: 1, rating_count: 1, odd: [1] };
        await skills.put(version('a', 0, code), seen(0));
        const before = await entryOf(stores, 'a');
        expect(await skills.putAggregates(aggregates('a', 5_000), hint(6_000))).toBe(true);
        const { stamp } = aggregates('a', 5_000);
        const entry = await read('a');
        expect(entry?.remote.skill).toEqual({
          ...version('a', 0, code).skill,
          average_rating: 4.5,
          rating_count: 7,
          updated_at: stamp,
        });
        const { remote, rank, hash, updatedAt, ...rest } = before ?? {};
        expect(await entryOf(stores, 'a')).toMatchObject(rest);
        expect(entry?.remote.updatedAt).toBe(at(5_000));
      });

      it('leaves what a listing would bring, so that the next sync writes nothing', async () => {
        await skills.put(version('a', 0), seen(0));
        await skills.putAggregates(aggregates('a', 5_000), hint(6_000));
        const { stamp } = aggregates('a', 5_000);
        const listed = { ...version('a', 0).skill, average_rating: 4.5, rating_count: 7, updated_at: stamp };
        expect((await digestOf(skills, 'a')).hash).toBe(versionOf(listed).hash);
      });

      it('counts aggregates of the year 9999 as those of the time when they were told', async () => {
        const stamp = '9999-12-31T23:59:59.000Z';
        await skills.put(version('a', 0), seen(0));
        expect(await skills.putAggregates({ ...aggregates('a', 0, 1), stamp }, hint(6_000))).toBe(true);
        expect((await read('a'))?.remote.skill.updated_at).toBe(stamp);
        expect(await skills.putAggregates(aggregates('a', 5_000, 2), hint(7_000))).toBe(false);
        expect(await skills.putAggregates(aggregates('a', 6_500, 3), hint(7_000))).toBe(true);
        expect(await skills.put(version('a', 8_000), seen(9_000))).toEqual({ outcome: 'written' });
      });

      it('ignores older aggregates, and those that are there already', async () => {
        await skills.put(version('a', 5_000), seen(0));
        expect(await skills.putAggregates(aggregates('a', 4_000), hint(9_000))).toBe(false);
        expect(await skills.putAggregates(aggregates('a', 6_000), hint(9_000))).toBe(true);
        expect(await skills.putAggregates(aggregates('a', 6_000), hint(9_500))).toBe(false);
        expect(await skills.putAggregates(aggregates('a', 5_500, 1), hint(9_900))).toBe(false);
        expect((await read('a'))?.remote.skill.average_rating).toBe(4.5);
      });

      it('ignores a skill that is unknown, removed or expired', async () => {
        expect(await skills.putAggregates(aggregates('a', 1), hint(9_000))).toBe(false);
        expect(await entryOf(stores, 'a')).toBeUndefined();
        await skills.put(version('b', 0), seen(0));
        await skills.remove(await digestOf(skills, 'b'), seen(1_000));
        expect(await skills.putAggregates(aggregates('b', 2_000), hint(9_000))).toBe(false);
        await skills.put(version('c', 0), seen(0, { expiresAt: new Date(T0 + HOUR) }));
        expect(await skills.putAggregates(aggregates('c', 2_000), hint(HOUR))).toBe(false);
        expect(await skills.putAggregates(aggregates('c', 2_000), hint(HOUR - 1_000))).toBe(true);
      });

      it('works beside a local edit, which it leaves as it is', async () => {
        await skills.put(version('a', 0, { category: 'c' }), seen(0));
        await edit('a', { name: 'mine', category: 'mine' });
        const { edit: before, expiresAt } = (await entryOf(stores, 'a')) ?? {};
        expect(before?.local?.name).toBe('mine');
        expect(await skills.putAggregates(aggregates('a', 5_000), hint(6_000))).toBe(true);
        expect(await entryOf(stores, 'a')).toMatchObject({ edit: before, expiresAt });
        const { items } = await stores.skillReader.list({ category: 'mine' }, 9, undefined, new Date(T0));
        expect(items).toHaveLength(1);
        expect((await read('a'))?.remote.skill).toMatchObject({ name: 'Skill a', average_rating: 4.5 });
      });

      it('keeps the fence, and never sets back what was written meanwhile', async () => {
        await skills.put(version('a', 0), seen(0, { fence: 5 }));
        expect(await skills.putAggregates(aggregates('a', 5_000), hint(6_000))).toBe(true);
        expect((await entryOf(stores, 'a'))?.fence).toBe(5);
        const newer = version('a', 9_000, { code: 'new' });
        const both = await Promise.all([
          skills.put(newer, hint(9_100)),
          skills.putAggregates(aggregates('a', 8_000, 2), hint(9_050)),
        ]);
        expect(both[0]).toEqual({ outcome: 'written' });
        expect((await read('a'))?.remote).toEqual(newer);
      });
    });
  });
}
