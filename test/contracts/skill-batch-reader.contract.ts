import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { digestOf, seen, T0, version } from './versions.ts';

/** What every `SkillBatchReader` does, and what the digests tell whoever reads by them. */
export function skillBatchReaderContract(open: OpenStores): void {
  let stores: TestStores;
  beforeEach(async () => {
    stores = await open();
  });

  describe('SkillBatchReader', () => {
    it('reads the live ones of many ids, an edited one as edited', async () => {
      const { skills, editor, batchReader } = stores;
      await skills.put(version('a', 0), seen(0));
      await skills.put(version('b', 0), seen(0));
      await skills.put(version('gone', 0), seen(0, { expiresAt: new Date(T0 + 1_000) }));
      await editor.edit('b', ({ remote }) => ({ ...remote.skill, name: 'mine' }), { by: 'me', now: T0 });
      const ids = ['b', 'a', 'unknown', 'gone', 'a', '', '\ud800'];
      for (const isConsistent of [undefined, true]) {
        const found = await batchReader.getMany(ids, new Date(T0 + 2_000), isConsistent);
        expect(found.map(({ remote, local }) => [remote.skill.skill_id, local?.name]).toSorted()).toEqual([
          ['a', undefined],
          ['b', 'mine'],
        ]);
      }
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
