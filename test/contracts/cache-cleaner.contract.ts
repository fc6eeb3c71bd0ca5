import { beforeEach, describe, expect, it } from 'vitest';
import { parseCategory } from '#core/categories/category.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { digestOf, digestsOf, entryOf, HOUR, seen, T0, version } from './versions.ts';

/** What every `CacheCleaner` does. */
export function cacheCleanerContract(open: OpenStores): void {
  describe('CacheCleaner', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });
    const soon = seen(0, { expiresAt: new Date(T0 + HOUR) });
    const later = new Date(T0 + HOUR);

    async function fill(): Promise<void> {
      for (let n = 0; n < 40; n += 1) await stores.skills.put(version(`s${n}`, 0), n < 25 ? soon : seen(0));
      await stores.skills.remove(await digestOf(stores.skills, 's0'), { ...soon, observedAt: T0 + 1 });
      await stores.skills.remove(await digestOf(stores.skills, 's39'), seen(1));
      for (const [name, observation] of [
        ['old', soon],
        ['new', seen(0)],
      ] as const) {
        const parsed = parseCategory({ name });
        if (parsed.ok) await stores.categories.put(parsed.value, observation);
      }
      const run = {
        job: 'j',
        status: 'success',
        trigger: 'manual',
        startedAt: T0,
        counts: {},
        invocations: 1,
      } as const;
      const progress = { done: 0, total: 0, unit: 'pages' };
      await stores.runs.put({ ...run, progress, runId: 'r1', fence: 1 }, T0 + HOUR);
      await stores.runs.put({ ...run, progress, runId: 'r2', fence: 1 }, T0 + 9 * HOUR);
      const refusal = { kind: 'skill', reason: 'x', runId: 'r1', firstSeenAt: T0, lastSeenAt: T0 };
      await stores.rejected.put({ ...refusal, id: 'new' });
      await stores.rejected.put({ ...refusal, id: 'old', lastSeenAt: T0 - 7 * 24 * HOUR });
    }

    it('deletes what has expired, and counts what is alive', async () => {
      await fill();
      expect(await stores.cleaner.sweep(later)).toEqual({
        deletedSkills: 24,
        deletedCategories: 1,
        deletedRuns: 1,
        deletedOther: 2,
        liveSkills: 14,
        liveCategories: 1,
      });
      expect((await digestsOf(stores.skills)).size).toBe(15);
      expect(await stores.raw.get('RUNS', 'r1')).toBeUndefined();
      expect(await stores.raw.get('REJECTED', 'skill#old')).toBeUndefined();
      expect((await stores.categories.all()).map(({ version: { hash } }) => hash)).toHaveLength(1);
    });

    it('finds nothing more the second time', async () => {
      await fill();
      await stores.cleaner.sweep(later);
      const nothing = { deletedSkills: 0, deletedCategories: 0, deletedRuns: 0, deletedOther: 0 };
      expect(await stores.cleaner.sweep(later)).toMatchObject({ ...nothing, liveSkills: 14 });
    });

    it('keeps an edited skill', async () => {
      await stores.skills.put(version('a', 0), soon);
      await stores.editor.edit('a', ({ remote }) => ({ ...remote.skill, name: 'Mine' }), {
        by: 'someone',
        now: T0,
      });
      expect(await stores.cleaner.sweep(later)).toMatchObject({ deletedSkills: 0, liveSkills: 0 });
      expect((await entryOf(stores, 'a'))?.edit?.local?.name).toBe('Mine');
    });

    it('ends with the reason of the signal', async () => {
      await fill();
      await expect(stores.cleaner.sweep(later, AbortSignal.abort(new Error('enough')))).rejects.toThrow(
        'enough',
      );
    });
  });
}
