import { describe, expect, it } from 'vitest';
import type { Run } from '#core/runs/run.ts';
import { createScene } from './catch-up-scene.ts';
import { successfulRun } from './feed-harness.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

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

  describe.each([1, 365])('after a clock that was %i days ahead', (days) => {
    const ahead = (scene: ReturnType<typeof createScene>, count: number) => {
      const at = scene.clock.now() + days * DAY;
      for (let n = 0; n < count; n += 1) {
        scene.runs.set(`ahead-${n}`, successfulRun(`ahead-${n}`, { startedAt: at + n, endedAt: at + n }));
      }
    };

    it.each([1, 30])('is asked for although %i syncs have succeeded then', async (count) => {
      const scene = createScene();
      ahead(scene, count);
      scene.catchUp.begin(scene.clock.now());
      scene.catchUp.request();
      await scene.clock.advance(6_000);
      expect(scene.asked).toHaveLength(1);
    });

    it('finds the sync that stands in for it behind those', async () => {
      const scene = createScene();
      ahead(scene, 30);
      const at = { startedAt: scene.clock.now() - 20_000, endedAt: scene.clock.now() - 10_000 };
      scene.runs.set('fresh', successfulRun('fresh', at));
      scene.catchUp.begin(scene.clock.now() - 30_000);
      scene.catchUp.request();
      await scene.clock.advance(6_000);
      expect(scene.asked).toHaveLength(0);
    });
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
