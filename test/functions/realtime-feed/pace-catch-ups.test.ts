import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import { listRecentRuns, waitForTurn } from '#functions/realtime-feed/pace-catch-ups.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';
import { createScene } from './catch-up-scene.ts';
import { successfulRun } from './feed-harness.ts';

const MINUTE = 60_000;
const NOW = 1_700_000_000_000;
const WINDOW_MS = 10 * MINUTE;

/** The dependencies with these runs in the table, the newest first; undefined: it can't be read. */
function paceDeps(runs: readonly Run[] | undefined) {
  return {
    now: () => NOW,
    log: SILENT,
    runs: {
      list: async (_filter: unknown, limit: number, cursor: string | undefined) => {
        if (runs === undefined) throw new StorageError('down');
        const start = Number(cursor ?? 0);
        const end = start + limit;
        return { items: runs.slice(start, end), cursor: end < runs.length ? String(end) : undefined };
      },
    },
  };
}

const catchUpAt = (runId: string, startedAt: number) => successfulRun(runId, { startedAt });

describe('Function: waitForTurn', () => {
  it('lets the second one of a window begin at once', async () => {
    const deps = paceDeps([catchUpAt('a', NOW - MINUTE)]);
    expect(await waitForTurn(deps, new Map(), WINDOW_MS)).toBe(0);
  });

  it('has the third one wait until the first one of the window is over', async () => {
    const deps = paceDeps([catchUpAt('b', NOW - MINUTE), catchUpAt('a', NOW - 3 * MINUTE)]);
    expect(await waitForTurn(deps, new Map(), WINDOW_MS)).toBe(7 * MINUTE);
  });

  it('counts a run that it has asked for and that has a record once', async () => {
    const deps = paceDeps([catchUpAt('a', NOW - MINUTE)]);
    const asked = new Map([['a', NOW - MINUTE]]);
    expect(await waitForTurn(deps, asked, WINDOW_MS)).toBe(0);
  });

  it('goes by what it has asked for where the table can not be read, and forgets what is too old', async () => {
    const asked = new Map([
      ['old', NOW - WINDOW_MS],
      ['a', NOW - 2 * MINUTE],
      ['b', NOW - MINUTE],
    ]);
    expect(await waitForTurn(paceDeps(undefined), asked, WINDOW_MS)).toBe(8 * MINUTE);
    expect([...asked.keys()]).toEqual(['a', 'b']);
  });
});

describe('Function: listRecentRuns', () => {
  const filter = { job: JobId.skillSync };

  it('passes over pages of runs that a clock which was ahead has put before all others', async () => {
    const ahead = Array.from({ length: 45 }, (_, n) => catchUpAt(`ahead-${n}`, NOW + 3_600_000));
    const runs = await listRecentRuns(paceDeps([...ahead, catchUpAt('a', NOW)]), filter);
    expect(runs.map(({ runId }) => runId)).toEqual(['a']);
  });

  it('gives up after ten such pages', async () => {
    const ahead = Array.from({ length: 200 }, (_, n) => catchUpAt(`ahead-${n}`, NOW + 3_600_000));
    expect(await listRecentRuns(paceDeps([...ahead, catchUpAt('a', NOW)]), filter)).toEqual([]);
  });
});

describe('the catch-up', () => {
  describe('when the socket comes and goes', () => {
    /** How many began in the hour that ended then. */
    const inHourBefore = (starts: readonly number[], end: number) =>
      starts.filter((at) => at > end - 60 * MINUTE && at <= end).length;

    it('is had twice at once, then once in five minutes on the average, and none is dropped', async () => {
      const scene = createScene();
      const { catchUp, clock, asked, runs } = scene;
      let last = 0;
      for (let n = 0; n < 6 * 180; n += 1) {
        catchUp.request();
        last = clock.now();
        await clock.advance(10_000);
      }
      const starts = asked.map((runId) => runs.get(runId)!.startedAt);
      expect(starts[1]! - starts[0]!).toBeLessThan(MINUTE);
      for (let end = starts[0]!; end <= clock.now(); end += MINUTE) {
        expect(inHourBefore(starts, end)).toBeLessThanOrEqual(14);
      }
      expect(asked.length).toBeGreaterThan(30);
      await clock.advance(10 * MINUTE);
      expect(runs.get(asked.at(-1)!)!.startedAt).toBeGreaterThanOrEqual(last);
      const settled = asked.length;
      await clock.advance(3 * 60 * MINUTE);
      expect([asked.length, clock.pending()]).toEqual([settled, 0]);
    });

    it('is had at once again when it was quiet for ten minutes', async () => {
      const { catchUp, clock, asked } = createScene();
      for (let n = 0; n < 4; n += 1) {
        catchUp.request();
        await clock.advance(10_000);
      }
      await clock.advance(20 * MINUTE);
      const before = asked.length;
      catchUp.request();
      await clock.advance(1_000);
      expect(asked.length).toBe(before + 1);
    });

    it('waits for its turn in a task that begins anew as well, and again', async () => {
      const clock = createVirtualClock();
      const runs = new Map<string, Run>();
      let begun = 0;
      for (let n = 0; n < 40; n += 1) {
        const { catchUp, asked } = createScene(clock, runs);
        catchUp.begin(clock.now());
        catchUp.request();
        await clock.advance(15_000);
        catchUp.stop();
        begun += asked.length;
      }
      // Ten minutes: two, and one that came due in the end.
      expect(begun).toBeLessThanOrEqual(3);
      expect(begun).toBeGreaterThanOrEqual(2);
    });

    it('counts what was asked for where records can’t be read, and what was never heard of again', async () => {
      const scene = createScene();
      const { catchUp, clock, asked } = scene;
      scene.listFails = true;
      scene.outcome = () => undefined;
      for (let n = 0; n < 55; n += 1) {
        catchUp.request();
        await clock.advance(10_000);
      }
      expect(asked).toHaveLength(2);
    });

    it('does not count what was skipped, nor runs of others', async () => {
      const scene = createScene();
      const { catchUp, clock, runs, asked } = scene;
      const at = { startedAt: clock.now(), endedAt: clock.now() };
      for (let n = 0; n < 9; n += 1)
        runs.set(`manual-${n}`, successfulRun(`manual-${n}`, { ...at, trigger: 'manual' }));
      scene.outcome = (runId) => successfulRun(runId, { ...at, status: 'skipped', skipReason: 'stopped' });
      for (let n = 0; n < 5; n += 1) {
        catchUp.request();
        await clock.advance(10_000);
      }
      expect(asked).toHaveLength(5);
    });
  });
});
