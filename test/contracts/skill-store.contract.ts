import { beforeEach, describe, expect, it } from 'vitest';
import { TooLargeError } from '#core/errors.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { digestOf, digestsOf, entryOf, HOUR, MINUTE, plant, seen, T0, text, version } from './versions.ts';

/** What every `SkillStore` does. */
export function skillStoreContract(open: OpenStores): void {
  describe('SkillStore', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });
    const put = async (...args: Parameters<TestStores['skills']['put']>) =>
      (await stores.skills.put(...args)).outcome;
    const edit = (skillId: string, fields: Partial<Skill>) =>
      stores.editor.edit(skillId, ({ remote }) => ({ ...remote.skill, ...fields }), { by: 'me', now: T0 });

    /** By which categories a list finds the skill. */
    const categoriesOf = async (skillId: string) => {
      const found: string[] = [];
      for (const category of ['c', 'old', 'new', 'mine']) {
        const { items } = await stores.skillReader.list({ category }, 9, undefined, new Date(T0));
        if (items.some(({ remote }) => remote.skill.skill_id === skillId)) found.push(category);
      }
      return found;
    };

    describe('put', () => {
      it('writes a version when nothing is stored', async () => {
        expect(await put(version('a', 0), seen(10))).toBe('written');
        const { updatedAt, hash } = version('a', 0);
        expect(await digestOf(stores.skills, 'a')).toEqual({
          skillId: 'a',
          updatedAt,
          hash,
          expiresAt: T0 + 24 * HOUR,
          tombstone: false,
        });
      });

      it('keeps the record exactly', async () => {
        const odd = { unknown_field: { deep: [1, null, 'é'] }, description: null, tags: [], code: '\ud83d' };
        await put(version('a', 0, odd), seen(1_999));
        expect((await entryOf(stores, 'a'))?.remote).toEqual(version('a', 0, odd).skill);
      });

      it('refuses an older version', async () => {
        await put(version('a', 5_000), seen(10));
        expect(await put(version('a', 4_000), seen(99_000))).toBe('superseded');
        expect((await digestOf(stores.skills, 'a')).hash).toBe(version('a', 5_000).hash);
      });

      it('takes a newer version that was observed earlier', async () => {
        await put(version('a', 4_000), seen(99_000));
        expect(await put(version('a', 5_000), seen(10))).toBe('written');
      });

      it('lets the later observation win at the same time of change', async () => {
        await put(version('a', 0, { name: 'two' }), seen(2_000));
        expect(await put(version('a', 0, { name: 'one' }), seen(1_000))).toBe('superseded');
        expect(await put(version('a', 0, { name: 'three' }), seen(3_000))).toBe('written');
      });

      it('lets the greater hash win at the same time of change and observation, in either order', async () => {
        const [low, high] = [version('a', 0, { name: 'x' }), version('a', 0, { name: 'y' })].sort((a, b) =>
          a.hash < b.hash ? -1 : 1,
        );
        expect(await put(low!, seen(0))).toBe('written');
        expect(await put(high!, seen(0))).toBe('written');
        expect(await put(low!, seen(0))).toBe('superseded');
        expect((await digestOf(stores.skills, 'a')).hash).toBe(high!.hash);
      });

      it('has the same outcome when it is repeated', async () => {
        expect(await put(version('a', 0), seen(5))).toBe('written');
        expect(await put(version('a', 0), seen(5))).toBe('written');
      });

      it('renews the expiry of an unchanged version, and never sets it back', async () => {
        await put(version('a', 0), seen(0));
        expect(await put(version('a', 0), seen(12 * HOUR))).toBe('written');
        const late = { observedAt: T0 + 6 * HOUR, expiresAt: new Date(T0 + 30 * HOUR) };
        expect(await put(version('a', 0), seen(12 * HOUR, late))).toBe('superseded');
        expect((await digestOf(stores.skills, 'a')).expiresAt).toBe(T0 + 36 * HOUR);
      });

      it('takes any version over an expired one', async () => {
        await put(version('a', 9_000), seen(0, { expiresAt: new Date(T0 + HOUR) }));
        const late = { now: new Date(T0 + HOUR), expiresAt: new Date(T0 + 25 * HOUR) };
        expect(await put(version('a', 1_000), seen(0, { ...late, now: new Date(T0 + HOUR - 1) }))).toBe(
          'superseded',
        );
        expect(await put(version('a', 1_000), seen(0, late))).toBe('written');
      });

      it('is fenced out by a later holder of the lease, also over an expired entry', async () => {
        await put(version('a', 0), seen(0, { fence: 7 }));
        expect(await put(version('a', 5_000), seen(10, { fence: 6 }))).toBe('fenced');
        expect(await put(version('a', 5_000), seen(48 * HOUR, { fence: 6 }))).toBe('fenced');
        expect(await put(version('a', 5_000), seen(10, { fence: 7 }))).toBe('written');
        expect(await put(version('a', 6_000), seen(10, { fence: 8 }))).toBe('written');
      });

      it('keeps the stored fence when the writer has none', async () => {
        await put(version('a', 0, { tags: ['t'] }), seen(0, { fence: 7 }));
        expect(await put(version('a', 5_000), seen(10, { fence: undefined }))).toBe('written');
        expect(await put(version('a', 4_000), seen(10, { fence: undefined }))).toBe('superseded');
        expect(await put(version('a', 9_000), seen(20, { fence: 6 }))).toBe('fenced');
        expect(await entryOf(stores, 'a')).toMatchObject({ fence: 7, remote: version('a', 5_000).skill });
      });

      it('keeps a local edit and changes the marketplace’s side only', async () => {
        await put(version('a', 0, { category: 'old' }), seen(0));
        await edit('a', { name: 'mine', category: 'mine' });
        const { local, base, revision } = (await entryOf(stores, 'a'))?.edit ?? {};
        expect(await put(version('a', 5_000, { category: 'new' }), seen(10))).toBe('written');
        const newest = version('a', 6_000, { category: 'new' });
        expect(await put(newest, seen(20, { fence: undefined }))).toBe('written');
        expect(await put(version('a', 1_000), seen(30))).toBe('superseded');
        expect(await put(version('a', 9_000), seen(30, { fence: 0 }))).toBe('fenced');
        const after = await entryOf(stores, 'a');
        expect(after).toMatchObject({ edit: { local, base, revision }, hash: newest.hash });
        expect(local?.category).toBe('mine');
        expect(await categoriesOf('a')).toEqual(['mine']);
      });

      it('takes an older version over an expired one that was edited, and keeps the edit', async () => {
        await put(version('a', 9_000), seen(0));
        await edit('a', { name: 'mine' });
        const late = { now: new Date(T0 + 24 * HOUR), expiresAt: new Date(T0 + 48 * HOUR) };
        expect(await put(version('a', 1_000), seen(0, late))).toBe('written');
        const entry = await stores.skillReader.get('a', late.now);
        expect(entry).toMatchObject({ remote: version('a', 1_000), local: { name: 'mine' } });
      });

      it('keeps a large local edit beside a large version', async () => {
        await put(version('a', 0), seen(0));
        await edit('a', { code: 'x'.repeat(150_000) });
        expect(await put(version('a', 5_000, { code: 'y'.repeat(150_000) }), seen(10))).toBe('written');
        const entry = await stores.skillReader.get('a', new Date(T0));
        expect(entry?.local?.code).toHaveLength(150_000);
        expect(entry?.remote.skill.code).toContain('yyy');
        const incompressible = version('a', 6_000, { code: text(390_000) });
        await edit('a', { code: text(150_000, 3) });
        await expect(put(incompressible, seen(20))).rejects.toThrow(TooLargeError);
        expect((await digestOf(stores.skills, 'a')).hash).toBe(entry?.remote.hash);
      });

      it('compresses a skill that is too large, and refuses one that stays so', async () => {
        const code = 'print("hello, world")\n'.repeat(60_000);
        expect(await put(version('big', 0, { code }), seen(0))).toBe('written');
        expect((await entryOf(stores, 'big'))?.remote?.code).toBe(code);
        const refused = put(version('huge', 0, { code: text(900_000) }), seen(0));
        await expect(refused).rejects.toThrow(TooLargeError);
        await expect(refused).rejects.toThrow(/Skill huge takes \d{6} bytes/);
        expect(await entryOf(stores, 'huge')).toBeUndefined();
      });

      it('stores the largest skills that it does not refuse', async () => {
        const tags = Array.from({ length: 900 }, (_, n) => `tag-${n}`);
        const fields = { category: 'k'.repeat(600), tags, description: 'd'.repeat(2_000) };
        const room =
          380 * 1_024 - JSON.stringify(version('i'.repeat(512), 0, { ...fields, code: '' }).skill).length;
        for (const length of [room - 1, room, room + 1]) {
          const skill = version('i'.repeat(512), length, {
            ...fields,
            code: text(length, 7).replace(/["\\]/g, '.'),
          });
          expect(await put(skill, seen(length))).toBe('written');
        }
      });

      it.each([
        ['unicode', 'é-漢字-😀'],
        ['separators', 'a#SKILL#b/c d\n'],
        ['512 bytes', 'x'.repeat(512)],
      ])('takes ids with %s', async (_what, skillId) => {
        await put(version(skillId, 0), seen(0));
        expect((await digestOf(stores.skills, skillId)).skillId).toBe(skillId);
      });

      it('takes text that is not well-formed, empty categories and empty tags', async () => {
        const fields = { name: 'x\ud800y', category: 'c\udc00', tags: ['', '\ud800', 'ok'], description: '' };
        expect(await put(version('a', 0, fields), seen(0))).toBe('written');
        expect(await put(version('b', 0, { category: '', tags: [''] }), seen(0))).toBe('written');
      });
    });

    describe('remove', () => {
      it('leaves a tombstone that nothing older comes back over', async () => {
        await put(version('a', 5_000, { category: 'c', tags: ['t'] }), seen(0));
        const digest = await digestOf(stores.skills, 'a');
        expect(await stores.skills.remove(digest, seen(10 * MINUTE))).toBe(true);
        expect(await digestOf(stores.skills, 'a')).toMatchObject({
          tombstone: true,
          updatedAt: digest.updatedAt,
        });
        expect(await put(version('a', 5_000), seen(9 * MINUTE))).toBe('superseded');
        expect(await put(version('a', 4_000), seen(11 * MINUTE))).toBe('superseded');
        const entry = await entryOf(stores, 'a');
        expect(entry?.remote).toBeUndefined();
        expect(await categoriesOf('a')).toEqual([]);
        expect(entry).toMatchObject({
          deletedAt: T0 + 10 * MINUTE,
          expiresAt: T0 + 24 * HOUR + 10 * MINUTE,
        });
      });

      it('gives way to the same version when it is seen again later, and to a newer one at once', async () => {
        for (const id of ['a', 'b']) {
          await put(version(id, 5_000), seen(0));
          await stores.skills.remove(await digestOf(stores.skills, id), seen(1_000));
        }
        expect(await put(version('a', 5_000), seen(2_000))).toBe('written');
        expect(await put(version('b', 6_000), seen(500, { fence: undefined }))).toBe('written');
        const digests = await digestsOf(stores.skills);
        expect([...digests.values()].map(({ tombstone }) => tombstone)).toEqual([false, false]);
      });

      it('loses to a version of the same millisecond, in either order', async () => {
        for (const name of ['one', 'two', 'three', 'four']) {
          await put(version(name, 0), seen(0));
          const digest = await digestOf(stores.skills, name);
          await stores.skills.remove(digest, seen(1_000));
          expect(await put(version(name, 0, { code: name }), seen(1_000))).toBe('written');
          expect(await stores.skills.remove(await digestOf(stores.skills, name), seen(1_000))).toBe(false);
        }
      });

      it('does nothing when the skill changed, was seen later, or is unknown', async () => {
        await put(version('a', 0), seen(0));
        const digest = await digestOf(stores.skills, 'a');
        await put(version('a', 0), seen(2_000));
        expect(await stores.skills.remove(digest, seen(1_000))).toBe(false);
        await put(version('a', 5_000), seen(3_000));
        expect(await stores.skills.remove(digest, seen(9_000))).toBe(false);
        expect(await stores.skills.remove({ ...digest, skillId: 'b' }, seen(9_000))).toBe(false);
        expect(await digestsOf(stores.skills)).toHaveLength(1);
      });

      it('does nothing under a fence that is past, nor to an edited skill', async () => {
        await put(version('a', 0), seen(0, { fence: 5 }));
        const digest = await digestOf(stores.skills, 'a');
        expect(await stores.skills.remove(digest, seen(9_000, { fence: 4 }))).toBe(false);
        await edit('a', { name: 'mine' });
        expect(await stores.skills.remove(digest, seen(9_000, { fence: 5 }))).toBe(false);
      });

      it('keeps its fence, and that of what it removed when it has none', async () => {
        for (const fence of [undefined, 6]) {
          const id = `with-${fence}`;
          await put(version(id, 0), seen(0, { fence: 5 }));
          expect(await stores.skills.remove(await digestOf(stores.skills, id), seen(1_000, { fence }))).toBe(
            true,
          );
          expect(await put(version(id, 9_000), seen(9_000, { fence: 4 }))).toBe('fenced');
        }
      });

      it('says the same when it is repeated, and no to another removal', async () => {
        await put(version('a', 0), seen(0));
        const digest = await digestOf(stores.skills, 'a');
        expect(await stores.skills.remove(digest, seen(1_000))).toBe(true);
        expect(await stores.skills.remove(digest, seen(1_000))).toBe(true);
        expect(await stores.skills.remove(digest, seen(2_000))).toBe(false);
      });
    });

    describe('digests', () => {
      it('gives every entry once, tombstones and expired ones too', async () => {
        const ids = Array.from({ length: 60 }, (_, n) => `skill-${n}`);
        await Promise.all(ids.map((id) => put(version(id, 0), seen(0, { expiresAt: new Date(T0 + 1_000) }))));
        await stores.skills.remove(await digestOf(stores.skills, 'skill-7'), seen(1_000));
        const found: string[] = [];
        for await (const chunk of stores.skills.digests()) found.push(...chunk.map(({ skillId }) => skillId));
        expect(found.sort()).toEqual([...ids].sort());
      });

      it('skips what can’t be read', async () => {
        await put(version('a', 0), seen(0));
        await put(version('b', 0), seen(0));
        await plant(stores, 'a', { hash: undefined });
        expect([...(await digestsOf(stores.skills)).keys()]).toEqual(['b']);
      });

      it('stops early when its reader does', async () => {
        await put(version('a', 0), seen(0));
        for await (const chunk of stores.skills.digests()) {
          expect(chunk).toHaveLength(1);
          break;
        }
      });
    });
  });
}
