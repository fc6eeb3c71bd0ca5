import { beforeEach, describe, expect, it } from 'vitest';
import { revisionOf } from '#core/conflicts/conflict.ts';
import type { Conflict, ConflictFilter } from '#core/conflicts/conflict-store.ts';
import { InvalidCursorError } from '#core/errors.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { conflictGround, DAY, NOBODY_DETECTED, NONE_RESOLVED, NOW, REMOTE } from './conflict-ground.ts';
import { forgedCursors } from './pages.ts';
import { digestOf, HOUR, seen, T0, text, version } from './versions.ts';

/** What every `ConflictStore` does. */
export function conflictStoreContract(open: OpenStores): void {
  describe('ConflictStore', () => {
    let stores: TestStores;
    let ground: ReturnType<typeof conflictGround>;
    beforeEach(async () => {
      stores = await open();
      ground = conflictGround(stores);
    });
    const entryOf: typeof ground.entryOf = (...args) => ground.entryOf(...args);
    const served: typeof ground.served = (...args) => ground.served(...args);
    const edit: typeof ground.edit = (...args) => ground.edit(...args);
    const list: typeof ground.list = (...args) => ground.list(...args);
    const resolve: typeof ground.resolve = (...args) => ground.resolve(...args);
    const opened: typeof ground.opened = (...args) => ground.opened(...args);

    describe('resolve', () => {
      it.each([
        ['remote_wins', { description: 'theirs', tags: ['y'], category: 'old' }, undefined],
        ['local_wins', { description: 'mine', tags: ['x'], category: 'mine' }, REMOTE.skill],
        ['merge', { description: 'theirs', tags: ['y'], category: 'mine' }, REMOTE.skill],
      ] as const)('does as %s says, and says who did', async (strategy, result, base) => {
        const conflict = await opened();
        const answer = await resolve(conflict, strategy, { revision: revisionOf(conflict) });
        const { local, remote } = conflict;
        expect(answer).toMatchObject({
          outcome: 'resolved',
          conflict: {
            local,
            remote,
            resolution: { strategy, resolvedBy: 'admin', resolvedAt: T0 + 1_000, result },
          },
        });
        expect(await served('a')).toMatchObject(result);
        expect((await entryOf('a'))?.base).toEqual(base);
        const found = await stores.conflicts.get(conflict, NOW);
        expect(answer).toEqual({ outcome: 'resolved', conflict: found });
        expect(await stores.conflicts.countOpen()).toBe(0);
        expect(await stores.conflicts.totals()).toEqual({
          detected: { ...NOBODY_DETECTED, OTHER: 1 },
          resolved: { ...NONE_RESOLVED, [strategy]: 1 },
        });
      });

      it('does so once', async () => {
        const conflict = await opened();
        const answers = await Promise.all([resolve(conflict, 'local_wins'), resolve(conflict, 'local_wins')]);
        expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['already_resolved', 'resolved']);
        expect(await resolve(conflict, 'remote_wins')).toMatchObject({
          outcome: 'already_resolved',
          conflict: { resolution: { strategy: 'local_wins' } },
        });
        expect(await served('a')).toMatchObject({ description: 'mine' });
        expect(await list()).toHaveLength(1);
      });

      it('does so once also where the record does not fit beside the skill', async () => {
        await stores.skills.put(version('a', 0, { code: text(50_000, 2) }), seen(0));
        await edit('a', { code: text(80_000, 3) });
        await stores.skills.put(version('a', 5_000, { code: text(190_000, 4) }), seen(5_000));
        const [conflict] = await list();
        const by = (admin: string, now: number) =>
          stores.conflicts.resolve({
            conflict: conflict!,
            strategy: 'remote_wins',
            by: admin,
            revision: undefined,
            now: T0 + now,
          });
        const answers = await Promise.all([by('one', 6_000), by('two', 6_001)]);
        expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['already_resolved', 'resolved']);
        const winner = answers.find(({ outcome }) => outcome === 'resolved');
        expect(winner).toEqual({ outcome: 'resolved', conflict: await stores.conflicts.get(conflict!, NOW) });
        expect((await stores.conflicts.totals()).resolved.remote_wins).toBe(1);
        expect(await entryOf('a')).not.toHaveProperty('local');
        await expect(by('three', 7_000)).resolves.toMatchObject({ outcome: 'already_resolved' });
      });

      it('is refused when the conflict is another one by now, with what it is', async () => {
        const conflict = await opened();
        const revision = revisionOf(conflict);
        const newer = version('a', 9_000, { ...REMOTE.skill, description: 'theirs again' });
        await stores.skills.put(newer, seen(9_000));
        const answer = await resolve(conflict, 'remote_wins', { revision });
        expect(answer).toMatchObject({ outcome: 'changed', conflict: { remote: newer.skill } });
        expect(await served('a')).toMatchObject({ description: 'mine' });
        await edit('a', { description: 'mine again' });
        expect(await resolve(conflict, 'remote_wins', { revision })).toMatchObject({ outcome: 'changed' });
        expect(await stores.conflicts.countOpen()).toBe(1);
      });

      it('is not kept from it by a renewal or a rating', async () => {
        const conflict = await opened();
        const rated = version('a', 9_000, { ...REMOTE.skill, rating_count: 99 });
        await stores.skills.put(rated, seen(12 * HOUR));
        const answer = await resolve(conflict, 'local_wins', { revision: revisionOf(conflict) });
        expect(answer.outcome).toBe('resolved');
      });

      it('knows neither other conflicts nor other skills', async () => {
        const conflict = await opened();
        await opened('b');
        const others = [
          { ...conflict, skillId: 'b' },
          { ...conflict, skillId: 'unknown' },
          { ...conflict, skillId: '' },
          { ...conflict, id: '01KHTNPR6M4Y8Z0V9QK2D3F5GH' },
        ];
        for (const other of others) {
          expect(await resolve(other, 'remote_wins')).toEqual({ outcome: 'unknown' });
          expect(await stores.conflicts.get(other, NOW)).toBeUndefined();
        }
      });

      it('resolves one of a skill that is no longer served', async () => {
        const conflict = await opened();
        const later = T0 + 3 * DAY;
        expect(await stores.conflicts.get(conflict, new Date(later))).toEqual(conflict);
        expect((await resolve(conflict, 'remote_wins', { now: later })).outcome).toBe('resolved');
        expect(await stores.skillReader.get('a', new Date(later))).toBeUndefined();
      });
    });

    describe('records', () => {
      it('are kept for 90 days', async () => {
        const conflict = await opened();
        await resolve(conflict, 'merge');
        const [before, after] = [new Date(T0 + 90 * DAY), new Date(T0 + 90 * DAY + 2_000)];
        expect(await list({}, before)).toHaveLength(1);
        expect(await stores.conflicts.get(conflict, before)).toBeDefined();
        expect(await list({}, after)).toEqual([]);
        expect(await stores.conflicts.get(conflict, after)).toBeUndefined();
      });

      it('are finished for a writer that died: by the next put, the next edit, or a sweep after a removal', async () => {
        const finishers: Record<string, () => Promise<unknown>> = {
          put: () => stores.skills.put(version('put', 20_000), seen(20_000)),
          edit: () => edit('edit', { name: 'Edited' }),
          'removal and sweep': async () => {
            const digest = await digestOf(stores.skills, 'removal and sweep');
            await stores.skills.remove(digest, seen(30_000));
            await stores.conflicts.drainOutboxes();
          },
        };
        const dead: Conflict[] = [];
        for (const id of Object.keys(finishers)) {
          const conflict = await opened(id);
          await resolve(conflict, 'remote_wins');
          dead.push(conflict);
          await stores.outbox.leave({ ...conflict, end: 'remote_wins' });
        }
        for (const conflict of dead) {
          expect(await stores.conflicts.get(conflict, NOW)).toMatchObject({
            resolution: { strategy: 'remote_wins' },
          });
          expect((await resolve(conflict, 'merge')).outcome).toBe('already_resolved');
          await finishers[conflict.skillId]?.();
          expect((await list()).map(({ id }) => id)).toContain(conflict.id);
          expect(await stores.outbox.isPending(conflict.skillId)).toBe(false);
        }
        expect((await stores.conflicts.totals()).resolved.remote_wins).toBe(dead.length);
        expect(await stores.conflicts.drainOutboxes()).toBe(0);
      });

      it('are not lost with an expired skill', async () => {
        const conflict = await opened();
        await resolve(conflict, 'remote_wins');
        await stores.outbox.leave({ ...conflict, end: 'remote_wins' });
        await stores.cleaner.sweep(new Date(T0 + 9 * DAY));
        expect(await stores.conflicts.drainOutboxes()).toBe(1);
        expect(await list()).toHaveLength(1);
        expect(await stores.cleaner.sweep(new Date(T0 + 9 * DAY))).toMatchObject({ deletedSkills: 1 });
      });
    });

    describe('list', () => {
      /** Seven that wait and seven that are over, of several types and severities. */
      async function mixed() {
        for (let n = 0; n < 14; n += 1) {
          const fields = n % 2 === 0 ? { version: `2.0.${n}` } : {};
          const conflict = await opened(`s${n}`, 10_000 + n, fields);
          if (n % 4 < 2) await resolve(conflict, 'local_wins');
        }
      }
      const names = (conflicts: readonly Conflict[]) =>
        conflicts.map(({ skillId }) => Number(skillId.slice(1)));

      it('gives what waits, then what is over, each the newest first', async () => {
        await mixed();
        const waiting = [11, 10, 7, 6, 3, 2];
        const over = [13, 12, 9, 8, 5, 4, 1, 0];
        expect(names(await list({ status: 'unresolved' }))).toEqual(waiting);
        expect(names(await list({ status: 'resolved' }))).toEqual(over);
        expect(names(await list())).toEqual([...waiting, ...over]);
      });

      it('narrows down by severity and type', async () => {
        await mixed();
        expect(names(await list({ severity: 'HIGH', type: 'VERSION_MISMATCH' }))).toEqual([
          10, 6, 2, 12, 8, 4, 0,
        ]);
        expect(names(await list({ type: 'OTHER' }))).toEqual([11, 7, 3, 13, 9, 5, 1]);
        expect(await list({ severity: 'CRITICAL' })).toEqual([]);
        expect(await list({ severity: 'LOW', type: 'VERSION_MISMATCH' })).toEqual([]);
      });

      it('goes on by its own cursors alone', async () => {
        await mixed();
        const page = (cursor: string | undefined, filter: ConflictFilter = { status: 'all' }) =>
          stores.conflicts.list(filter, 3, cursor, NOW);
        let cursor: string | undefined;
        for (let pages = 0; pages < 3; pages += 1) {
          cursor = (await page(cursor)).cursor;
          for (const forged of forgedCursors(cursor!)) {
            await expect(page(forged), forged).rejects.toThrow(InvalidCursorError);
          }
          await expect(page(cursor, { status: 'unresolved' })).rejects.toThrow(InvalidCursorError);
        }
      });
    });
  });
}
