import { describe, expect, it } from 'vitest';
import { type Run, requestedRun } from '#core/runs/run.ts';
import { activityOf, isUnderWay } from '#functions/admin-api/tickets/run-activity.ts';
import { jobState, NOW, RUN_ID } from '#test/functions/admin-api/example-records.ts';

const MINUTE = 60_000;
const asked = { runId: RUN_ID, job: 'daily_sync', trigger: 'manual', unit: 'tickets' } as const;

describe('Function: activityOf', () => {
  it.each<[string, Partial<Run>, { readonly leftMs?: number; readonly holder?: string }]>([
    ['requested', {}, {}],
    ['requested', { startedAt: NOW - 4 * MINUTE }, { leftMs: 9_000, holder: 'other' }],
    ['lost', { startedAt: NOW - 6 * MINUTE }, {}],
    ['live', { invocations: 1 }, { leftMs: 1 }],
    ['lost', { invocations: 1 }, { leftMs: 0 }],
    ['lost', { invocations: 1 }, { leftMs: 9_000, holder: 'other' }],
    ['lost', { invocations: 1 }, { leftMs: 86_400_000 }],
    ['waiting', { status: 'interrupted', invocations: 1 }, {}],
    ['live', { status: 'interrupted', invocations: 2 }, { leftMs: 9_000 }],
    ['ended', { status: 'interrupted', continuedBy: 'other' }, {}],
    ['ended', { status: 'success' }, { leftMs: 9_000 }],
    ['ended', { status: 'skipped' }, {}],
  ])('is %s for %o under the lease %o', (activity, over, { leftMs, holder = RUN_ID }) => {
    const held = leftMs === undefined ? {} : { runningRunId: holder, leaseUntil: NOW + leftMs };
    const run = { ...requestedRun(asked, NOW - MINUTE, undefined), ...over };

    expect(activityOf(run, jobState('tickets', held), NOW)).toBe(activity);
    expect(isUnderWay(activityOf(run, jobState('tickets', held), NOW))).toBe(
      activity !== 'lost' && activity !== 'ended',
    );
  });
});
