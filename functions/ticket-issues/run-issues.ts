import { OutOfTimeError } from '#core/errors.ts';
import type { WorkResult } from '#core/runs/end-run.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { TicketParameters } from '#core/tickets/ticket-event.ts';
import { TicketStage, TicketTask } from '#core/tickets/ticket-task.ts';
import { digestStage } from './digest-stage.ts';
import type { IssueDeps } from './issue-deps.ts';
import { count, type IssueSession, openSession } from './issue-session.ts';
import { type KnownIssues, readKnown } from './known-issues.ts';
import { updateIssues } from './update-issues.ts';

/** One that has waited long for its turn goes on in an invocation that has all its time. */
const LEAST_MS = 3 * 60_000;

/**
 * The work of the function, from the stage on that the run is at: tickets are given to issues, closed hours are tested
 * and all numbers brought up to date, Claude names issues, and the whole pipeline ends with the day's digest. Where an
 * earlier stage of the run has failed for good, the run fails with that now.
 *
 * @throws StorageError, QueueError, OutOfTimeError, GenerationChangedError; the reason of the run's signal
 */
export async function runIssues(
  deps: IssueDeps,
  context: RunContext,
  parameters: TicketParameters,
): Promise<WorkResult> {
  if (context.remainingMs() < LEAST_MS) {
    context.advanced();
    throw new OutOfTimeError('The run had to wait for its turn.');
  }
  const session = await openSession(deps, context, parameters);
  const stage = context.begun.stage;
  const isNamed = stage === TicketStage.digest;
  const isGrouped = isNamed || stage === TicketStage.label;
  let known = isGrouped ? await readKnown(deps) : await updateIssues(session);
  const { task } = parameters;
  if (task === TicketTask.retention) await deps.generations.sweep(deps.now());
  else if (!isNamed) known = await nameIssues(session, known);
  if (task === TicketTask.pipeline) await digestStage(session, known);
  return { failure: context.begun.error };
}

/** The stage `label`. @returns what is known then */
async function nameIssues(session: IssueSession, known: KnownIssues): Promise<KnownIssues> {
  const { deps, context } = session;
  const { issues, facts, days } = known;
  const named = await deps.label(context, {
    ...{ issues, facts, days: days.values() },
    count: (name, more) => count(session, { [name]: more }),
  });
  return { ...known, facts: new Map([...facts, ...named]) };
}
