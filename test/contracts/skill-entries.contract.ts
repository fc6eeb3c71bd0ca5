import { beforeEach, describe, expect, it } from 'vitest';
import type { Skill } from '#core/skills/skill.ts';
import { received } from '#core/skills/skill-entry.ts';
import { instantFromMs } from '#core/time/instant.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { conflictGround } from './conflict-ground.ts';
import { digestOf, entryOf, HOUR, plant, seen, T0, version } from './versions.ts';

/** What every `SkillEntries` does, whatever the transitions are. */
export function skillEntriesContract(open: OpenStores): void {
  describe('SkillEntries', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });
    const edit = (skillId: string, fields: Partial<Skill>) =>
      stores.editor.edit(skillId, ({ remote }) => ({ ...remote.skill, ...fields }), { by: 'me', now: T0 });

    describe('putUnlessNewer', () => {
      const put: TestStores['entries']['putUnlessNewer'] = (...args) =>
        stores.entries.putUnlessNewer(...args);

      it('writes where nothing is stored, or nothing newer', async () => {
        expect(await put(version('a', 5_000), seen(10))).toBe(true);
        expect(await put(version('a', 5_000), seen(20))).toBe(true);
        expect(await put(version('a', 6_000), seen(30, { fence: undefined }))).toBe(true);
        expect(await put(version('a', 5_000), seen(99_000))).toBe(false);
        expect(await entryOf(stores, 'a')).toMatchObject({ fence: 1, remote: version('a', 6_000).skill });
      });

      it('writes over what has expired, and not behind the fence', async () => {
        await put(version('a', 5_000), seen(0, { expiresAt: new Date(T0 + HOUR), fence: 7 }));
        expect(await put(version('a', 1_000), seen(HOUR, { fence: 6 }))).toBe(false);
        expect(await put(version('a', 1_000), seen(HOUR, { fence: 7 }))).toBe(true);
      });

      it('leaves what is edited, and what ranks higher, to be looked at', async () => {
        await put(version('a', 0), seen(0));
        await edit('a', { name: 'mine' });
        expect(await put(version('a', 5_000), seen(10))).toBe(false);
        await put(version('b', 5_000), seen(0));
        const overrule = { what: 'anything', observedBefore: T0 + 9_000 } as const;
        expect(await put(version('b', 1_000), seen(9_000, { overrule }))).toBe(false);
        expect((await entryOf(stores, 'b'))?.remote).toEqual(version('b', 5_000).skill);
      });

      it('leaves a pending outbox as it is', async () => {
        await withOutbox('a');
        expect(await put(version('a', 90_000), seen(90_000))).toBe(false);
        expect(await stores.outbox.isPending('a')).toBe(true);
      });
    });

    describe('change', () => {
      it('gives what is stored, writes what comes of it and tells its result', async () => {
        const before = await stores.entries.change('a', (entry) => ({ result: entry }));
        expect(before).toBeUndefined();
        await stores.skills.put(version('a', 0), seen(0));
        const told = await stores.entries.change('a', (entry) => ({
          entry: { ...entry, fence: 9 },
          result: entry?.remote?.name,
        }));
        expect(told).toBe('Skill a');
        expect(await entryOf(stores, 'a')).toMatchObject({ fence: 9, remote: version('a', 0).skill });
      });

      it('leaves the entry as it is where nothing comes of it, also under what is no id', async () => {
        for (const id of ['a', '', 'x'.repeat(600), '\ud800']) {
          expect(await stores.entries.change(id, () => ({ result: 'nothing' }))).toBe('nothing');
          expect(await entryOf(stores, id)).toBeUndefined();
        }
      });

      it('loses none of several changes at once', async () => {
        await stores.skills.put(version('a', 0), seen(0));
        const plan = { strategy: 'manual', newId: 'x' } as const;
        const add = (fields: Partial<Skill>) =>
          stores.editor.edit('a', ({ local, remote }) => ({ ...(local ?? remote.skill), ...fields }), {
            by: 'me',
            now: T0,
          });
        await Promise.all([
          add({ one: true }),
          add({ two: true }).then(() => add({ three: true })),
          stores.entries.change('a', received(version('a', 5_000), seen(5_000), plan)),
          stores.skills.putAggregates(aggregates('a'), seen(6_000, { fence: undefined })),
        ]);
        const entry = await entryOf(stores, 'a');
        expect(entry?.edit?.local).toMatchObject({ one: true, two: true, three: true });
        expect(entry?.remote).toMatchObject({ average_rating: 4.5 });
      });

      it('is never given an entry with an outbox, whoever changes it, and loses no record', async () => {
        const changes: Record<string, () => Promise<unknown>> = {
          put: () => stores.skills.put(version('put', 90_000), seen(90_000)),
          'older put': () => stores.skills.put(version('older put', -9_000), seen(90_000)),
          remove: async () => stores.skills.remove(await digestOf(stores.skills, 'remove'), seen(90_000)),
          deletion: () => stores.skills.tombstone('deletion', instantFromMs(T0 + 80_000), seen(90_000)),
          aggregates: () => stores.skills.putAggregates(aggregates('aggregates'), seen(90_000)),
          edit: () => edit('edit', { name: 'mine' }),
          nothing: () =>
            stores.entries.change('nothing', (entry) => ({ result: expect(entry?.outbox).toBeUndefined() })),
        };
        for (const [id, change] of Object.entries(changes)) {
          const conflict = await withOutbox(id);
          await change();
          expect(await stores.outbox.isPending(id), id).toBe(false);
          expect(await stores.conflicts.get(conflict, new Date(T0)), id).toMatchObject({
            resolution: { strategy: 'remote_wins' },
          });
        }
        const { resolved } = await stores.conflicts.totals();
        expect(resolved.remote_wins).toBe(Object.keys(changes).length);
      });

      it('writes the outbox that a change leaves, and counts a conflict that it begins', async () => {
        const { opened } = conflictGround(stores);
        const { base, local, remote, resolution, ...open } = await opened('a');
        expect((await stores.conflicts.totals()).detected.OTHER).toBe(1);
        const closed = { ...open, base, local, remote, strategy: 'merge', result: local } as const;
        await plant(stores, 'a', {
          edit: undefined,
          outbox: { ...closed, resolvedBy: 'me', resolvedAt: T0 },
        });
        expect(await stores.outbox.isPending('a')).toBe(false);
        expect(await stores.conflicts.get(open, new Date(T0))).toMatchObject({
          resolution: { strategy: 'merge', resolvedBy: 'me' },
        });
      });
    });

    const aggregates = (skillId: string) => ({
      skillId,
      averageRating: 4.5,
      ratingCount: 7,
      stamp: new Date(T0 + 85_000).toISOString(),
    });

    /** A conflict that was resolved by a writer who died before its record was in its place. */
    async function withOutbox(skillId: string) {
      const { opened, resolve } = conflictGround(stores);
      const conflict = await opened(skillId);
      await resolve(conflict, 'remote_wins');
      await stores.outbox.leave({ ...conflict, end: 'remote_wins' });
      return conflict;
    }
  });
}
