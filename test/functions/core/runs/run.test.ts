import { describe, expect, it } from 'vitest';
import { addCounts, isEnded, RunStatus, skippedRun } from '#core/runs/run.ts';

const ASKED = { runId: 'r2', job: 'job', trigger: 'manual', unit: 'ratings' } as const;

describe('Function: skippedRun', () => {
  it('is over the moment it was asked for, and did nothing', () => {
    const cause = {
      skipReason: 'already_running',
      reason: 'Run r1 was under way.',
      blockedBy: 'r1',
    } as const;

    expect(skippedRun(ASKED, cause, 7)).toEqual({
      runId: 'r2',
      job: 'job',
      trigger: 'manual',
      status: 'skipped',
      startedAt: 7,
      endedAt: 7,
      progress: { done: 0, total: undefined, unit: 'ratings' },
      counts: {},
      ...cause,
      invocations: 0,
      fence: 0,
    });
  });
});

describe('Function: isEnded', () => {
  it.each(Object.values(RunStatus))('of a run that is %s', (status) => {
    const run = { ...skippedRun(ASKED, { skipReason: 'disabled', reason: '' }, 7), status };

    expect(isEnded(run)).toBe(status !== 'running' && status !== 'interrupted');
  });
});

describe('Function: addCounts', () => {
  it('adds by name, and changes neither', () => {
    const a = { added: 1, changed: 2 };

    expect(addCounts(a, { changed: 3, removed: 4 })).toEqual({ added: 1, changed: 5, removed: 4 });
    expect(a).toEqual({ added: 1, changed: 2 });
  });
});
