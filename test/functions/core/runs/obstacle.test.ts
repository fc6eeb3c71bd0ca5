import { describe, expect, it } from 'vitest';
import type { JobState } from '#core/runs/job-store.ts';
import { findObstacle } from '#core/runs/obstacle.ts';
import type { Run, RunTrigger } from '#core/runs/run.ts';

const NOW = Date.UTC(2026, 10, 27, 2);
const IDLE = { job: 'daily_sync', fence: 0 } as JobState;
const UNDER_WAY = { status: 'interrupted', stops: 1 } as Run;

async function obstacle(
  asked: { trigger?: RunTrigger; enabled?: boolean; disabledReason?: string; startBy?: number } = {},
  state: Partial<JobState> = {},
  existing?: Run,
) {
  const slept: number[] = [];
  const deps = { now: () => NOW, sleep: async (ms: number) => void slept.push(ms) };
  const request = { trigger: 'schedule', enabled: true, ...asked } as const;
  const found = await findObstacle(deps, request, { ...IDLE, ...state }, existing);
  return { found, slept };
}

describe('Function: findObstacle', () => {
  it('finds none in front of an enabled run', async () => {
    expect(await obstacle()).toEqual({ found: undefined, slept: [] });
  });

  it.each([
    [undefined, 'ATOM_SAAS_ENABLED is false.'],
    ['TICKETS_ENABLED is false.', 'TICKETS_ENABLED is false.'],
  ])('says why a disabled run does not start: %s', async (disabledReason, reason) => {
    const asked = { enabled: false, ...(disabledReason && { disabledReason }) };
    expect((await obstacle(asked)).found).toMatchObject({ skipReason: 'disabled', reason });
  });

  it('stops a run that a schedule starts, not one by hand', async () => {
    const stopped = { override: { enabled: false, stops: 1 } };
    expect((await obstacle({}, stopped)).found).toMatchObject({ skipReason: 'stopped' });
    expect((await obstacle({ trigger: 'manual' }, stopped)).found).toBeUndefined();
  });

  it('stops a run under way only by a stop that came after its start', async () => {
    expect((await obstacle({}, { override: { enabled: false, stops: 1 } }, UNDER_WAY)).found).toBeUndefined();
    expect((await obstacle({}, { override: { enabled: false, stops: 2 } }, UNDER_WAY)).found).toMatchObject({
      skipReason: 'stopped',
      error: { code: 'stopped' },
    });
  });

  it.each([
    ['schedule', NOW - 1, 'misfired'],
    ['catch_up', NOW - 1, 'misfired'],
    ['schedule', NOW, undefined],
    ['manual', NOW - 1, undefined],
  ] as const)('a run by %s that had to begin %d ms ago', async (trigger, startBy, skipReason) => {
    expect((await obstacle({ trigger, startBy })).found?.skipReason).toBe(skipReason);
  });

  it('lets a run go on whose time to begin is long over', async () => {
    expect((await obstacle({ startBy: NOW - 1 }, {}, UNDER_WAY)).found).toBeUndefined();
  });

  it('waits out a short pause of the marketplace, and is skipped by a long one', async () => {
    expect(await obstacle({}, { notBefore: NOW + 30_000 })).toEqual({ found: undefined, slept: [30_000] });
    const { found, slept } = await obstacle({}, { notBefore: NOW + 30_001 });
    expect(found).toMatchObject({ skipReason: 'rate_limited', error: { retryAfterMs: 30_001 } });
    expect(slept).toEqual([]);
  });
});
