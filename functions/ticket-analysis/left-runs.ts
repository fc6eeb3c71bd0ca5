import { LeaseLostError } from '#core/errors.ts';
import { RUN_RETENTION_MS } from '#core/runs/end-run.ts';
import { isRequested, type Run, RunOutcome, RunStatus } from '#core/runs/run.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import { JOB_OF_TASK } from '#core/tickets/ticket-event.ts';
import { TicketStage } from '#core/tickets/ticket-task.ts';
import { TICKET_RUN_LIMITS } from '#core/tickets/ticket-terms.ts';
import type { Now } from '#core/time/clock.ts';

type LeftRunsDeps = { readonly runs: Pick<RunStore, 'list' | 'put'>; readonly now: Now };

const TICKET_JOBS: readonly string[] = Object.values(JOB_OF_TASK);
/** A run that ends sees to so many; the next one sees to the rest. */
const MAX_LEFT = 20;

/**
 * Sees to the runs that other processes have left. One that never paused died, and nobody marked it where the next one
 * died as well: it is marked now. One that was paused before or in its analysis may wait for a batch, or for nothing,
 * where the one invocation that was to resume it was lost.
 *
 * @param ended the run that has just ended under the lease: whatever is marked as running under an earlier one is not
 * @returns the ids of the paused ones
 * @throws StorageError
 */
export async function leftRuns({ runs, now }: LeftRunsDeps, ended: Run): Promise<readonly string[]> {
  const nowMs = now();
  const filter = { job: TICKET_JOBS, outcome: RunOutcome.running, since: nowMs - TICKET_RUN_LIMITS.maxMs };
  const { items } = await runs.list(filter, MAX_LEFT, undefined, nowMs);
  const others = items.filter(({ runId }) => runId !== ended.runId);
  for (const run of others.filter((one) => isDead(one, ended))) await markDead(runs, run, ended);
  return others.filter(isPaused).map(({ runId }) => runId);
}

function isPaused({ status, stage }: Run): boolean {
  const isInAnalysis = stage === TicketStage.analyse || stage === TicketStage.waitBatch;
  return status === RunStatus.interrupted && isInAnalysis;
}

function isDead(run: Run, { fence }: Run): boolean {
  return run.status === RunStatus.running && !isRequested(run) && run.fence < fence;
}

async function markDead(runs: Pick<RunStore, 'put'>, dead: Run, { runId, fence }: Run): Promise<void> {
  const marked: Run = {
    ...dead,
    status: RunStatus.interrupted,
    reason: 'Its invocation ended without a word; another run went on where it had stopped.',
    continuedBy: runId,
    fence,
  };
  await runs.put(marked, dead.startedAt + RUN_RETENTION_MS).catch((error: unknown) => {
    // It goes on after all.
    if (!(error instanceof LeaseLostError)) throw error;
  });
}
