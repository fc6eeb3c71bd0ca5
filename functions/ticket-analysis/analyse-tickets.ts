import type { WorkResult } from '#core/runs/end-run.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import { RunTrigger } from '#core/runs/run.ts';
import { isForLater } from '#core/tickets/requests/is-for-later.ts';
import type { TicketParameters } from '#core/tickets/ticket-event.ts';
import { TicketStage, TicketTask } from '#core/tickets/ticket-task.ts';
import { analyseRound } from './analyse-round.ts';
import type { AnalysisDeps } from './analysis-deps.ts';
import { type AnalysisSession, openSession } from './analysis-session.ts';
import { adoptBatch } from './batches/adopt-batch.ts';
import { followBatches, type OpenBatch } from './batches/follow-batches.ts';

/** How long is waited between questions after a batch, before the run leaves that to a schedule: a minute in all. */
const POLL_PAUSES_MS: readonly number[] = [2_000, 3_000, 5_000, 10_000, 15_000, 25_000];
/** What is waited for longer, because it mostly takes no schedule then: whether Claude has a batch at all. */
const INTENT_PAUSE_MS = 15_000;
const INTENT_PAUSES = 8;
/** With less time left the schedule asks at once. */
const POLL_RESERVE_MS = 90_000;
/** A run that is so old asks for nothing more: the next night's takes what is left. */
const LONGEST_RUN_MS = 20 * 3_600_000;
/** A run asks for batches one after the other while the budget holds; no backfill takes so many. */
const MAX_ROUNDS = 20;

/**
 * The stages `analyse` and `wait_batch` of a run: collects every batch that has ended, asks Claude about what waits,
 * directly or in a batch, and waits for its own batch. A run whose batch takes longer is paused, and resumed by a
 * schedule. Where the budget, or Claude, allows no more, it says so in a note, and the rest waits for the next run.
 *
 * @throws ClaudeError that no later request would escape; StorageError, OutOfTimeError
 */
export async function analyseTickets(
  deps: AnalysisDeps,
  context: RunContext,
  parameters: TicketParameters,
): Promise<WorkResult> {
  const claude = await deps.openClaude();
  if (claude === undefined) return withoutClaude(deps, context);
  const session = openSession(deps, context, claude);
  const wasWaiting = context.begun.stage === TicketStage.waitBatch;
  if (!wasWaiting) context.enter(TicketStage.analyse);
  await payForDeadRuns(session);
  try {
    return await carryOut(session, parameters, wasWaiting);
  } catch (error) {
    if (!isForLater(error)) throw error;
    context.note({ stage: TicketStage.analyse, code: error.code, message: error.message });
    return {};
  } finally {
    // A number that is missing must not hide what went wrong.
    await countWaiting(session).catch(() => session.counts.report());
  }
}

/** Everything but Claude goes on without a key. */
async function withoutClaude({ tickets }: AnalysisDeps, context: RunContext): Promise<WorkResult> {
  const { pending } = await tickets.counts();
  const { progress, counts } = context.begun;
  context.report(progress, { ...counts, pending });
  context.note({
    stage: TicketStage.analyse,
    code: 'claude_not_configured',
    message:
      'No key of Claude’s API is set, so no ticket was analysed. Put it into the secret of Anthropic’s key.',
  });
  return {};
}

async function carryOut(
  session: AnalysisSession,
  parameters: TicketParameters,
  wasWaiting: boolean,
): Promise<WorkResult> {
  const { context } = session;
  const isCollector = collectsOnly(parameters, context);
  const adopts = isCollector || parameters.task !== TicketTask.sync;
  let isResumed = wasWaiting;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const open = await awaited(session, adopts, isResumed);
    if (open > 0) return pause(session, parameters, { open, isResumed });
    isResumed = false;
    if (isCollector || isOld(session)) return {};
    context.enter(TicketStage.analyse);
    const { mayGoOn, stoppedBy } = await analyseRound(session, parameters);
    if (!mayGoOn && stoppedBy) throw stoppedBy;
    if (!mayGoOn) return {};
  }
  return {};
}

function isOld({ context, now }: AnalysisSession): boolean {
  return now() - context.begun.startedAt > LONGEST_RUN_MS;
}

/** A catch-up analysis only takes what is owed: the run before it was cancelled. */
function collectsOnly({ task }: TicketParameters, { begun }: RunContext): boolean {
  return task === TicketTask.analyze && begun.trigger === RunTrigger.catchUp;
}

/**
 * Sees to the open batches, and waits a while for those that are this run's. One that was resumed to ask after its
 * batch asks once: it will be resumed again.
 *
 * @param adopts whether it waits for those whose runs have ended without them, too: they are its own then
 * @returns how many of its batches are still open
 */
async function awaited(session: AnalysisSession, adopts: boolean, isResumed: boolean): Promise<number> {
  const { context, sleep } = session;
  let mine = await followOwn(session, adopts);
  for (let n = 0; mine.length > 0 && !isResumed && n < pausesFor(mine); n += 1) {
    if (context.remainingMs() < POLL_RESERVE_MS) break;
    await sleep(POLL_PAUSES_MS[n] ?? INTENT_PAUSE_MS, context.signal);
    mine = await followOwn(session, adopts);
  }
  return mine.length;
}

async function followOwn(session: AnalysisSession, adopts: boolean): Promise<readonly OpenBatch[]> {
  const { runId } = session.context;
  const open = await followBatches(session);
  const orphans = open.filter(({ batch, isOrphan }) => adopts && isOrphan && batch.runId !== runId);
  for (const { batch } of orphans) await adoptBatch(session, batch);
  return open.filter((one) => one.batch.runId === runId || orphans.includes(one));
}

/** An intent is resolved within three minutes, unless a batch that may be the one is still under way. */
function pausesFor(open: readonly OpenBatch[]): number {
  const hasIntent = open.some(({ batch }) => batch.status === 'intent');
  return POLL_PAUSES_MS.length + (hasIntent ? INTENT_PAUSES : 0);
}

/** Leaves the rest of the waiting to the schedule. */
async function pause(
  { context, poll }: AnalysisSession,
  { task }: TicketParameters,
  { open, isResumed }: { readonly open: number; readonly isResumed: boolean },
): Promise<WorkResult> {
  context.enter(TicketStage.waitBatch);
  if (!isResumed) await poll.start({ trigger: 'schedule', task, run_id: context.runId });
  const batches = open === 1 ? 'A batch is' : `${open} batches are`;
  return { pause: { reason: `${batches} under way at Claude; the run goes on when it has ended.` } };
}

/** What an invocation reserved and never paid for, because it died. The reservation of an open batch is not meant. */
async function payForDeadRuns({ batches, budget }: AnalysisSession): Promise<void> {
  const open = new Set((await batches.open()).map(({ reservationId }) => reservationId));
  await budget.payForTheDead((id) => open.has(id));
}

async function countWaiting({ tickets, counts }: AnalysisSession): Promise<void> {
  const { pending } = await tickets.counts();
  counts.waiting(pending);
}
