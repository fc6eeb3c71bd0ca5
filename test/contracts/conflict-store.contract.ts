import { beforeEach, describe, expect, it } from 'vitest';
import { effectiveSkill } from '#core/cached-skill.ts';
import { type Decider, revisionOf } from '#core/conflict.ts';
import type { Conflict, ConflictFilter } from '#core/conflict-store.ts';
import { InvalidCursorError, TooLargeError } from '#core/errors.ts';
import type { Skill } from '#core/skill.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { forgedCursors, readAllPages } from './pages.ts';
import { digestOf, HOUR, seen, T0, text, version } from './versions.ts';

const NOW = new Date(T0 + 1_000);
const DAY = 24 * HOUR;
const NOBODY_DETECTED = { VERSION_MISMATCH: 0, CONTENT_MISMATCH: 0, DEPENDENCY_CONFLICT: 0, OTHER: 0 };
const NONE_RESOLVED = { remote_wins: 0, local_wins: 0, merge: 0, converged: 0, withdrawn: 0 };

/** What every `ConflictStore` does, together with the stores that conflicts come from. */
export function conflictStoreContract(open: OpenStores): void {
  describe('ConflictStore', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });
    const raw = (skillId: string) => stores.raw.get(`SKILL#${skillId}`, 'SKILL');
    const entryOf = (skillId: string) => stores.skillReader.get(skillId, NOW);
    const served = async (skillId: string) => {
      const entry = await entryOf(skillId);
      return entry && effectiveSkill(entry);
    };
    const edit = (skillId: string, fields: Partial<Skill>, now = T0 + 1) =>
      stores.editor.edit(skillId, (entry) => ({ ...effectiveSkill(entry), ...fields }), { by: 'dana', now });
    const list = (filter: Partial<ConflictFilter> = {}, now = NOW) =>
      readAllPages((cursor) => stores.conflicts.list({ status: 'all', ...filter }, 3, cursor, now), 3);
    const resolve = (conflict: Conflict, strategy: Decider, over: { revision?: string; now?: number } = {}) =>
      stores.conflicts.resolve({
        conflict,
        strategy,
        by: 'admin',
        revision: undefined,
        now: T0 + 1_000,
        ...over,
      });
    const BASE = { description: 'base', code: 'base', tags: ['x'], category: 'old' };

    /** A skill that was edited here, before the marketplace changes it. */
    async function edited(skillId = 'a', fields: Partial<Skill> = { description: 'mine', category: 'mine' }) {
      await stores.skills.put(version(skillId, 0, BASE), seen(0));
      await edit(skillId, fields);
    }
    const REMOTE = version('a', 5_000, { ...BASE, description: 'theirs', tags: ['y'] });

    /** A conflict that waits for an admin. */
    async function opened(skillId = 'a', changedAt = 5_000, fields: Partial<Skill> = {}): Promise<Conflict> {
      await edited(skillId);
      await stores.skills.put(
        version(skillId, changedAt, { ...REMOTE.skill, skill_id: skillId, ...fields }),
        seen(changedAt),
      );
      const found = (await list({ status: 'unresolved' })).find((conflict) => conflict.skillId === skillId);
      if (!found) throw new Error('No conflict');
      return found;
    }

    describe('of a put', () => {
      it('leaves it to an admin: the edit is served, the sides are kept, nothing expires', async () => {
        await edited();
        expect(await stores.skills.put(REMOTE, seen(10))).toEqual({
          outcome: 'written',
          conflict: { detected: true, end: undefined },
        });
        expect(await served('a')).toMatchObject({ description: 'mine', code: 'base' });
        const [conflict, ...others] = await list({}, new Date(T0 + 400 * DAY));
        expect(others).toEqual([]);
        expect(conflict).toMatchObject({
          skillId: 'a',
          type: 'OTHER',
          severity: 'LOW',
          detectedAt: T0 + 10,
          base: version('a', 0, BASE).skill,
          local: { description: 'mine' },
          remote: REMOTE.skill,
          resolution: undefined,
        });
        expect(await stores.conflicts.get(conflict!, NOW)).toEqual(conflict);
        expect(await stores.conflicts.countOpen()).toBe(1);
        expect(await stores.conflicts.totals()).toEqual({
          detected: { ...NOBODY_DETECTED, OTHER: 1 },
          resolved: NONE_RESOLVED,
        });
      });

      it('updates the conflict that waits with a newer change, whatever the strategy is by then', async () => {
        const before = await opened();
        const newer = version('a', 9_000, { ...REMOTE.skill, version: '2.0.0' });
        expect(await stores.skillsBy('remote_wins').put(newer, seen(9_000))).toEqual({ outcome: 'written' });
        const { base, local, id, detectedAt } = before;
        expect(await list()).toEqual([
          {
            ...before,
            id,
            detectedAt,
            base,
            local,
            type: 'VERSION_MISMATCH',
            severity: 'HIGH',
            remote: newer.skill,
          },
        ]);
        expect((await stores.conflicts.totals()).detected).toEqual({ ...NOBODY_DETECTED, OTHER: 1 });
      });

      it.each(['remote_wins', 'local_wins', 'merge'] as const)(
        'ends it by rule with %s',
        async (strategy) => {
          await edited();
          const skills = stores.skillsBy(strategy);
          expect(await skills.put(REMOTE, seen(10))).toEqual({
            outcome: 'written',
            conflict: { detected: true, end: strategy },
          });
          const description = { remote_wins: 'theirs', local_wins: 'mine', merge: 'theirs' }[strategy];
          const category = strategy === 'remote_wins' ? 'old' : 'mine';
          const tags = strategy === 'local_wins' ? ['x'] : ['y'];
          expect(await served('a')).toMatchObject({ description, category, tags });
          expect((await stores.skillReader.list({ category }, 5, undefined, NOW)).items).toHaveLength(1);
          const [record] = await list({ status: 'resolved' });
          expect(record).toMatchObject({
            base: { description: 'base' },
            local: { description: 'mine' },
            remote: REMOTE.skill,
            resolution: { strategy, resolvedBy: 'rule', resolvedAt: T0 + 10, result: await served('a') },
          });
          expect(await stores.conflicts.get(record!, NOW)).toEqual(record);
          expect(await stores.conflicts.countOpen()).toBe(0);
          expect(await stores.conflicts.totals()).toEqual({
            detected: { ...NOBODY_DETECTED, OTHER: 1 },
            resolved: { ...NONE_RESOLVED, [strategy]: 1 },
          });
          // The same version again is no new conflict: the marketplace's side is the base now.
          expect(await skills.put(REMOTE, seen(20))).toEqual({ outcome: 'written' });
          expect(await served('a')).toMatchObject({ description, category, tags });
          for (const gone of ['settled', 'work', 'dueAt', 'conflictId'])
            expect(await raw('a')).not.toHaveProperty(gone);
        },
      );

      it('makes a normal item of a skill whose edit is dropped', async () => {
        await edited('a', { description: 'mine', category: 'mine', tags: ['mine'] });
        await stores.skillsBy('remote_wins').put(REMOTE, seen(10));
        const dropped = await raw('a');
        await stores.skills.put(version('b', 0, BASE), seen(0));
        await stores.skills.put(version('b', 5_000, { ...REMOTE.skill, skill_id: 'b' }), seen(10));
        expect(Object.keys(dropped ?? {}).sort()).toEqual(Object.keys((await raw('b')) ?? {}).sort());
        expect(dropped?.expiresAt).toBe(Math.floor((T0 + 10 + DAY) / 1_000));
        expect(await stores.skills.put(version('a', 9_000), seen(20))).toEqual({ outcome: 'written' });
        expect(await stores.skills.remove(await digestOf(stores.skills, 'a'), seen(30))).toBe(true);
      });

      it('drops the edit without a conflict when the marketplace says the same', async () => {
        await edited('a', { description: 'same', tags: ['x', 'y'] });
        const same = version('a', 5_000, { ...BASE, description: 'same', tags: ['y', 'x'] });
        expect(await stores.skills.put(same, seen(10))).toEqual({ outcome: 'written' });
        expect(await raw('a')).not.toHaveProperty('local');
        expect(await list()).toEqual([]);
      });

      it('is none where only ratings and times changed, and keeps the edit', async () => {
        await edited();
        const rated = version('a', 5_000, { ...BASE, average_rating: 4.5, rating_count: 7 });
        expect(await stores.skillsBy('remote_wins').put(rated, seen(10))).toEqual({ outcome: 'written' });
        expect(await served('a')).toMatchObject({ description: 'mine' });
        expect((await entryOf('a'))?.remote).toEqual(rated);
      });

      it('closes by itself when both sides become equal, or one goes back', async () => {
        for (const [id, fields, end] of [
          ['a', { description: 'mine', category: 'mine' }, 'converged'],
          ['b', {}, 'withdrawn'],
        ] as const) {
          const conflict = await opened(id);
          const next = version(id, 9_000, { ...BASE, ...fields });
          expect(await stores.skills.put(next, seen(9_000))).toEqual({
            outcome: 'written',
            conflict: { detected: false, end },
          });
          expect(await stores.conflicts.get(conflict, NOW)).toMatchObject({
            remote: next.skill,
            resolution: { strategy: end, resolvedBy: 'rule', resolvedAt: T0 + 9_000 },
          });
          expect(await served(id)).toMatchObject({ description: 'mine' });
        }
        expect(await stores.conflicts.countOpen()).toBe(0);
        expect((await entryOf('a'))?.local).toBeUndefined();
        expect((await entryOf('b'))?.local).toBeDefined();
      });

      it('does nothing for an older version or behind the fence', async () => {
        await edited();
        const skills = stores.skillsBy('remote_wins');
        expect(await skills.put(version('a', -5_000, { description: 'old' }), seen(10))).toEqual({
          outcome: 'superseded',
        });
        expect(await skills.put(REMOTE, seen(10, { fence: 0 }))).toEqual({ outcome: 'fenced' });
        expect(await served('a')).toMatchObject({ description: 'mine' });
        expect(await list()).toEqual([]);
      });

      it('is the same for a writer without a fence, and leaves the fence as it is', async () => {
        await edited();
        const skills = stores.skillsBy('merge');
        expect(await skills.put(REMOTE, seen(10, { fence: undefined }))).toMatchObject({
          conflict: { end: 'merge' },
        });
        expect((await raw('a'))?.fence).toBe(1);
      });

      it('keeps a record also where it does not fit beside the skill, and refuses what never does', async () => {
        await stores.skills.put(version('a', 0, { code: text(60_000, 2) }), seen(0));
        await edit('a', { code: text(90_000, 3) });
        const skills = stores.skillsBy('remote_wins');
        const large = version('a', 5_000, { code: text(200_000, 4) });
        expect(await skills.put(large, seen(10))).toMatchObject({ conflict: { end: 'remote_wins' } });
        const [record] = await list();
        expect(record?.local.code).toBe(text(90_000, 3));
        expect(record?.remote.code).toBe(large.skill.code);
        expect((await served('a'))?.code).toBe(large.skill.code);
        expect((await stores.conflicts.totals()).resolved.remote_wins).toBe(1);

        await stores.skills.put(version('b', 0, { code: text(100_000, 5) }), seen(0));
        await edit('b', { code: text(150_000, 6) });
        const huge = version('b', 5_000, { code: text(420_000, 7) });
        await expect(skills.put(huge, seen(10))).rejects.toThrow(TooLargeError);
        expect((await served('b'))?.code).toBe(text(150_000, 6));
        expect(await list()).toHaveLength(1);
      });
    });

    describe('of an edit', () => {
      it('changes the local side of the conflict that waits', async () => {
        const conflict = await opened();
        await edit('a', { code: 'mine' });
        const [after] = await list();
        expect(after).toMatchObject({
          id: conflict.id,
          type: 'CONTENT_MISMATCH',
          severity: 'CRITICAL',
          base: conflict.base,
          local: { code: 'mine' },
          remote: REMOTE.skill,
        });
      });

      it('ends the conflict when it says what the marketplace says, or what was said before', async () => {
        const [first, second] = [await opened('a'), await opened('b')];
        await edit('a', { description: 'theirs', tags: ['y'], category: 'old' });
        await edit('b', { description: 'base', category: 'old' });
        expect(await stores.conflicts.get(first, NOW)).toMatchObject({
          resolution: { strategy: 'converged' },
        });
        expect(await stores.conflicts.get(second, NOW)).toMatchObject({
          resolution: { strategy: 'withdrawn' },
        });
        expect(await served('b')).toMatchObject({ description: 'theirs', tags: ['y'] });
        expect((await entryOf('b'))?.local).toBeUndefined();
      });
    });

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

      it('are finished for a writer that died: by a sweep, the next put, edit or removal', async () => {
        const finishers: Record<string, () => Promise<unknown>> = {
          sweep: () => stores.conflicts.finishSettled(),
          put: () => stores.skills.put(version('put', 20_000), seen(20_000)),
          edit: () => edit('edit', { name: 'Edited' }),
          'removal and sweep': async () => {
            const digest = await digestOf(stores.skills, 'removal and sweep');
            await stores.skills.remove(digest, seen(30_000));
            await stores.conflicts.finishSettled();
          },
        };
        const dead: Conflict[] = [];
        for (const id of Object.keys(finishers)) {
          const conflict = await opened(id);
          await resolve(conflict, 'remote_wins');
          dead.push(conflict);
          await dieBeforeRecord(id, conflict.id);
        }
        for (const conflict of dead) {
          expect(await stores.conflicts.get(conflict, NOW)).toMatchObject({
            resolution: { strategy: 'remote_wins' },
          });
          expect((await resolve(conflict, 'merge')).outcome).toBe('already_resolved');
          await finishers[conflict.skillId]?.();
          expect((await list()).map(({ id }) => id)).toContain(conflict.id);
          expect(await raw(conflict.skillId)).not.toHaveProperty('settled');
        }
        expect((await stores.conflicts.totals()).resolved.remote_wins).toBe(dead.length);
        expect(await stores.conflicts.finishSettled()).toBe(0);
      });

      it('are not lost with an expired skill', async () => {
        const conflict = await opened();
        await resolve(conflict, 'remote_wins');
        await dieBeforeRecord('a', conflict.id);
        await stores.cleaner.sweep(new Date(T0 + 9 * DAY));
        expect(await stores.conflicts.finishSettled()).toBe(1);
        expect(await list()).toHaveLength(1);
        expect(await stores.cleaner.sweep(new Date(T0 + 9 * DAY))).toMatchObject({ deletedSkills: 1 });
      });

      /** Puts the record back into the skill's item: what a writer leaves that dies after its first write. */
      async function dieBeforeRecord(skillId: string, conflictId: string): Promise<void> {
        const { json, ...rest } = (await stores.raw.get('CONFLICTS', conflictId)) ?? {};
        await stores.raw.patch(`SKILL#${skillId}`, 'SKILL', {
          settled: json,
          conflictId,
          work: 'conflict#settled',
          dueAt: '2026-03-02T09:00:00.000Z',
        });
        // A record of somebody else's, expired: it makes no difference.
        await stores.raw.put({ ...rest, json, pk: 'CONFLICTS', sk: `0${conflictId.slice(1)}`, expiresAt: 1 });
        await stores.raw.drop('CONFLICTS', conflictId);
        await stores.raw.uncount(`resolved_remote_wins`);
      }
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
