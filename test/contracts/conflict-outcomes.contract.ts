import { beforeEach, describe, expect, it } from 'vitest';
import { TooLargeError } from '#core/errors.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { BASE, conflictGround, DAY, NOBODY_DETECTED, NONE_RESOLVED, NOW, REMOTE } from './conflict-ground.ts';
import { digestOf, seen, T0, text, version } from './versions.ts';

/** What puts and edits make of conflicts, in every implementation. */
export function conflictOutcomesContract(open: OpenStores): void {
  describe('Conflicts', () => {
    let stores: TestStores;
    let ground: ReturnType<typeof conflictGround>;
    beforeEach(async () => {
      stores = await open();
      ground = conflictGround(stores);
    });
    const stored: typeof ground.stored = (...args) => ground.stored(...args);
    const entryOf: typeof ground.entryOf = (...args) => ground.entryOf(...args);
    const served: typeof ground.served = (...args) => ground.served(...args);
    const edit: typeof ground.edit = (...args) => ground.edit(...args);
    const list: typeof ground.list = (...args) => ground.list(...args);
    const edited: typeof ground.edited = (...args) => ground.edited(...args);
    const opened: typeof ground.opened = (...args) => ground.opened(...args);

    describe('of a put', () => {
      it('leaves it to an admin: the edit is served, the sides are kept, nothing expires', async () => {
        await edited();
        expect(await stores.skills.put(REMOTE, seen(10))).toEqual({
          outcome: 'written',
          conflict: expect.objectContaining({ detected: true, end: undefined }),
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
            conflict: expect.objectContaining({ detected: true, end: strategy }),
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
          expect(await stores.outbox.isPending('a')).toBe(false);
          expect((await stored('a'))?.edit?.conflict).toBeUndefined();
        },
      );

      it('makes a normal item of a skill whose edit is dropped', async () => {
        await edited('a', { description: 'mine', category: 'mine', tags: ['mine'] });
        await stores.skillsBy('remote_wins').put(REMOTE, seen(10));
        const dropped = await stored('a');
        await stores.skills.put(version('b', 0, BASE), seen(0));
        await stores.skills.put(version('b', 5_000, { ...REMOTE.skill, skill_id: 'b' }), seen(10));
        const { edit: none, expiresAt } = dropped ?? {};
        expect(none).toEqual((await stored('b'))?.edit);
        expect(expiresAt).toBe(Math.floor((T0 + 10 + DAY) / 1_000) * 1_000);
        expect(await stores.skills.put(version('a', 9_000), seen(20))).toEqual({ outcome: 'written' });
        expect(await stores.skills.remove(await digestOf(stores.skills, 'a'), seen(30))).toBe(true);
      });

      it('drops the edit without a conflict when the marketplace says the same', async () => {
        await edited('a', { description: 'same', tags: ['x', 'y'] });
        const same = version('a', 5_000, { ...BASE, description: 'same', tags: ['y', 'x'] });
        expect(await stores.skills.put(same, seen(10))).toEqual({ outcome: 'written' });
        expect((await stored('a'))?.edit).toBeUndefined();
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
            conflict: expect.objectContaining({ detected: false, end }),
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
        expect((await stored('a'))?.fence).toBe(1);
      });

      it('keeps a record also where it does not fit beside the skill, and refuses what never does', async () => {
        await stores.skills.put(version('a', 0, { code: text(50_000, 2) }), seen(0));
        await edit('a', { code: text(80_000, 3) });
        const skills = stores.skillsBy('remote_wins');
        const large = version('a', 5_000, { code: text(190_000, 4) });
        expect(await skills.put(large, seen(10))).toMatchObject({ conflict: { end: 'remote_wins' } });
        const [record] = await list();
        expect(record?.local.code).toBe(text(80_000, 3));
        expect(record?.remote.code).toBe(large.skill.code);
        expect((await served('a'))?.code).toBe(large.skill.code);
        expect((await stores.conflicts.totals()).resolved.remote_wins).toBe(1);

        await stores.skills.put(version('b', 0, { code: text(60_000, 5) }), seen(0));
        await edit('b', { code: text(100_000, 6) });
        const huge = version('b', 5_000, { code: text(420_000, 7) });
        await expect(skills.put(huge, seen(10))).rejects.toThrow(TooLargeError);
        expect((await served('b'))?.code).toBe(text(100_000, 6));
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
  });
}
