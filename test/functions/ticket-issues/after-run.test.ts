import { describe, expect, it } from 'vitest';
import type { Run } from '#core/runs/run.ts';
import { createAfterRun } from '#functions/ticket-issues/after-run.ts';
import { type LogLine, recordingLog } from '#test/functions/admin-api/recording-log.ts';

const NOW = 1_000_000;
const runOf = (runId: string, over: Partial<Run> = {}): Run => ({
  ...{ runId, job: 'daily_sync', trigger: 'schedule', startedAt: NOW - 60_000, invocations: 1, fence: 1 },
  ...{ status: 'success', endedAt: NOW, counts: {}, progress: { done: 0, total: 0, unit: 'tickets' } },
  ...over,
});
const pausedAt = (runId: string, stage: string) => runOf(runId, { status: 'interrupted', stage });

function setUp(others: readonly Run[] = [], failing = false) {
  const invoked: unknown[] = [];
  const sent: unknown[] = [];
  const lines: LogLine[] = [];
  const after = createAfterRun({
    runs: {
      get: async (id) => others.find(({ runId }) => runId === id),
      list: async () => {
        if (failing) throw new Error('down');
        return { items: others, cursor: undefined };
      },
      put: async () => undefined,
    },
    invokeSelf: async (event) => void invoked.push(event),
    outbox: { send: async (event) => void sent.push(event) },
    now: () => NOW,
    log: recordingLog(lines),
  });
  after.begin();
  return { after, invoked, sent, lines };
}

describe('Function: createAfterRun (issues)', () => {
  it('tells of the end of a run', async () => {
    const { after, sent, invoked } = setUp();
    after.working();
    await after.onRun(runOf('A'));
    expect(sent).toMatchObject([{ id: 'A.run.completed' }]);
    expect(invoked).toEqual([]);
  });

  it('tells nobody of a run that goes on, or that ended long ago', async () => {
    const { after, sent } = setUp();
    after.working();
    await after.onRun(pausedAt('A', 'trends'));
    await after.onRun(runOf('B', { endedAt: NOW - 1 }));
    expect(sent).toEqual([]);
  });

  it('resumes the runs that are left at its stages, and no others', async () => {
    const { after, invoked } = setUp([
      pausedAt('L', 'assign'),
      pausedAt('M', 'label'),
      pausedAt('W', 'wait_batch'),
    ]);
    after.working();
    await after.onRun(runOf('A'));
    expect(invoked).toEqual(['L', 'M'].map((run_id) => ({ trigger: 'schedule', task: 'pipeline', run_id })));
  });

  it('tries a run again that could not be resumed while another held the lease', async () => {
    const run = pausedAt('A', 'assign');
    const { after, invoked } = setUp([run]);
    await after.onRun(run);
    expect(invoked).toEqual([{ trigger: 'schedule', task: 'pipeline', run_id: 'A' }]);
  });

  it('logs what does not work, and fails nobody', async () => {
    const { after, lines } = setUp([], true);
    after.working();
    await after.onRun(runOf('A'));
    expect(lines).toMatchObject([{ level: 'error' }]);
  });
});
