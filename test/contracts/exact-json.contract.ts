import { beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from '#core/json/json.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { conflictGround, NOW } from './conflict-ground.ts';
import { digestOf, seen, T0, version } from './versions.ts';

/** Numbers that no double stands for, names that every object knows. */
const ODD =
  '{"constructor":{"prototype":1},"toString":null,"n":[9007199254740993,1e400,-0,0.12345678901234567890]}';
const fields = (more: object = {}): Partial<Skill> => ({
  ...(parse(ODD) as object),
  metadata: parse(ODD) as Skill['metadata'],
  ...more,
});
const NUMBERS = '[9007199254740993,1e400,-0,0.12345678901234567890]';

/** What came stays to the letter, wherever a skill goes. */
export function exactJsonContract(open: OpenStores): void {
  describe('A record that JSON.parse would change', () => {
    let stores: TestStores;
    let ground: ReturnType<typeof conflictGround>;
    beforeEach(async () => {
      stores = await open();
      ground = conflictGround(stores);
    });
    const letters = (skill: unknown) => JSON.stringify(skill).match(/"n":(\[[^\]]*\])/g);
    const BOTH = [`"n":${NUMBERS}`, `"n":${NUMBERS}`];

    it.each([
      ['as text', ''],
      ['compressed', 'x'.repeat(500_000)],
    ])('is read as it was put: %s', async (_how, code) => {
      const put = version('a', 0, fields({ code }));
      await stores.skills.put(put, seen(0));
      const entry = await ground.entryOf('a');
      expect(letters(entry?.remote.skill)).toEqual(BOTH);
      expect(entry?.remote).toEqual(put);
      expect(
        (await stores.skillReader.list({}, 9, undefined, NOW)).items.map((it) => letters(it.remote.skill)),
      ).toEqual([BOTH]);
      // The same again is no change.
      expect(version('a', 0, parse(stringify(entry?.remote.skill)) as Skill).hash).toBe(
        (await digestOf(stores.skills, 'a')).hash,
      );
    });

    it('keeps it through an edit, a conflict and a merge', async () => {
      await stores.skills.put(version('a', 0, fields()), seen(0));
      await ground.edit('a', { description: 'mine', big: parse('12345678901234567890') });
      await stores.skills.put(version('a', 5_000, fields({ name: 'theirs' })), seen(5_000));
      const [conflict] = await ground.list();
      expect([conflict?.base, conflict?.local, conflict?.remote].map(letters)).toEqual([BOTH, BOTH, BOTH]);
      await ground.resolve(conflict!, 'merge', { now: T0 + 6_000 });
      const served = await ground.served('a');
      expect(served).toMatchObject({ name: 'theirs', description: 'mine' });
      expect(letters(served)).toEqual(BOTH);
      expect(stringify(served)).toContain('"big":12345678901234567890');
      const [closed] = await ground.list({ status: 'resolved' });
      expect(letters(closed?.resolution?.result)).toEqual(BOTH);
    });

    it('sees a change of one unit in the last place, and none where there is none', async () => {
      await stores.skills.put(version('a', 0, fields()), seen(0));
      await ground.edit('a', { description: 'mine' });
      await stores.skills.put(version('a', 5_000, fields()), seen(5_000));
      expect(await ground.list()).toEqual([]);
      const moved = fields({ n: parse(NUMBERS.replace('993', '992')) });
      await stores.skills.put(version('a', 9_000, moved), seen(9_000));
      expect(await ground.list()).toHaveLength(1);
    });

    it('keeps it when only the aggregates change', async () => {
      await stores.skills.put(version('a', 0, fields()), seen(0));
      const aggregates = {
        skillId: 'a',
        averageRating: parse('4.2999999999999998') as number,
        ratingCount: 3,
        stamp: '2026-03-03T00:00:00Z',
      };
      expect(await stores.skills.putAggregates(aggregates, seen(9_000))).toBe(true);
      const entry = await ground.entryOf('a');
      expect(letters(entry?.remote.skill)).toEqual(BOTH);
      expect(stringify(entry?.remote.skill)).toContain('"average_rating":4.2999999999999998');
    });
  });
}
