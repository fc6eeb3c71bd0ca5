import { describe, expect, it } from 'vitest';
import {
  addCounts,
  isEnded,
  isRequested,
  outcomeOf,
  type Run,
  RunStatus,
  requestedRun,
  skippedRun,
} from '#core/runs/run.ts';

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

describe('Function: requestedRun', () => {
  it('is under way before its first invocation, and belongs to nobody yet', () => {
    const run = requestedRun(ASKED, 7, 2);

    expect(run).toEqual({
      runId: 'r2',
      job: 'job',
      trigger: 'manual',
      status: 'running',
      startedAt: 7,
      counts: {},
      invocations: 0,
      stops: 2,
      fence: 0,
      progress: { done: 0, total: undefined, unit: 'ratings' },
    });
    expect(isRequested(run)).toBe(true);
    expect(isRequested({ ...run, invocations: 1 })).toBe(false);
    expect(isRequested({ ...run, status: 'skipped' })).toBe(false);
  });
});

describe('Function: outcomeOf', () => {
  const error = (code: string) => ({ code, message: '', retryable: false });
  it.each<[Partial<Run>, string]>([
    [{ status: 'running' }, 'running'],
    [{ status: 'interrupted' }, 'running'],
    [{ status: 'interrupted', continuedBy: 'r3' }, 'interrupted'],
    [{ status: 'success' }, 'completed'],
    [{ status: 'failed', error: error('stopped') }, 'failed'],
    [{ status: 'failed', error: error('cancelled') }, 'cancelled'],
    [{ status: 'skipped' }, 'skipped'],
  ])('of %o is %s', (over, outcome) => {
    expect(outcomeOf({ ...requestedRun(ASKED, 7, undefined), ...over })).toBe(outcome);
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
