import { beforeEach, describe, expect, it } from 'vitest';
import { effectiveSkill } from '#core/skills/cached-skill.ts';
import { tombstoned } from '#core/skills/skill-entry.ts';
import { instantFromMs } from '#core/time/instant.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { digestOf, seen, T0, version } from './versions.ts';

/** What every `SkillBatchReader` does, and what the digests tell whoever reads by them. */
export function skillBatchReaderContract(open: OpenStores): void {
  let stores: TestStores;
  beforeEach(async () => {
    stores = await open();
  });

  describe.each(['plain', 'remembering'] as const)('SkillBatchReader: %s', (kind) => {
    it('reads the live ones of many ids, an edited one as edited', async () => {
      const { skills, editor, batchReaders } = stores;
      await skills.put(version('a', 0), seen(0));
      await skills.put(version('b', 0), seen(0));
      await skills.put(version('gone', 0), seen(0, { expiresAt: new Date(T0 + 1_000) }));
      await editor.edit('b', ({ remote }) => ({ ...remote.skill, name: 'mine' }), { by: 'me', now: T0 });
      const ids = ['b', 'a', 'unknown', 'gone', 'a', '', '\ud800'];
      for (const isConsistent of [undefined, true]) {
        const found = await batchReaders[kind].getMany(ids, new Date(T0 + 2_000), isConsistent);
        expect(found.map(({ remote, local }) => [remote.skill.skill_id, local?.name]).toSorted()).toEqual([
          ['a', undefined],
          ['b', 'mine'],
        ]);
      }
    });

    it('tells what is stored now of those that it has read before', async () => {
      const { skills, editor, entries, batchReaders } = stores;
      const names = async (now = T0 + 2_000) => {
        const found = await batchReaders[kind].getMany(['a', 'b'], new Date(now), true);
        return found
          .map((skill) => `${effectiveSkill(skill).skill_id} ${effectiveSkill(skill).name}`)
          .toSorted();
      };
      const edit = (name: string) =>
        editor.edit('a', ({ remote }) => ({ ...remote.skill, name }), { by: 'me', now: T0 });
      await skills.put(version('a', 0), seen(0));
      await skills.put(version('b', 0, { name: 'other' }), seen(0));
      expect(await names()).toEqual(['a Skill a', 'b other']);
      expect(await names()).toEqual(['a Skill a', 'b other']);
      for (const name of ['mine', 'mine again', 'Skill a']) {
        await edit(name);
        expect(await names()).toEqual([`a ${name}`, 'b other']);
      }
      await skills.put(version('a', 1_000, { name: 'new' }), seen(1_000));
      expect(await names()).toEqual(['a new', 'b other']);
      await skills.put(
        version('a', 1_000, { name: 'new' }),
        seen(1_500, { expiresAt: new Date(T0 + 3_000) }),
      );
      expect(await names()).toEqual(['a new', 'b other']);
      expect(await names(T0 + 3_000)).toEqual(['b other']);
      await entries.change('b', tombstoned(instantFromMs(T0 + 2_000), seen(2_000)));
      expect(await names()).toEqual(['a new']);
    });

    it('is told of an edit by the digest', async () => {
      await stores.skills.put(version('a', 0), seen(0));
      const edited = async () => (await digestOf(stores.skills, 'a')).edited;
      expect(await edited()).toBeUndefined();
      const rename = (name: string) =>
        stores.editor.edit('a', ({ remote }) => ({ ...remote.skill, name }), { by: 'me', now: T0 });
      await rename('mine');
      expect(await edited()).toBe(true);
      await rename(version('a', 0).skill.name);
      expect(await edited()).toBeUndefined();
    });
  });
}
