import { beforeEach, describe, expect, it } from 'vitest';
import { type Skill, versionOf } from '#core/skills/skill.ts';
import { dated, isUndated } from '#core/skills/version-time.ts';
import { instantFromMs } from '#core/time/instant.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { digestOf, HOUR, plant, seen, T0, version } from './versions.ts';

/** What every `SkillStore` does where the order of versions alone would be wrong. */
export function skillOrderContract(open: OpenStores): void {
  describe('SkillStore', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });
    const put = async (...args: Parameters<TestStores['skills']['put']>) =>
      (await stores.skills.put(...args)).outcome;
    const edit = (skillId: string, fields: Partial<Skill>) =>
      stores.editor.edit(skillId, ({ remote }) => ({ ...remote.skill, ...fields }), { by: 'me', now: T0 });

    describe('a stamp ahead of every clock', () => {
      const at = (updated_at: string, fields: Partial<Skill> = {}) =>
        versionOf({ skill_id: 'a', name: 'A', ...fields, updated_at });
      const farAhead = (fields: Partial<Skill> = {}) => at('9999-12-31T23:59:59Z', fields);

      it('is kept to the letter, and counts as the time of observation', async () => {
        expect(await put(farAhead(), seen(1_000))).toBe('written');
        const { updatedAt } = await digestOf(stores.skills, 'a');
        expect([isUndated(updatedAt), dated(updatedAt)]).toEqual([true, instantFromMs(T0 + 1_000)]);
        const entry = await stores.skillReader.get('a', new Date(T0));
        expect(entry?.remote.skill.updated_at).toBe('9999-12-31T23:59:59Z');
      });

      it('gives way to a version that was changed later, and to none that was changed before', async () => {
        await put(farAhead(), seen(10_000));
        expect(await put(version('a', 9_000), seen(11_000))).toBe('superseded');
        expect(await put(version('a', 12_000), seen(12_500))).toBe('written');
        expect(await put(farAhead(), seen(11_000))).toBe('superseded');
        expect(await put(farAhead({ code: 'again' }), seen(20_000))).toBe('written');
      });

      it('is renewed and changed like any other', async () => {
        await put(farAhead(), seen(0));
        expect(await put(farAhead(), seen(12 * HOUR))).toBe('written');
        expect((await digestOf(stores.skills, 'a')).expiresAt).toBe(T0 + 36 * HOUR);
        expect(await put(farAhead({ code: 'x' }), seen(12 * HOUR + 1))).toBe('written');
      });

      it('gives way to whatever a listing says that was asked for later', async () => {
        const listing = (ms: number) => ({ overrule: { what: 'undated', observedBefore: T0 + ms } as const });
        await put(farAhead(), seen(10_000));
        expect(await put(version('a', -9_000), seen(9_000, listing(9_000)))).toBe('superseded');
        expect(await put(version('a', -9_000), seen(11_000, listing(11_000)))).toBe('written');
        // From then on it stands like any other, after what was observed before.
        expect(await put(version('a', -8_000), seen(12_000, listing(12_000)))).toBe('superseded');
        expect(await put(farAhead(), seen(10_000))).toBe('superseded');
        await stores.skills.tombstone('b', '9999-12-31T23:59:59', seen(1_000, { fence: undefined }));
        expect(await put(version('b', -9_000), seen(12_000, listing(12_000)))).toBe('superseded');
      });

      it('does not keep a removal standing', async () => {
        await put(farAhead(), seen(0));
        expect(await stores.skills.remove(await digestOf(stores.skills, 'a'), seen(1_000))).toBe(true);
        expect(await put(version('a', 2_000), seen(3_000))).toBe('written');
      });
    });

    describe('a rank from a wrong clock', () => {
      const YEAR = 365 * 24 * HOUR;
      /** As code without a cap wrote it, or a clock that was a year ahead. */
      const WRONG = [
        ['a stamp of the year 9999', '9999-12-31T23:59:59', T0],
        ['an observation in a year', instantFromMs(T0), T0 + YEAR],
        ['both in a year', instantFromMs(T0 + YEAR), T0 + YEAR],
      ] as const;
      const spoil = async (updatedAt: string, observedAt: number) => {
        await put(version('a', 0), seen(0, { fence: 5 }));
        const { hash } = version('a', 0);
        const rank = `${updatedAt}!${String(observedAt).padStart(15, '0')}!${hash}`;
        await plant(stores, 'a', { updatedAt, rank });
      };

      it.each(WRONG)('stands in nobody’s way: %s', async (_what, updatedAt, observedAt) => {
        await spoil(updatedAt, observedAt);
        expect(await put(version('a', 0, { code: 'new' }), seen(1_000, { fence: 4 }))).toBe('fenced');
        expect(await put(version('a', 0, { code: 'new' }), seen(1_000, { fence: 5 }))).toBe('written');
        expect(await put(version('a', -5_000), seen(2_000))).toBe('fenced');
        expect(await put(version('a', -5_000), seen(2_000, { fence: 5 }))).toBe('superseded');
        expect(await put(version('a', 5_000), seen(6_000, { fence: undefined }))).toBe('written');
      });

      it.each(WRONG)('is removed like any other: %s', async (_what, updatedAt, observedAt) => {
        await spoil(updatedAt, observedAt);
        const digest = await digestOf(stores.skills, 'a');
        expect(await stores.skills.remove(digest, seen(1_000, { fence: 4 }))).toBe(false);
        expect(await stores.skills.remove(digest, seen(1_000, { fence: 5 }))).toBe(true);
        expect(await stores.skills.remove(digest, seen(1_000, { fence: 5 }))).toBe(true);
        expect(await put(version('a', 2_000), seen(3_000, { fence: 5 }))).toBe('written');
      });

      it.each(WRONG)(
        'gives way to aggregates and to a deletion: %s',
        async (_what, updatedAt, observedAt) => {
          await spoil(updatedAt, observedAt);
          const hint = seen(2_000, { fence: undefined });
          const stamp = new Date(T0 + 1_000).toISOString();
          const aggregates = { skillId: 'a', averageRating: 4, ratingCount: 2, stamp };
          expect(await stores.skills.putAggregates(aggregates, hint)).toBe(true);
          await spoil(updatedAt, observedAt);
          expect(await stores.skills.tombstone('a', instantFromMs(T0 + 1_000), hint)).toBe(true);
          expect(await put(version('a', 3_000), seen(4_000, { fence: 5 }))).toBe('written');
        },
      );

      it('leaves a local edit where it is', async () => {
        await put(version('a', 0), seen(0));
        await edit('a', { name: 'mine' });
        const rank = `9999-01-01T00:00:00!${String(T0).padStart(15, '0')}!x`;
        await plant(stores, 'a', { updatedAt: '9999-01-01T00:00:00', rank });
        expect(await put(version('a', 5_000), seen(6_000))).toBe('written');
        expect((await stores.skillReader.get('a', new Date(T0)))?.local?.name).toBe('mine');
        expect(await put(version('a', 4_000), seen(7_000))).toBe('superseded');
      });
    });

    describe('the marketplace’s word over the order', () => {
      const word = (observedBefore: number, what: 'tombstone' | 'anything' = 'anything') => ({
        overrule: { what, observedBefore: T0 + observedBefore },
      });
      const old = version('a', 1_000, { code: 'restored' });

      it('takes an older version over what was observed before, and nothing else over that', async () => {
        await put(version('a', 5_000), seen(6_000));
        expect(await put(old, seen(9_000))).toBe('superseded');
        expect(await put(old, seen(9_000, word(6_000)))).toBe('superseded');
        expect(await put(old, seen(9_000, word(9_000)))).toBe('written');
        expect((await digestOf(stores.skills, 'a')).hash).toBe(old.hash);
        // What was observed before the word, however new its stamp was then.
        expect(await put(version('a', 5_000), seen(8_999, { fence: undefined }))).toBe('superseded');
        expect(await put(version('a', 4_000), seen(9_500))).toBe('superseded');
        expect(await put(version('a', 6_000), seen(9_500))).toBe('written');
      });

      it('never takes it over what was observed later', async () => {
        await put(version('a', 5_000), seen(9_001, { fence: undefined }));
        expect(await put(old, seen(9_000, word(9_000)))).toBe('superseded');
      });

      it('renews what it took, and never sets that back', async () => {
        await put(version('a', 5_000), seen(6_000));
        await put(old, seen(9_000, word(9_000)));
        expect(await put(old, seen(12 * HOUR))).toBe('written');
        expect((await digestOf(stores.skills, 'a')).expiresAt).toBe(T0 + 36 * HOUR);
        const late = { observedAt: T0 + 6 * HOUR, expiresAt: new Date(T0 + 30 * HOUR) };
        expect(await stores.skills.put(old, seen(12 * HOUR, late))).toEqual({
          outcome: 'superseded',
          isSame: true,
        });
      });

      it('has the same outcome when it is repeated, and is fenced', async () => {
        await put(version('a', 5_000), seen(6_000, { fence: 3 }));
        expect(await put(old, seen(9_000, { ...word(9_000), fence: 2 }))).toBe('fenced');
        for (let n = 0; n < 2; n += 1) {
          expect(await put(old, seen(9_000, { ...word(9_000), fence: 3 }))).toBe('written');
        }
      });

      it('takes a skill back over its tombstone only', async () => {
        await stores.skills.tombstone('a', instantFromMs(T0 + 5_000), seen(6_000, { fence: undefined }));
        expect(await put(old, seen(9_000, word(6_000, 'tombstone')))).toBe('superseded');
        expect(await put(old, seen(9_000, word(8_000, 'tombstone')))).toBe('written');
        expect(await stores.skillReader.get('a', new Date(T0))).toMatchObject({
          remote: { skill: old.skill },
        });
        expect(await put(version('a', 900), seen(9_900, word(9_800, 'tombstone')))).toBe('superseded');
        // The deletion, told once more, was before.
        expect(
          await stores.skills.tombstone('a', instantFromMs(T0 + 5_000), seen(8_999, { fence: undefined })),
        ).toBe(false);
      });

      it('is the remote side of a conflict with a local edit', async () => {
        await put(version('a', 5_000, { code: 'base' }), seen(6_000));
        await edit('a', { code: 'mine' });
        expect(await stores.skills.put(old, seen(9_000, word(9_000)))).toMatchObject({
          outcome: 'written',
          conflict: expect.objectContaining({ detected: true, end: undefined }),
        });
        const entry = await stores.skillReader.get('a', new Date(T0));
        expect(entry).toMatchObject({ remote: { skill: { code: 'restored' } }, local: { code: 'mine' } });
        expect(await put(version('a', 4_000), seen(9_500))).toBe('superseded');
      });
    });
  });
}
