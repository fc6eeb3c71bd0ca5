import type { Log } from '#core/log.ts';
import { isEnded, type Run } from '#core/runs/run.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import type { ResumeEvent } from '#core/tickets/batch-poll.ts';
import { isPausedAt, leftRuns } from '#core/tickets/left-runs.ts';
import { resumeEvent } from '#core/tickets/resume-event.ts';
import { ISSUE_STAGES } from '#core/tickets/ticket-task.ts';
import { runEndedEvent } from '#core/tickets/webhook/run-ended-event.ts';
import type { WebhookOutbox } from '#core/tickets/webhook/webhook-event.ts';
import type { Now } from '#core/time/clock.ts';

export type AfterRunDeps = {
  readonly runs: Pick<RunStore, 'get' | 'list' | 'put'>;
  readonly invokeSelf: (event: ResumeEvent) => Promise<void>;
  /** Where ends of runs are reported to. @default - nowhere */
  readonly outbox?: WebhookOutbox | undefined;
  readonly now: Now;
  readonly log: Log;
};

/** What an invocation does when its run has ended or paused. */
export type AfterRun = {
  /** An invocation begins. */
  begin(): void;
  /** It holds the lease, and its work begins. */
  working(): void;
  /** The run as it stands at the end of the invocation. Fails no invocation: it is logged what does not work. */
  onRun(run: Run): Promise<void>;
};

/**
 * Sees to what a run leaves behind: whoever wants to be notified of its end, and other runs that are paused at a stage
 * of this function's, because the invocation that was to go on with them was lost.
 */
export function createAfterRun(deps: AfterRunDeps): AfterRun {
  let begunAt = deps.now();
  let hasWorked = false;
  const attempt = async (what: string, work: () => Promise<void>) => {
    await work().catch((error: unknown) => deps.log.error(`${what} after a run failed`, { error }));
  };
  return {
    begin() {
      begunAt = deps.now();
      hasWorked = false;
    },
    working() {
      hasWorked = true;
    },
    async onRun(run) {
      const endedNow = isEnded(run) && (run.endedAt ?? 0) >= begunAt;
      const event = endedNow ? runEndedEvent(run) : undefined;
      if (event) await attempt('the webhook', async () => deps.outbox?.send(event));
      if (endedNow) await attempt('the runs that are left', () => resumeLeft(deps, run));
      if (!hasWorked) await attempt('the resumption', () => tryAgain(deps, run));
    },
  };
}

async function resumeLeft(deps: AfterRunDeps, run: Run): Promise<void> {
  for (const runId of await leftRuns(deps, run, ISSUE_STAGES)) await resume(deps, runId);
}

/** A run that was to be resumed while another held the lease for long. */
async function tryAgain(deps: AfterRunDeps, run: Run): Promise<void> {
  if (isPausedAt(run, ISSUE_STAGES)) await resume(deps, run.runId);
}

async function resume(deps: AfterRunDeps, runId: string): Promise<void> {
  const event = await resumeEvent(deps, runId);
  if (event) await deps.invokeSelf(event);
}
