import { beforeEach, describe, expect, it } from 'vitest';
import { effectiveSkill } from '#core/skills/cached-skill.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { digestOf, entryOf, HOUR, seen, T0, version } from './versions.ts';

const BY = { by: 'dana', now: T0 + 1 };

/** What every `SkillEditor` does. */
export function skillEditorContract(open: OpenStores): void {
  describe('SkillEditor', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });
    const rename = (name: string) => (entry: { remote: { skill: Skill } }) => ({
      ...entry.remote.skill,
      name,
    });
    const read = (id: string, at = T0 + 2) => stores.skillReader.get(id, new Date(at));

    it('keeps the edit apart from what the marketplace said, which becomes its base', async () => {
      const first = version('a', 0);
      await stores.skills.put(first, seen(0));
      const edited = await stores.editor.edit('a', rename('Mine'), BY);
      expect(edited && effectiveSkill(edited).name).toBe('Mine');
      const entry = await read('a');
      expect(entry).toMatchObject({ remote: first, local: { name: 'Mine' }, base: first.skill });
    });

    it('keeps its base when it is edited again', async () => {
      await stores.skills.put(version('a', 0), seen(0));
      await stores.editor.edit('a', rename('One'), BY);
      await stores.skills.put(version('a', 5, { description: 'newer' }), seen(5));
      await stores.editor.edit('a', (entry) => ({ ...effectiveSkill(entry), version: '2.0.0' }), BY);
      const entry = await read('a');
      expect(entry?.local).toMatchObject({ name: 'One', version: '2.0.0' });
      expect(entry?.base).toEqual(version('a', 0).skill);
      expect(entry?.remote.skill.description).toBe('newer');
    });

    it('survives the marketplace changing the skill, and its renewals', async () => {
      await stores.skills.put(version('a', 0), seen(0));
      await stores.editor.edit('a', rename('Mine'), BY);
      expect(await stores.skills.put(version('a', 9, { name: 'Theirs' }), seen(9))).toEqual({
        outcome: 'written',
        conflict: expect.objectContaining({ detected: true, end: undefined }),
      });
      expect(await stores.skills.put(version('a', 9, { name: 'Theirs' }), seen(20 * HOUR))).toEqual({
        outcome: 'written',
      });
      const entry = await read('a', T0 + 30 * HOUR);
      expect(entry && effectiveSkill(entry).name).toBe('Mine');
      expect(entry?.remote.skill.name).toBe('Theirs');
      expect((await digestOf(stores.skills, 'a')).expiresAt).toBe(T0 + 44 * HOUR);
    });

    it('is not served once the marketplace side expired, but not deleted either', async () => {
      await stores.skills.put(version('a', 0), seen(0));
      await stores.editor.edit('a', rename('Mine'), BY);
      const later = new Date(T0 + 24 * HOUR);
      expect(await read('a', later.getTime())).toBeUndefined();
      expect((await stores.skillReader.list({}, 9, undefined, later)).items).toEqual([]);
      expect(await stores.cleaner.sweep(later)).toMatchObject({ deletedSkills: 0, liveSkills: 0 });
      expect((await entryOf(stores, 'a'))?.edit?.local?.name).toBe('Mine');
      const again = { ...seen(25 * HOUR), fence: 1 };
      expect(await stores.skills.put(version('a', 0), again)).toEqual({ outcome: 'written' });
      const back = await read('a', T0 + 26 * HOUR);
      expect(back && effectiveSkill(back).name).toBe('Mine');
    });

    it('is no edit when it says what the marketplace says, and ends the one that is there', async () => {
      const first = version('a', 0, { tags: ['x', 'y'], category: 'c' });
      await stores.skills.put(first, seen(0));
      const before = await entryOf(stores, 'a');
      const same = (entry: { remote: { skill: Skill } }) => ({
        ...entry.remote.skill,
        tags: ['y', 'x'],
        code: null,
      });
      expect(await stores.editor.edit('a', same, BY)).not.toHaveProperty('local');
      await stores.editor.edit('a', rename('Mine'), BY);
      await stores.editor.edit('a', (entry) => ({ ...effectiveSkill(entry), category: 'mine' }), BY);
      expect(await stores.editor.edit('a', same, BY)).not.toHaveProperty('local');
      expect(await entryOf(stores, 'a')).toEqual(before);
    });

    it('finds the skill in lists by what the edit made of it', async () => {
      await stores.skills.put(version('a', 0, { category: 'Old', tags: ['old'] }), seen(0));
      const change = (entry: { remote: { skill: Skill } }) => ({
        ...entry.remote.skill,
        category: 'New',
        tags: ['new'],
      });
      await stores.editor.edit('a', change, BY);
      const found = async (filter: object) =>
        (await stores.skillReader.list(filter, 9, undefined, new Date(T0 + 2))).items.length;
      expect(await found({ category: 'New' })).toBe(1);
      expect(await found({ tag: 'new' })).toBe(1);
      expect(await found({ category: 'Old' })).toBe(0);
      expect(await found({ tag: 'old' })).toBe(0);
    });

    it('edits nothing that is not there, expired, or removed', async () => {
      expect(await stores.editor.edit('a', rename('x'), BY)).toBeUndefined();
      expect(await stores.editor.edit('', rename('x'), BY)).toBeUndefined();
      await stores.skills.put(version('a', 0), seen(0));
      expect(await stores.editor.edit('a', rename('x'), { by: 'dana', now: T0 + 24 * HOUR })).toBeUndefined();
      await stores.skills.remove(await digestOf(stores.skills, 'a'), seen(1));
      expect(await stores.editor.edit('a', rename('x'), BY)).toBeUndefined();
    });

    it('loses none of several edits at once', async () => {
      await stores.skills.put(version('a', 0), seen(0));
      const fields = ['one', 'two', 'three', 'four'];
      await Promise.all(
        fields.map((field) =>
          stores.editor.edit('a', (entry) => ({ ...effectiveSkill(entry), [field]: true }), BY),
        ),
      );
      const entry = await read('a');
      for (const field of fields) expect(entry?.local?.[field]).toBe(true);
    });
  });
}
