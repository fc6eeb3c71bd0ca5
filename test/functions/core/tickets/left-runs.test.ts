import { describe, expect, it } from 'vitest';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import type { Run } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { leftRuns } from '#core/tickets/left-runs.ts';
import { ANALYSIS_STAGES, ISSUE_STAGES } from '#core/tickets/ticket-task.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const HOUR = 3_600_000;

const runOf = (runId: string, over: Partial<Run>): Run => ({
  ...{ runId, job: 'daily_sync', trigger: 'schedule', startedAt: NOW - HOUR, invocations: 1, fence: 3 },
  ...{ status: 'interrupted', counts: {}, progress: { done: 0, total: 0, unit: 'tickets' } },
  ...over,
});
const ENDED = runOf('01M8EE0VG000000000000000EE', { status: 'success', fence: 7 });

async function left(...others: Run[]) {
  return leftAt(ANALYSIS_STAGES, ...others);
}

async function leftAt(stages: ReadonlySet<string>, ...others: Run[]) {
  const runs = createMemoryRunStore(createMemoryTable());
  for (const run of [...others, ENDED]) await runs.put(run, NOW + 24 * HOUR);
  const ids = await leftRuns({ runs, now: () => NOW }, ENDED, stages);
  return { ids, get: (run: Run) => runs.get(run.runId, NOW) };
}

const ID = '01M8EE0VG00000000000000001';

describe('Function: leftRuns', () => {
  it.each(['analyse', 'wait_batch'])('names a run that was paused at the stage %s', async (stage) => {
    expect((await left(runOf(ID, { stage }))).ids).toEqual([ID]);
  });

  it.each(['assign', 'trends', 'label', 'digest'])('names a run that was paused at %s', async (stage) => {
    expect((await leftAt(ISSUE_STAGES, runOf(ID, { stage }))).ids).toEqual([ID]);
  });

  it.each([
    ['at a stage that is another function’s', { stage: 'assign' }],
    ['that has no stage', {}],
    ['at its sync, which another invocation goes on with', { stage: 'sync' }],
    ['that another one goes on with', { stage: 'analyse', continuedBy: 'X' }],
    ['that has ended', { stage: 'analyse', status: 'failed' }],
    [
      'that is older than any run may be',
      { stage: 'analyse', runId: newRunId(NOW - 27 * HOUR, () => 0.5), startedAt: NOW - 27 * HOUR },
    ],
  ] as const)('does not name a run %s', async (_what, over) => {
    expect((await left(runOf(ID, over))).ids).toEqual([]);
  });

  it('marks a run that died under an earlier lease', async () => {
    const dead = runOf(ID, { status: 'running', stage: 'sync' });
    const { ids, get } = await left(dead);
    expect(ids).toEqual([]);
    expect(await get(dead)).toMatchObject({ status: 'interrupted', continuedBy: ENDED.runId, fence: 7 });
  });

  it.each([
    ['holds the lease now', { fence: 8 }],
    ['was asked for and has not begun', { invocations: 0, fence: 0 }],
  ] as const)('leaves a run alone that %s', async (_what, over) => {
    const other = runOf(ID, { status: 'running', ...over });
    const { get } = await left(other);
    expect(await get(other)).toMatchObject({ status: 'running' });
  });
});
