import { allEnded } from '#core/in-parallel.ts';
import { worstCaseMicroUsd } from '#core/tickets/analysis/prices.ts';
import { ClaudeRefusedRequestError } from '#core/tickets/claude-errors.ts';
import { PaidRequests } from '#core/tickets/requests/paid-requests.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import { type AnalysisSession, requestAbout } from '#functions/ticket-analysis/analysis-session.ts';
import { askAboutTicket } from './ask-about-ticket.ts';

/** As many requests are under way at once. */
const CONCURRENCY = 50;
/** So many requests that Claude refuses, and none that it takes, are no longer the tickets' fault. */
const MAX_REJECTIONS = 3;

/**
 * Asks Claude about each ticket, fifty at once. The first goes alone until one is answered: were the form of all
 * requests wrong, no more than three would be sent.
 *
 * @param isTrial true: no other is asked about once one is answered
 * @returns how many were asked about; of a trial, the first so many
 * @throws BudgetExhaustedError where some are left; ClaudeError, StorageError, OutOfTimeError, once all that was under
 *   way has ended
 */
export async function analyseDirectly(
  session: AnalysisSession,
  tickets: readonly LiveTicket[],
  isTrial = false,
): Promise<number> {
  const items = isTrial ? tickets.slice(0, MAX_REJECTIONS) : tickets;
  const source = new PaidRequests(session.budget, priced(session, items));
  let asked = 0;
  let isStopped = false;
  let hasAnswer = false;
  let rejections = 0;
  const askNext = async (): Promise<boolean> => {
    await session.backoff.ready();
    const next = await source.next();
    if (next === undefined) return false;
    asked += 1;
    const outcome = await askAboutTicket(session, next.item, next.request);
    hasAnswer ||= outcome === 'answered';
    if (outcome === 'rejected') rejections += 1;
    if (!hasAnswer && rejections >= MAX_REJECTIONS) throw everyRequestRefused();
    return true;
  };
  const worker = async () => {
    try {
      while (!isStopped && (await askNext()));
    } catch (error) {
      isStopped = true;
      throw error;
    }
  };
  try {
    while (!hasAnswer && (await askNext()));
    if (!isTrial) await allEnded(Array.from({ length: Math.min(CONCURRENCY, tickets.length) }, worker));
  } finally {
    await source.close();
    session.counts.report();
  }
  if (source.exhausted) throw source.exhausted;
  return asked;
}

function priced(session: AnalysisSession, tickets: readonly LiveTicket[]) {
  const { settings } = session;
  return tickets.map((item) => ({
    item,
    microUsd: worstCaseMicroUsd(settings.model, requestAbout(item, settings), 'direct'),
  }));
}

function everyRequestRefused(): ClaudeRefusedRequestError {
  const message = `Claude refused the first ${MAX_REJECTIONS} requests, so no other one was sent. See the function’s log, and update this system.`;
  return new ClaudeRefusedRequestError(message, 400);
}
