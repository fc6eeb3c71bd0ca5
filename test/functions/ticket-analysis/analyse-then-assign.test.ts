import { describe, expect, it } from 'vitest';
import { LeaseLostError, OutOfTimeError, StorageError } from '#core/errors.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import { ClaudeAuthError } from '#core/tickets/claude-errors.ts';
import {
  type AnalyseThenAssignDeps,
  analyseThenAssign,
} from '#functions/ticket-analysis/analyse-then-assign.ts';
import { type LogLine, recordingLog } from '#test/functions/admin-api/recording-log.ts';
import { unrecorded } from '#test/functions/core/runs/begun-run.ts';

/** A run whose analysis comes to an end at once: there is no key, or it cannot be opened. */
function setUp({ stage, fault }: { stage?: string; fault?: Error } = {}) {
  const assigned: unknown[] = [];
  const entered: string[] = [];
  const lines: LogLine[] = [];
  const abort = new AbortController();
  const begun = { ...unrecorded('daily_sync', 'R').begun, ...(stage !== undefined && { stage }) };
  const context = {
    ...unrecorded('daily_sync', 'R'),
    runId: 'R',
    begun,
    signal: abort.signal,
    report: () => undefined,
    enter: (entering: string) => void entered.push(entering),
  } as unknown as RunContext;
  const deps = {
    tickets: { counts: async () => ({ pending: 0, batched: 0, failed: 0 }) },
    openClaude: async () => {
      if (fault) throw fault;
      return undefined;
    },
    assign: async (event: unknown) => void assigned.push(event),
    log: recordingLog(lines),
  } as unknown as AnalyseThenAssignDeps;
  const work = () => analyseThenAssign(deps, context, { task: 'pipeline' });
  return { work, assigned, entered, lines, abort };
}

describe('Function: analyseThenAssign', () => {
  it('hands the run on when its analysis is done', async () => {
    const { work, assigned, entered } = setUp();
    const { pause, failure } = await work();
    expect(entered).toEqual(['assign']);
    expect(failure).toBeUndefined();
    await pause?.resume?.();
    expect(assigned).toEqual([{ trigger: 'schedule', run_id: 'R', task: 'pipeline' }]);
  });

  it('hands it on with what went wrong for good, which is logged', async () => {
    const { work, entered, lines } = setUp({ fault: new ClaudeAuthError('No such key.') });
    const { pause, failure } = await work();
    expect(entered).toEqual(['assign']);
    expect(pause).toBeDefined();
    expect(failure).toEqual({ code: 'claude_auth', message: 'No such key.', retryable: false });
    expect(lines).toMatchObject([{ level: 'error', message: 'the analysis failed' }]);
  });

  it.each([new LeaseLostError('taken'), new OutOfTimeError('no time'), new StorageError('down')])(
    'does not go on after %s',
    async (fault) => {
      const { work, entered } = setUp({ fault });
      await expect(work()).rejects.toBe(fault);
      expect(entered).toEqual([]);
    },
  );

  it('does not go on with a run that was stopped meanwhile', async () => {
    const { work, abort } = setUp({ fault: new Error('cut off') });
    abort.abort(new Error('stopped'));
    await expect(work()).rejects.toThrow('cut off');
  });

  it.each(['assign', 'label'])('only hands on a run that it had handed on at %s', async (stage) => {
    const { work, assigned, entered } = setUp({ stage, fault: new Error('not to be opened') });
    const { pause, failure } = await work();
    expect([entered, failure]).toEqual([[stage], undefined]);
    await pause?.resume?.();
    expect(assigned).toHaveLength(1);
  });
});
