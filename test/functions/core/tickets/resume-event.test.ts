import { describe, expect, it } from 'vitest';
import type { Run } from '#core/runs/run.ts';
import { resumeEvent } from '#core/tickets/resume-event.ts';

const WAITING = { runId: 'R', job: 'daily_sync', status: 'interrupted' } as Run;
const eventOf = (run: Run | undefined) =>
  resumeEvent({ runs: { get: async (id) => (id === run?.runId ? run : undefined) }, now: () => 0 }, 'R');

describe('Function: resumeEvent', () => {
  it.each([
    ['daily_sync', 'pipeline'],
    ['ticket_analysis', 'analyze'],
    ['ticket_sync', 'sync'],
    ['ticket_consolidate', 'consolidate'],
  ])('resumes a run of %s that waits', async (job, task) => {
    expect(await eventOf({ ...WAITING, job })).toEqual({ trigger: 'schedule', task, run_id: 'R' });
  });

  it.each([
    ['that is not on record', undefined],
    ['that runs', { ...WAITING, status: 'running' }],
    ['that has ended', { ...WAITING, status: 'failed' }],
    ['that another one goes on with', { ...WAITING, continuedBy: 'S' }],
    ['of another worker', { ...WAITING, job: 'cache-cleanup' }],
  ] as const)('is none for a run %s', async (_what, run) => {
    expect(await eventOf(run)).toBeUndefined();
  });
});
