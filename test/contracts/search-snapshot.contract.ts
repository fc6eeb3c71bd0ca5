import { beforeEach, describe, expect, it } from 'vitest';
import type { SnapshotSkill } from '#core/skills/search/search-snapshots.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { HOUR, T0 } from './versions.ts';

const DAY = 24 * HOUR;

/** What every `SearchSnapshots` does. */
export function searchSnapshotsContract(open: OpenStores): void {
  let stores: TestStores;
  beforeEach(async () => {
    stores = await open();
  });

  describe('SearchSnapshots', () => {
    const append = (skills: readonly SnapshotSkill[], removed: readonly string[] = [], now = T0) =>
      stores.snapshots.append({ skills, removed }, now);
    const read = async () => [...((await stores.snapshots.read())?.skills.values() ?? [])].toSorted(byId);

    it('has nothing before the first change', async () => {
      expect(await stores.snapshots.read()).toBeUndefined();
    });

    it('gives back what was added, in whatever script, the last change of a skill first', async () => {
      const odd = searched('é\u{1f600}', { name: '数据 清洗', tags: ['a', 'β', ''], category: '' });
      await append([searched('a'), odd]);
      await append([searched('a', { hash: 'h2', name: 'later' }), searched('b')]);
      expect(await read()).toEqual([searched('a', { hash: 'h2', name: 'later' }), searched('b'), odd]);
      expect((await stores.snapshots.read())?.isDamaged).toBe(false);
    });

    it('forgets what was removed, until it comes back', async () => {
      await append([searched('a'), searched('b')]);
      await append([], ['a', 'unknown']);
      expect(await read()).toEqual([searched('b')]);
      await append([searched('a')], ['b']);
      expect(await read()).toEqual([searched('a')]);
    });

    it('loses nothing of several writers at once', async () => {
      const names = ['a', 'b', 'c', 'd'];
      await Promise.all(names.map((name) => append([searched(name)])));
      expect(await read()).toEqual(names.map((name) => searched(name)));
    });

    it('replaces all of it', async () => {
      await append([searched('a')]);
      await stores.snapshots.replace([searched('b')], T0);
      expect(await read()).toEqual([searched('b')]);
      await append([searched('c')]);
      expect(await read()).toEqual([searched('b'), searched('c')]);
    });

    it('says the same after a hundred changes, and after days', async () => {
      const expected = new Map<string, SnapshotSkill>();
      for (let step = 0; step < 100; step += 1) {
        const skill = searched(`s${step % 30}`, { hash: `h${step}` });
        const removed = step % 7 === 6 ? [`s${(step * 3) % 30}`] : [];
        expected.set(skill.id, skill);
        for (const id of removed) expected.delete(id);
        await append([skill], removed, T0 + step * (step > 90 ? DAY : 60_000));
      }
      expect(await read()).toEqual([...expected.values()].toSorted(byId));
    });

    it('tells of notices from a time on, one by one', async () => {
      await stores.snapshots.announce({ at: T0 });
      await stores.snapshots.announce({ at: T0 + 5, skillId: 'a#b' });
      await stores.snapshots.announce({ at: T0 + 5 });
      const since = async (at: number) => (await stores.snapshots.noticesSince(at)).toSorted(byTime);
      expect(await since(T0)).toEqual([{ at: T0 }, { at: T0 + 5 }, { at: T0 + 5, skillId: 'a#b' }]);
      expect(await since(T0 + 1)).toHaveLength(2);
      expect(await since(T0 + 6)).toEqual([]);
      expect(await stores.snapshots.noticesSince(T0, 1)).toEqual([{ at: T0 }]);
      expect(await stores.snapshots.noticesSince(T0 + 1, 2)).toHaveLength(2);
      expect(await stores.snapshots.read()).toBeUndefined();
    });
  });
}

/** How the snapshot is stored, and what becomes of damage: for engines of DynamoDB alone. */
export function storedSearchContract(open: OpenStores): void {
  describe('the stored snapshot', () => {
    it('is cut into parts, and a lost or damaged one costs its change alone', async () => {
      const { snapshots, raw } = await open();
      const noise = () => Array.from({ length: 400 }, () => Math.random().toString(36)).join('');
      const large = Array.from({ length: 200 }, (_, n) => searched(`l${n}`, { description: noise() }));
      await snapshots.append({ skills: large, removed: [] }, T0);
      await snapshots.append({ skills: [searched('a')], removed: [] }, T0);
      const [first, second] = await storedChanges(raw);
      expect(first?.parts).toBeGreaterThan(1);
      expect((await snapshots.read())?.skills.size).toBe(201);
      const part = await raw.get('SEARCH#skills', `PART#${second?.id}#0`);
      expect(part?.expiresAt).toBe((T0 + 10 * DAY) / 1_000);

      await raw.patch('SEARCH#skills', `PART#${second?.id}#0`, { bytes: Buffer.from('broken') });
      expect(await snapshots.read()).toMatchObject({ isDamaged: true, skills: { size: 200 } });
      await raw.drop('SEARCH#skills', `PART#${first?.id}#1`);
      expect(await snapshots.read()).toMatchObject({ isDamaged: true, skills: { size: 0 } });
      await snapshots.replace([searched('b')], T0);
      expect(await snapshots.read()).toMatchObject({ isDamaged: false, skills: { size: 1 } });
    });

    it('leaves the parts of former changes to whoever is reading them', async () => {
      const { snapshots, raw } = await open();
      await snapshots.append({ skills: [searched('a')], removed: [] }, T0);
      const [former] = await storedChanges(raw);
      await snapshots.replace([searched('b')], T0);
      expect(await storedChanges(raw)).toHaveLength(1);
      expect(await raw.get('SEARCH#skills', `PART#${former?.id}#0`)).toBeDefined();
    });

    it('begins anew over a state that can not be read', async () => {
      const { snapshots, raw } = await open();
      await raw.put({ pk: 'SEARCH#skills', sk: 'STATE', json: '{"changes":1}', writeId: 'x' });
      expect(await snapshots.read()).toBeUndefined();
      await snapshots.append({ skills: [searched('a')], removed: [] }, T0);
      expect((await snapshots.read())?.skills.size).toBe(1);
    });
  });
}

async function storedChanges({ get }: TestStores['raw']) {
  const json = String((await get('SEARCH#skills', 'STATE'))?.json);
  return JSON.parse(json) as readonly { readonly id: string; readonly parts: number }[];
}

function searched(id: string, fields: Partial<SnapshotSkill> = {}): SnapshotSkill {
  const hash = `hash of ${id}`;
  return { id, hash, name: `Skill ${id}`, tags: ['t'], category: 'data', description: 'Does.', ...fields };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

function byTime(
  a: { readonly at: number; readonly skillId?: string },
  b: { readonly at: number; readonly skillId?: string },
): number {
  return a.at - b.at || (a.skillId ?? '').localeCompare(b.skillId ?? '');
}
