import { LeaseLostError } from '#core/errors.ts';
import { RUN_RETENTION_MS } from '#core/runs/end-run.ts';
import { isRequested, type Run, RunOutcome, RunStatus } from '#core/runs/run.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import type { Now } from '#core/time/clock.ts';
import { TICKET_JOBS } from './ticket-event.ts';
import { TICKET_RUN_LIMITS } from './ticket-terms.ts';

type LeftRunsDeps = { readonly runs: Pick<RunStore, 'list' | 'put'>; readonly now: Now };

/** A run that ends sees to so many; the next one sees to the rest. */
const MAX_LEFT = 20;

/**
 * Sees to the runs that other processes have left. One that never paused died, and nobody marked it where the next one
 * died as well: it is marked now. One that was paused may wait for a batch, or for nothing, where the one invocation
 * that was to resume it was lost.
 *
 * @param ended the run that has just ended, or gone on elsewhere, under the lease: whatever is marked as running under
 *   an earlier one is not
 * @param stages the stages that are the caller's to carry out
 * @returns the ids of the runs that are paused at one of them
 * @throws StorageError
 */
export async function leftRuns(
  { runs, now }: LeftRunsDeps,
  ended: Run,
  stages: ReadonlySet<string>,
): Promise<readonly string[]> {
  const nowMs = now();
  const filter = { job: TICKET_JOBS, outcome: RunOutcome.running, since: nowMs - TICKET_RUN_LIMITS.maxMs };
  const { items } = await runs.list(filter, MAX_LEFT, undefined, nowMs);
  const others = items.filter(({ runId }) => runId !== ended.runId);
  for (const run of others.filter((one) => isDead(one, ended))) await markDead(runs, run, ended);
  return others.filter((run) => isPausedAt(run, stages)).map(({ runId }) => runId);
}

/** Whether a run waits to go on at one of the stages. */
export function isPausedAt({ status, stage }: Run, stages: ReadonlySet<string>): boolean {
  return status === RunStatus.interrupted && stage !== undefined && stages.has(stage);
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
