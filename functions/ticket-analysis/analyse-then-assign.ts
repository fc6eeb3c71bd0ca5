import { describeFailure, LeaseLostError, OutOfTimeError, StorageError } from '#core/errors.ts';
import type { WorkResult } from '#core/runs/end-run.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import { handOver, type Invoke } from '#core/tickets/hand-over.ts';
import type { TicketParameters } from '#core/tickets/ticket-event.ts';
import { ISSUE_STAGES, TicketStage } from '#core/tickets/ticket-task.ts';
import { analyseTickets } from './analyse-tickets.ts';
import type { AnalysisDeps } from './analysis-deps.ts';

export type AnalyseThenAssignDeps = AnalysisDeps & {
  /** Hands the run to the function that makes issues of tickets. */
  readonly assign: Invoke;
};

/**
 * The work of the function: the analysis, and then its hand-over. What goes wrong with Claude for good is no reason to
 * leave the tickets without their issues: the run goes on, and fails with that at its end.
 *
 * @throws LeaseLostError, OutOfTimeError, StorageError; the reason of the run's signal
 */
export async function analyseThenAssign(
  deps: AnalyseThenAssignDeps,
  context: RunContext,
  parameters: TicketParameters,
): Promise<WorkResult> {
  const { stage = '' } = context.begun;
  const isHandedOver = ISSUE_STAGES.has(stage);
  const analysed = isHandedOver ? {} : await analyseOrFail(deps, context, parameters);
  if (analysed.pause) return analysed;
  const reason = 'The analysis is done; the issues are next.';
  // It was handed over before, and that invocation was lost, or this one came twice.
  const next = isHandedOver ? (stage as TicketStage) : TicketStage.assign;
  const handed = handOver(context, parameters, { stage: next, reason, invoke: deps.assign });
  return { ...analysed, ...handed };
}

async function analyseOrFail(
  deps: AnalysisDeps,
  context: RunContext,
  parameters: TicketParameters,
): Promise<WorkResult> {
  try {
    return await analyseTickets(deps, context, parameters);
  } catch (error) {
    if (context.signal.aborted || isOfTheRun(error)) throw error;
    const failure = describeFailure(error);
    deps.log.error('the analysis failed', { run_id: context.runId, error_code: failure.code, error });
    return { failure };
  }
}

/** Whether an error says something about more than the analysis. */
function isOfTheRun(error: unknown): boolean {
  return error instanceof LeaseLostError || error instanceof OutOfTimeError || error instanceof StorageError;
}
