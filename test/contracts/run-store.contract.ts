import { beforeEach, describe, expect, it } from 'vitest';
import { InvalidCursorError, LeaseLostError } from '#core/errors.ts';
import { outcomeOf, type Run } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { forgedCursors, readAllPages } from './pages.ts';
import { HOUR, T0 } from './versions.ts';

function run(runId: string, fields: Partial<Run> = {}): Run {
  return {
    runId,
    job: 'skill-sync-atom-saas',
    status: 'success',
    trigger: 'schedule',
    startedAt: T0,
    progress: { done: 3, total: 9, unit: 'pages' },
    counts: { added: 1 },
    invocations: 1,
    fence: 1,
    ...fields,
  };
}

const id = (n: number) => `01KJ${String(n).padStart(22, '0')}`;
const soon = T0 + HOUR;
const now = T0;

/** What every `RunStore` does. */
export function runStoreContract(open: OpenStores): void {
  describe('RunStore', () => {
    let stores: TestStores;
    beforeEach(async () => {
      stores = await open();
    });
    const list = (...args: Parameters<TestStores['runs']['list']>) => stores.runs.list(...args);

    it('gives back the record exactly as it was put last', async () => {
      const error = { code: 'x', message: 'y', retryable: true };
      const full = run(id(1), {
        endedAt: T0 + 5,
        error,
        reason: 'é',
        skipReason: 'disabled',
        blockedBy: 'b',
      });
      await stores.runs.put(run(id(1), { status: 'running' }), soon);
      await stores.runs.put(full, soon);
      expect(await stores.runs.get(id(1), now)).toEqual(full);
    });

    it('knows no run that is expired or was never put', async () => {
      await stores.runs.put(run(id(1)), soon);
      expect(await stores.runs.get(id(1), soon - 1)).toBeDefined();
      expect(await stores.runs.get(id(1), soon)).toBeUndefined();
      expect((await list({}, 10, undefined, soon)).items).toEqual([]);
      for (const odd of [id(2), '', 'x'.repeat(3_000), '\ud800']) {
        expect(await stores.runs.get(odd, now)).toBeUndefined();
      }
    });

    it('refuses a write under a lease that is past', async () => {
      await stores.runs.put(run(id(1), { fence: 4 }), soon);
      await stores.runs.put(run(id(1), { fence: 4, invocations: 2 }), soon);
      await stores.runs.put(run(id(1), { fence: 5, invocations: 3 }), soon);
      await expect(stores.runs.put(run(id(1), { fence: 4 }), soon)).rejects.toThrow(LeaseLostError);
      expect((await stores.runs.get(id(1), now))?.invocations).toBe(3);
    });

    it('lists the newest first, once each, whatever the page size and filter', async () => {
      const jobs = ['skill-sync-atom-saas', 'cache-cleanup'];
      const statuses = ['success', 'failed', 'running'] as const;
      const all = Array.from({ length: 13 }, (_, n) =>
        run(id(n), { job: jobs[n % 2], status: statuses[n % 3] }),
      );
      for (const one of all) await stores.runs.put(one, one.runId === id(5) ? T0 : soon);
      const live = all.filter(({ runId }) => runId !== id(5)).reverse();
      for (const filter of [
        {},
        { job: 'cache-cleanup' },
        { status: 'failed' },
        { job: jobs[0], status: 'success' },
        { job: jobs, status: 'success' },
        { job: ['cache-cleanup', 'another'] },
        { outcome: 'completed' },
        { job: ['cache-cleanup'], outcome: 'failed' },
      ]) {
        const wanted = live.filter(
          (one) =>
            (filter.job === undefined || [filter.job].flat().includes(one.job)) &&
            one.status === (filter.status ?? one.status) &&
            outcomeOf(one) === (filter.outcome ?? outcomeOf(one)),
        );
        for (let limit = 1; limit <= 14; limit += 1) {
          expect(await readAllPages((cursor) => list(filter, limit, cursor, now), limit)).toEqual(wanted);
        }
        expect((await list(filter, wanted.length, undefined, now)).cursor).toBeUndefined();
      }
    });

    it('lists what was asked for since a time, and is not read beyond', async () => {
      const times = [T0 - HOUR, T0, T0 + 1, T0 + HOUR];
      const runs = times.map((at) =>
        run(
          newRunId(at, () => 0),
          { job: 'daily_sync' },
        ),
      );
      for (const one of runs) await stores.runs.put(one, T0 + 2 * HOUR);
      const [, , third, fourth] = runs;
      expect((await list({ since: T0 + 1 }, 10, undefined, now)).items).toEqual([fourth, third]);
      const { items, cursor } = await list({ job: ['daily_sync'], since: T0 + 1 }, 1, undefined, now);
      expect(items).toEqual([fourth]);
      expect(await list({ job: ['daily_sync'], since: T0 + 1 }, 1, cursor, now)).toEqual({
        items: [third],
        cursor: undefined,
      });
    });

    it('lists a run by what it came to over all its invocations', async () => {
      const error = { code: 'cancelled', message: 'y', retryable: false };
      await stores.runs.put(run(id(1), { status: 'interrupted' }), soon);
      await stores.runs.put(run(id(2), { status: 'interrupted', continuedBy: id(3) }), soon);
      await stores.runs.put(run(id(3), { status: 'failed', error }), soon);
      await stores.runs.put(run(id(4), { status: 'running' }), soon);
      const ids = async (outcome: string) =>
        (await list({ outcome }, 10, undefined, now)).items.map(({ runId }) => runId);
      expect(await ids('running')).toEqual([id(4), id(1)]);
      expect(await ids('interrupted')).toEqual([id(2)]);
      expect(await ids('cancelled')).toEqual([id(3)]);
      expect(await ids('failed')).toEqual([]);
    });

    it('goes on after the last run given, also when newer ones came or that one went', async () => {
      for (const n of [1, 2, 3, 4]) await stores.runs.put(run(id(n)), n === 3 ? soon : T0 + 2 * HOUR);
      const first = await list({}, 2, undefined, now);
      await stores.runs.put(run(id(5)), soon);
      const second = await list({}, 2, first.cursor, soon);
      expect([...first.items, ...second.items].map(({ runId }) => runId)).toEqual([4, 3, 2, 1].map(id));
    });

    it('skips what can’t be read', async () => {
      for (const n of [1, 2, 3]) await stores.runs.put(run(id(n)), soon);
      await stores.raw.patch('RUNS', id(2), { json: 'null' });
      await stores.raw.patch('RUNS', id(3), { json: '{' });
      expect((await list({}, 10, undefined, now)).items.map(({ runId }) => runId)).toEqual([id(1)]);
      expect(await stores.runs.get(id(2), now)).toBeUndefined();
      expect(await stores.runs.get(id(3), now)).toBeUndefined();
    });

    it('refuses cursors that it did not give, or gave for another filter or list', async () => {
      for (const n of [1, 2, 3]) await stores.runs.put(run(id(n)), soon);
      const { cursor = '' } = await list({}, 1, undefined, now);
      await expect(list({ job: 'cache-cleanup' }, 1, cursor, now)).rejects.toThrow(InvalidCursorError);
      await expect(stores.rejected.list(1, cursor, now)).rejects.toThrow(InvalidCursorError);
      for (const forged of forgedCursors(cursor)) {
        await expect(list({}, 1, forged, now), forged).rejects.toThrow(InvalidCursorError);
      }
      expect((await list({ job: undefined }, 1, cursor, now)).items).toHaveLength(1);
    });
  });
}
