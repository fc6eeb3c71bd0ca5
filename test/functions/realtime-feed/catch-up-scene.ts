import { expect } from 'vitest';
import { StorageError } from '#core/errors.ts';
import type { Run } from '#core/runs/run.ts';
import { CatchUp } from '#functions/realtime-feed/catch-up.ts';
import { FEED_TIMING } from '#functions/realtime-feed/feed-timing.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';
import { successfulRun } from './feed-harness.ts';

/**
 * A catch-up on a virtual clock, with a Lambda and a table that the test plays.
 *
 * @param runs what the table holds: of a task before, where there was one
 */
export function createScene(clock = createVirtualClock(), runs = new Map<string, Run>()) {
  const asked: string[] = [];
  const scene = {
    clock,
    runs,
    asked,
    fails: false,
    tableFails: false,
    listFails: false,
    /** What becomes of the next run that is asked for; undefined: it has no record yet. */
    outcome: (runId: string): Run | undefined =>
      successfulRun(runId, { startedAt: clock.now(), endedAt: clock.now() }),
  };
  let draws = 0;
  const catchUp = new CatchUp({
    ...clock,
    timing: FEED_TIMING,
    random: () => (draws++ % 97) / 97,
    log: SILENT,
    runs: {
      get: async (runId) => {
        if (scene.tableFails) throw new StorageError('down');
        return runs.get(runId);
      },
      list: async ({ job, status }, limit, cursor) => {
        if (scene.listFails) throw new StorageError('down');
        const start = Number(cursor ?? 0);
        const all = [...runs.values()]
          .filter((run) => run.job === job && run.status === (status ?? run.status))
          .toSorted((a, b) => b.startedAt - a.startedAt);
        const end = start + limit;
        return { items: all.slice(start, end), cursor: end < all.length ? String(end) : undefined };
      },
    },
    invoke: async ({ trigger, run_id }) => {
      if (scene.fails) throw new Error('throttled');
      expect(trigger).toBe('catch_up');
      const runId = String(run_id);
      asked.push(runId);
      const run = scene.outcome(runId);
      if (run) runs.set(runId, run);
    },
  });
  return Object.assign(scene, { catchUp });
}
