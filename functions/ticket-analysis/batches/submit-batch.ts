import type { AtomSyncError } from '#core/errors.ts';
import { inParallel } from '#core/in-parallel.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { batched } from '#core/tickets/analyse-ticket.ts';
import { worstCaseMicroUsd } from '#core/tickets/analysis/prices.ts';
import type { AnalysisBatch } from '#core/tickets/analysis-batch.ts';
import type { RemoteBatch } from '#core/tickets/claude.ts';
import { ClaudeRefusedRequestError, ClaudeUnavailableError } from '#core/tickets/claude-errors.ts';
import { isForLater } from '#core/tickets/requests/is-for-later.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import {
  type AnalysisSession,
  requestAbout,
  writtenAt,
} from '#functions/ticket-analysis/analysis-session.ts';
import { abandonBatch } from './abandon-batch.ts';

/**
 * So many requests go into one batch. Claude takes 100,000, but the whole of it has to fit into this function's memory
 * twice over, and its list of tickets into one item of the table.
 */
const MAX_BATCH = 2_000;
const WRITES_AT_ONCE = 50;

/** The name of a request within its batch: what its result is found by, in whatever order results come. */
function customIdOf(batchId: string, n: number): string {
  return `${batchId}-${n}`;
}

/**
 * Asks for the analysis of tickets in batches. What the limits do not hold any more is left out.
 *
 * @returns how many tickets are in a batch now, and what stopped the rest
 * @throws ClaudeError, StorageError
 */
export async function submitBatches(
  session: AnalysisSession,
  tickets: readonly LiveTicket[],
): Promise<{ readonly submitted: number; readonly stoppedBy?: AtomSyncError }> {
  let rest = tickets;
  let submitted = 0;
  let size = MAX_BATCH;
  while (rest.length > 0) {
    await session.backoff.ready();
    try {
      const { taken, isComplete } = await submitBatch(session, rest.slice(0, size));
      submitted += taken;
      rest = rest.slice(taken);
      // One that may have been created is resolved before another one is.
      if (!isComplete) return { submitted };
    } catch (error) {
      if (isForLater(error)) return { submitted, stoppedBy: error };
      const isTooLarge = error instanceof ClaudeRefusedRequestError && error.isTooLarge && size > 1;
      if (!isTooLarge) throw error;
      size = Math.ceil(Math.min(size, rest.length) / 2);
    }
  }
  return { submitted };
}

type Submission = {
  /** So many of the tickets, from the first on, are seen to. */
  readonly taken: number;
  /** False where nobody knows whether Claude has created the batch. */
  readonly isComplete: boolean;
};

/**
 * Asks for one batch. Its intent is written before it is created and its tickets are marked before that: whoever comes
 * after a crash finds out by it whether Claude has the batch, and pays for it once.
 */
async function submitBatch(session: AnalysisSession, tickets: readonly LiveTicket[]): Promise<Submission> {
  const { settings, batches, budget, context, now, random } = session;
  const costs = tickets.map((ticket) =>
    worstCaseMicroUsd(settings.model, requestAbout(ticket, settings), 'batch'),
  );
  const reserved = await budget.reserve(costs);
  const intended = tickets.slice(0, reserved.count);
  const createdAt = now();
  const intent: AnalysisBatch = {
    id: newRunId(createdAt, random),
    runId: context.runId,
    status: 'intent',
    tickets: intended.map(({ id, contentSha }) => ({ id, contentSha })),
    model: settings.model,
    reservationId: reserved.id,
    createdAt,
  };
  const { fence } = context.lease;
  await batches.put(intent, fence);
  const marked = await markTickets(session, intent.id, intended);
  const batch = { ...intent, tickets: marked.map(({ id, contentSha }) => ({ id, contentSha })) };
  if (marked.length === 0) {
    await abandonBatch(session, intent);
    return { taken: reserved.count, isComplete: true };
  }
  if (marked.length < intended.length) await batches.put(batch, fence);
  const remote = await create(session, batch, marked);
  if (remote === undefined) return { taken: reserved.count, isComplete: false };
  await batches.put({ ...batch, status: 'submitted', remoteId: remote.id, submittedAt: now() }, fence);
  context.advanced();
  session.log.info('a batch was submitted', {
    batch_id: batch.id,
    remote_id: remote.id,
    tickets: marked.length,
  });
  return { taken: reserved.count, isComplete: true };
}

/** Creates it at Claude; undefined where its answer was lost. One that Claude does not take is abandoned. */
async function create(
  session: AnalysisSession,
  batch: AnalysisBatch,
  tickets: readonly LiveTicket[],
): Promise<RemoteBatch | undefined> {
  const { claude, settings, backoff, log } = session;
  const requests = tickets.map((ticket, n) => ({
    customId: customIdOf(batch.id, n),
    params: requestAbout(ticket, settings),
  }));
  for (;;) {
    const askedAt = await backoff.ready();
    try {
      const remote = await claude.submitBatch(requests);
      backoff.succeeded();
      return remote;
    } catch (error) {
      if (error instanceof ClaudeUnavailableError && error.mayBePaid) {
        log.warn('nobody knows whether Claude has the batch; it is searched for', {
          batch_id: batch.id,
          error,
        });
        return undefined;
      }
      await orAbandon(session, batch, () => backoff.failed(error, askedAt));
    }
  }
}

/** Where the batch will not be created any more, its tickets wait as before. */
async function orAbandon(session: AnalysisSession, batch: AnalysisBatch, check: () => void): Promise<void> {
  try {
    check();
  } catch (error) {
    await abandonBatch(session, batch);
    throw error;
  }
}

/** Marks the tickets as asked for in the batch. @returns those that still waited */
async function markTickets(
  session: AnalysisSession,
  batchId: string,
  tickets: readonly LiveTicket[],
): Promise<readonly LiveTicket[]> {
  const marked = new Set<string>();
  await inParallel(tickets, WRITES_AT_ONCE, async (ticket) => {
    const { id, contentSha } = ticket;
    const step = { batchId, contentSha, ...writtenAt(session) };
    const result = await session.tickets.change(id, (before) => batched(before, step), { entry: ticket });
    if (result === 'batched') marked.add(id);
  });
  return tickets.filter(({ id }) => marked.has(id));
}
