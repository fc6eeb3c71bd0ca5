import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import type { Run } from '#core/run.ts';
import { createCatchUp } from '#functions/realtime-feed/catch-up.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';
import { successfulRun } from './feed-harness.ts';

function createScene() {
  const clock = createVirtualClock();
  const runs = new Map<string, Run>();
  const asked: string[] = [];
  const scene = {
    clock,
    runs,
    asked,
    fails: false,
    tableFails: false,
    /** What becomes of the next run that is asked for; undefined: it has no record yet. */
    outcome: (runId: string): Run | undefined => successfulRun(runId),
  };
  const catchUp = createCatchUp({
    ...clock,
    random: () => asked.length / 100,
    log: SILENT,
    runs: {
      get: async (runId) => {
        if (scene.tableFails) throw new StorageError('down');
        return runs.get(runId);
      },
      list: async ({ job, status }) => {
        const items = [...runs.values()].filter((run) => run.job === job && run.status === status);
        return { items: items.toSorted((a, b) => b.startedAt - a.startedAt).slice(0, 1), cursor: undefined };
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

const skipped = (runId: string, blockedBy: string): Run =>
  successfulRun(runId, { status: 'skipped', skipReason: 'already_running', blockedBy });

describe('the catch-up', () => {
  it('asks for a run and knows when it began', async () => {
    const { catchUp, clock, asked } = createScene();
    expect(catchUp.lastStartedAt()).toBeUndefined();
    catchUp.request();
    await clock.advance(6_000);
    expect(asked).toHaveLength(1);
    expect(catchUp.lastStartedAt()).toBeDefined();
    expect(clock.pending()).toBe(0);
  });

  it('asks again when the run that was in the way has ended, and lets one wait at most', async () => {
    const scene = createScene();
    const { catchUp, clock, runs, asked } = scene;
    runs.set('busy', successfulRun('busy', { status: 'running' }));
    scene.outcome = (runId) => skipped(runId, 'busy');
    catchUp.request();
    await clock.advance(60_000);
    for (let n = 0; n < 5; n += 1) catchUp.request();
    await clock.advance(60_000);
    expect(asked).toHaveLength(1);
    expect(catchUp.lastStartedAt()).toBeUndefined();
    scene.outcome = (runId) => successfulRun(runId);
    runs.set('busy', successfulRun('busy'));
    await clock.advance(20_000);
    expect(asked).toHaveLength(2);
    await clock.advance(3_600_000);
    expect(asked).toHaveLength(2);
  });

  it('waits through a run that goes on in another invocation', async () => {
    const scene = createScene();
    const { catchUp, clock, runs, asked } = scene;
    runs.set('busy', successfulRun('busy', { status: 'interrupted' }));
    scene.outcome = (runId) => skipped(runId, 'busy');
    catchUp.request();
    await clock.advance(120_000);
    expect(asked).toHaveLength(1);
  });

  it('asks once more for a loss that came while it was asking', async () => {
    const { catchUp, clock, asked } = createScene();
    catchUp.request();
    await clock.advance(1_000);
    catchUp.request();
    catchUp.request();
    await clock.advance(60_000);
    expect(asked).toHaveLength(2);
  });

  it('does not ask again where a run is not allowed, or has no record', async () => {
    const scene = createScene();
    const { catchUp, clock, asked } = scene;
    scene.outcome = (runId) => successfulRun(runId, { status: 'skipped', skipReason: 'stopped' });
    catchUp.request();
    await clock.advance(600_000);
    expect([asked.length, catchUp.lastStartedAt()]).toEqual([1, undefined]);
    scene.outcome = () => undefined;
    catchUp.request();
    await clock.advance(600_000);
    expect(asked).toHaveLength(2);
  });

  it('tries until Lambda takes it, less and less often, and through a table that is down', async () => {
    const scene = createScene();
    const { catchUp, clock, asked } = scene;
    scene.fails = true;
    scene.tableFails = true;
    catchUp.request();
    await clock.advance(3_600_000);
    scene.fails = false;
    await clock.advance(310_000);
    expect(asked).toHaveLength(1);
    scene.tableFails = false;
    await clock.advance(10_000);
    expect(catchUp.lastStartedAt()).toBeDefined();
  });

  it('leaves nothing behind when it is stopped', async () => {
    const scene = createScene();
    const { catchUp, clock, asked } = scene;
    scene.fails = true;
    catchUp.request();
    await clock.advance(100);
    catchUp.stop();
    await clock.advance(1);
    catchUp.request();
    await clock.advance(3_600_000);
    expect([clock.pending(), asked.length]).toEqual([0, 0]);
  });

  describe('of a task that begins', () => {
    const begun = (run: { readonly startedAt: number; readonly endedAt: number }, knownUntil: number) => {
      const scene = createScene();
      const { clock, catchUp, runs } = scene;
      const at = (ms: number) => clock.now() + ms;
      runs.set('fresh', successfulRun('fresh', { startedAt: at(run.startedAt), endedAt: at(run.endedAt) }));
      catchUp.begin(at(knownUntil));
      catchUp.request();
      return scene;
    };

    it('is left out after a sync that began when nobody had the feed and has just succeeded', async () => {
      const { clock, asked, catchUp } = begun({ startedAt: -20_000, endedAt: -10_000 }, -21_000);
      await clock.advance(3_600_000);
      expect(asked).toHaveLength(0);
      expect(catchUp.lastStartedAt()).toBeDefined();
    });

    it('is made after a sync that began while the task before had the feed', async () => {
      const { clock, asked } = begun({ startedAt: -20_000, endedAt: -10_000 }, -19_000);
      await clock.advance(6_000);
      expect(asked).toHaveLength(1);
    });

    it('is made after a sync that ended more than two minutes ago', async () => {
      const { clock, asked } = begun({ startedAt: -180_000, endedAt: -121_000 }, -600_000);
      await clock.advance(6_000);
      expect(asked).toHaveLength(1);
    });

    it('is left out for the first socket alone', async () => {
      const { clock, asked, catchUp } = begun({ startedAt: -20_000, endedAt: -10_000 }, -21_000);
      await clock.advance(1_000);
      catchUp.request();
      await clock.advance(6_000);
      expect(asked).toHaveLength(1);
    });

    it('is made when the first socket is lost before it was found out', async () => {
      const { clock, asked, catchUp } = begun({ startedAt: -20_000, endedAt: -10_000 }, -21_000);
      catchUp.request();
      await clock.advance(6_000);
      expect(asked).toHaveLength(1);
    });
  });
});
