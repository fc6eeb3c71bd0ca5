import type { Log } from '#core/log.ts';
import { isEnded, type Run } from '#core/runs/run.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import type { AnalysisBatch, AnalysisBatches } from '#core/tickets/analysis-batch.ts';
import type { BatchPoll, ResumeEvent } from '#core/tickets/batch-poll.ts';
import { isPausedAt, leftRuns } from '#core/tickets/left-runs.ts';
import { resumeEvent } from '#core/tickets/resume-event.ts';
import { ANALYSIS_STAGES, ISSUE_STAGES, TicketStage, TicketTask } from '#core/tickets/ticket-task.ts';
import { runEndedEvent } from '#core/tickets/webhook/run-ended-event.ts';
import type { WebhookOutbox } from '#core/tickets/webhook/webhook-event.ts';
import type { Now } from '#core/time/clock.ts';

/** What has the function invoked once more: to resume a run, or to take what a cancelled one has left. */
type Invocation = ResumeEvent | { readonly trigger: 'catch_up'; readonly task: TicketTask };

export type AfterRunDeps = {
  readonly batches: Pick<AnalysisBatches, 'open'>;
  readonly runs: Pick<RunStore, 'get' | 'list' | 'put'>;
  readonly poll: BatchPoll;
  readonly invokeSelf: (event: Invocation) => Promise<void>;
  /** Where ends of runs are reported to. @default - nowhere */
  readonly outbox?: WebhookOutbox | undefined;
  readonly now: Now;
  readonly log: Log;
};

/** What an invocation does when its run has ended or paused. */
export type AfterRun = {
  /** An invocation begins. */
  begin(): void;
  /** It holds the lease, and its work begins, on a run that is at this stage. */
  working(stage: string | undefined): void;
  /** The batch of a run was collected. */
  onCollected(runId: string): void;
  /** The run as it stands at the end of the invocation. Fails no invocation: it is logged what does not work. */
  onRun(run: Run): Promise<void>;
};

/**
 * Sees to what a run leaves behind: other runs that wait for nothing any more, a schedule that nobody needs any more or
 * that another run needs now, the batch of a run that was cancelled, and whoever wants to be notified of its end.
 */
export function createAfterRun(deps: AfterRunDeps): AfterRun {
  let begunAt = deps.now();
  let collected = new Set<string>();
  let hasWorked = false;
  let wasHandedOn = false;
  const attempt = async (what: string, work: () => Promise<void>) => {
    await work().catch((error: unknown) => deps.log.error(`${what} after a run failed`, { error }));
  };
  return {
    begin() {
      begunAt = deps.now();
      collected = new Set();
      hasWorked = false;
      wasHandedOn = false;
    },
    working(stage = '') {
      hasWorked = true;
      wasHandedOn = ISSUE_STAGES.has(stage);
    },
    onCollected(runId) {
      collected.add(runId);
    },
    async onRun(run) {
      const endedNow = isEnded(run) && (run.endedAt ?? 0) >= begunAt;
      const handedOnNow = isHandedOn(run) && hasWorked && !wasHandedOn;
      const event = endedNow ? runEndedEvent(run) : undefined;
      if (event) await attempt('the webhook', async () => deps.outbox?.send(event));
      const isOverNow = endedNow || handedOnNow;
      await attempt('the batches', () => leaveBatches(deps, run, { collected, isOverNow }));
      if (!hasWorked) await attempt('the resumption', () => tryAgain(deps, run));
    },
  };
}

/** A run that was to be resumed while another held the lease for long. One that waits for a batch is resumed by its schedule. */
async function tryAgain(deps: AfterRunDeps, run: Run): Promise<void> {
  if (run.stage === TicketStage.waitBatch || isHandedOn(run)) return;
  const event = await resumeEvent(deps, run.runId);
  if (event) await deps.invokeSelf(event);
}

/** Its analysis is over, and the rest of it is another function's. */
function isHandedOn(run: Run): boolean {
  return isPausedAt(run, ISSUE_STAGES);
}

/** `isOverNow`: in this invocation the run has ended, or gone on elsewhere. */
type Invoked = { readonly collected: ReadonlySet<string>; readonly isOverNow: boolean };

async function leaveBatches(deps: AfterRunDeps, run: Run, { collected, isOverNow }: Invoked): Promise<void> {
  const left = isOverNow ? await leftRuns(deps, run, ANALYSIS_STAGES) : [];
  const others = [...new Set([...collected, ...left])].filter((id) => id !== run.runId);
  // An hourly run that had nothing to do with batches asks nobody.
  const isConcerned = !isOverNow || run.stage === TicketStage.waitBatch || collected.size + left.length > 0;
  const mayLeaveBatch = isConcerned || run.error !== undefined;
  const isOver = isEnded(run) || isHandedOn(run);
  if (!isOver || !mayLeaveBatch) return resumeAll(deps, others, []);
  const open = await deps.batches.open();
  await resumeAll(deps, others, open);
  const next = await nextWaiting(deps, open, run.runId);
  if (next) await deps.poll.start(next);
  else if (isConcerned) await deps.poll.stop();
  const isOwed = run.error?.code === 'cancelled' && open.some(({ runId }) => runId === run.runId);
  if (isOwed) await deps.invokeSelf({ trigger: 'catch_up', task: TicketTask.analyze });
}

/** Has runs resumed that wait for no batch any more. */
async function resumeAll(
  deps: AfterRunDeps,
  runIds: readonly string[],
  open: readonly AnalysisBatch[],
): Promise<void> {
  for (const runId of runIds) {
    if (open.some((batch) => batch.runId === runId)) continue;
    const event = await resumeEvent(deps, runId);
    if (event) await deps.invokeSelf(event);
  }
}

/** The first other run that waits for an open batch. */
async function nextWaiting(
  deps: AfterRunDeps,
  open: readonly AnalysisBatch[],
  ended: string,
): Promise<ResumeEvent | undefined> {
  for (const { runId } of open) {
    const event = runId === ended ? undefined : await resumeEvent(deps, runId);
    if (event) return event;
  }
  return undefined;
}
