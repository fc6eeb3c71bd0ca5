import { worstCaseMicroUsd } from '#core/tickets/analysis/prices.ts';
import { ClaudeRefusedRequestError } from '#core/tickets/claude-errors.ts';
import { askClaude } from '#core/tickets/requests/ask-claude.ts';
import type { PaidRequest } from '#core/tickets/requests/paid-requests.ts';
import { RequestMoney } from '#core/tickets/requests/request-money.ts';
import { useOf } from '#core/tickets/requests/use-of-answer.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import { type AnalysisSession, requestAbout } from '#functions/ticket-analysis/analysis-session.ts';
import { readAnswer, storeAnswer, storeFailure } from '#functions/ticket-analysis/store-answer.ts';

/** Whether Claude took the request at all, whatever came of it. */
type Asked = 'answered' | 'rejected';

/**
 * Asks Claude about one ticket, and stores the answer as soon as it is there. An answer that was cut is asked for once
 * more with twice the room. Every request has its money set aside before it is sent; one whose answer was lost on the
 * way counts as spent in full.
 *
 * @throws BudgetExhaustedError before a repeated request that the limits do not hold; ClaudeError, StorageError
 */
export async function askAboutTicket(
  session: AnalysisSession,
  ticket: LiveTicket,
  first: PaidRequest,
): Promise<Asked> {
  const { model } = session.settings;
  const onUse = session.counts.used.bind(session.counts);
  const money = new RequestMoney({ budget: session.budget, onUse }, first);
  try {
    let answer = await askClaude(session, requestAbout(ticket, session.settings), money);
    let outcome = readAnswer(answer, ticket, session);
    if (outcome.kind === 'cut') {
      const larger = requestAbout(ticket, session.settings, true);
      await money.again(worstCaseMicroUsd(model, larger, 'direct'), useOf(answer, model, 'direct'));
      answer = await askClaude(session, larger, money);
      outcome = readAnswer(answer, ticket, session);
    }
    const use = useOf(answer, model, 'direct');
    money.used(use);
    session.counts.add(await storeAnswer(session, ticket, { outcome, answer, use, model }));
    return 'answered';
  } catch (error) {
    if (!(error instanceof ClaudeRefusedRequestError)) throw error;
    session.log.warn('Claude refuses the request about a ticket', { ticket_id: ticket.id, error });
    session.counts.add(await storeFailure(session, ticket, error.message));
    return 'rejected';
  } finally {
    await money.close();
  }
}
