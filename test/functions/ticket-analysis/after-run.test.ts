import { describe, expect, it } from 'vitest';
import { createMemoryBatchPoll } from '#adapters/scheduler/memory-batch-poll.ts';
import type { Run } from '#core/runs/run.ts';
import type { AnalysisBatch } from '#core/tickets/analysis-batch.ts';
import { createAfterRun } from '#functions/ticket-analysis/after-run.ts';
import { type LogLine, recordingLog } from '#test/functions/admin-api/recording-log.ts';

const NOW = 1_000_000;
const BEFORE = NOW - 60_000;

const runOf = (runId: string, over: Partial<Run> = {}): Run => ({
  ...{ runId, job: 'daily_sync', trigger: 'schedule', startedAt: BEFORE, invocations: 1, fence: 1 },
  ...{ status: 'success', endedAt: NOW, counts: {}, progress: { done: 0, total: 0, unit: 'tickets' } },
  ...over,
});
const waitingRun = (runId: string) => runOf(runId, { status: 'interrupted', stage: 'wait_batch' });
const batchOf = (runId: string) => ({ id: `b-${runId}`, runId, status: 'submitted' }) as AnalysisBatch;

type Scene = { open?: AnalysisBatch[]; others?: Run[]; left?: Run[] };

function setUp({ open = [], others = [], left = [] }: Scene = {}) {
  const poll = createMemoryBatchPoll();
  const invoked: unknown[] = [];
  const sent: unknown[] = [];
  const lines: LogLine[] = [];
  let reads = 0;
  const after = createAfterRun({
    batches: {
      open: async () => {
        reads += 1;
        return open;
      },
    },
    runs: {
      get: async (id) => others.find(({ runId }) => runId === id),
      list: async () => ({ items: left, cursor: undefined }),
      put: async () => undefined,
    },
    poll,
    invokeSelf: async (event) => void invoked.push(event),
    outbox: { send: async (event) => void sent.push(event) },
    now: () => NOW,
    log: recordingLog(lines),
  });
  after.begin();
  after.working('analyse');
  return { after, poll, invoked, sent, lines, reads: () => reads };
}

describe('Function: createAfterRun', () => {
  it('leaves everything alone after a run that had nothing to do with batches', async () => {
    const world = setUp();
    await world.poll.start({ trigger: 'schedule', task: 'pipeline', run_id: 'A' });
    await world.after.onRun(runOf('B', { stage: 'analyse' }));

    expect(world.reads()).toBe(0);
    expect(world.poll.event()).toMatchObject({ run_id: 'A' });
    expect(world.sent).toHaveLength(1);
  });

  it('ends the schedule with the last run that waited', async () => {
    const world = setUp();
    await world.poll.start({ trigger: 'schedule', task: 'pipeline', run_id: 'A' });
    await world.after.onRun(runOf('A', { stage: 'wait_batch' }));

    expect(world.poll.event()).toBeUndefined();
  });

  it('hands the schedule over to the next run that waits', async () => {
    const world = setUp({ open: [batchOf('B')], others: [waitingRun('B')] });
    await world.after.onRun(runOf('A', { stage: 'wait_batch' }));

    expect(world.poll.event()).toEqual({ trigger: 'schedule', task: 'pipeline', run_id: 'B' });
  });

  it('ends a schedule that polls a run which has ended long ago, and notifies nobody again', async () => {
    const world = setUp();
    await world.poll.start({ trigger: 'schedule', task: 'pipeline', run_id: 'A' });
    await world.after.onRun(runOf('A', { endedAt: BEFORE }));

    expect(world.poll.event()).toBeUndefined();
    expect(world.sent).toEqual([]);
  });

  it('has other runs resumed whose batches were collected', async () => {
    const world = setUp({ others: [waitingRun('B'), runOf('C')] });
    for (const id of ['A', 'B', 'C']) world.after.onCollected(id);
    await world.after.onRun(runOf('A'));

    expect(world.invoked).toEqual([{ trigger: 'schedule', task: 'pipeline', run_id: 'B' }]);
  });

  it('has what a cancelled run left collected, once', async () => {
    const cancelled = { code: 'cancelled', message: '', retryable: false };
    const world = setUp({ open: [batchOf('A')] });
    await world.after.onRun(runOf('A', { status: 'failed', error: cancelled, stage: 'wait_batch' }));

    expect(world.invoked).toEqual([{ trigger: 'catch_up', task: 'analyze' }]);
    expect(world.poll.event()).toBeUndefined();
  });

  it('invokes nothing after a run that failed otherwise: that would go on for ever', async () => {
    const error = { code: 'claude_auth', message: '', retryable: false };
    const world = setUp({ open: [batchOf('A')] });
    await world.after.onRun(runOf('A', { status: 'failed', error }));

    expect(world.invoked).toEqual([]);
  });

  it('does nothing more after a run that waits', async () => {
    const world = setUp({ open: [batchOf('A')] });
    await world.after.onRun(waitingRun('A'));

    expect(world.sent).toEqual([]);
    expect(world.reads()).toBe(0);
  });

  it('tries a run again that could not be resumed while another held the lease', async () => {
    const run = runOf('A', { status: 'interrupted', stage: 'sync' });
    const world = setUp({ others: [run] });
    world.after.begin();
    await world.after.onRun(run);

    expect(world.invoked).toEqual([{ trigger: 'schedule', task: 'pipeline', run_id: 'A' }]);
  });

  describe('a run that goes on with the issues', () => {
    const handedOn = (over: Partial<Run> = {}) =>
      runOf('A', { status: 'interrupted', stage: 'assign', ...over });

    it('is told nobody of, and asks nobody where it had nothing to do with batches', async () => {
      const world = setUp();
      await world.after.onRun(handedOn());
      expect([world.sent, world.reads(), world.invoked]).toEqual([[], 0, []]);
    });

    it('ends the schedule of its batch, which it has collected', async () => {
      const world = setUp();
      await world.poll.start({ trigger: 'schedule', task: 'pipeline', run_id: 'A' });
      world.after.onCollected('A');
      await world.after.onRun(handedOn());
      expect(world.poll.event()).toBeUndefined();
    });

    it('has those resumed that nobody resumed, as one that ended', async () => {
      const left = waitingRun('L');
      const world = setUp({ left: [left], others: [left] });
      await world.after.onRun(handedOn());
      expect(world.invoked).toEqual([{ trigger: 'schedule', task: 'pipeline', run_id: 'L' }]);
    });

    it('hands the schedule over where Claude failed for good, as one that failed', async () => {
      const error = { code: 'claude_auth', message: '', retryable: false };
      const world = setUp({ open: [batchOf('B')], others: [waitingRun('B')] });
      await world.after.onRun(handedOn({ error }));
      expect(world.poll.event()).toMatchObject({ run_id: 'B' });
    });

    it('ends the schedule that has invoked it in vain', async () => {
      const world = setUp();
      await world.poll.start({ trigger: 'schedule', task: 'pipeline', run_id: 'A' });
      world.after.working('assign');
      await world.after.onRun(handedOn());
      expect(world.poll.event()).toBeUndefined();
    });

    it('is not invoked here again where another holds the lease', async () => {
      const world = setUp({ others: [handedOn()] });
      world.after.begin();
      await world.after.onRun(handedOn());
      expect(world.invoked).toEqual([]);
    });
  });

  it('leaves it to the schedule to try again what waits for a batch', async () => {
    const run = waitingRun('A');
    const world = setUp({ open: [batchOf('A')], others: [run] });
    world.after.begin();
    await world.after.onRun(run);

    expect(world.invoked).toEqual([]);
  });

  it.each(['analyse', 'wait_batch'])(
    'resumes a run at the stage %s that waits for nothing and that nobody resumed',
    async (stage) => {
      const left = runOf('L', { status: 'interrupted', stage });
      const world = setUp({ left: [left], others: [left] });
      await world.after.onRun(runOf('A', { stage: 'analyse' }));

      expect(world.invoked).toEqual([{ trigger: 'schedule', task: 'pipeline', run_id: 'L' }]);
    },
  );

  it('leaves a run alone that waits for its batch, or for another invocation of the sync', async () => {
    const left = [waitingRun('W'), runOf('S', { status: 'interrupted', stage: 'sync' })];
    const world = setUp({ open: [batchOf('W')], left, others: left });
    await world.after.onRun(runOf('A', { stage: 'analyse' }));

    expect(world.invoked).toEqual([]);
    expect(world.poll.event()).toMatchObject({ run_id: 'W' });
  });

  it('logs what does not work, and fails nobody', async () => {
    const lines: LogLine[] = [];
    const failing = async () => {
      throw new Error('down');
    };
    const after = createAfterRun({
      batches: { open: failing },
      runs: { get: failing, list: failing, put: failing },
      poll: { start: failing, stop: failing },
      invokeSelf: failing,
      outbox: { send: failing },
      now: () => NOW,
      log: recordingLog(lines),
    });
    after.begin();
    await after.onRun(runOf('A', { stage: 'wait_batch' }));

    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(2);
  });
});
