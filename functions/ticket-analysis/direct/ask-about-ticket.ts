import { worstCaseMicroUsd } from '#core/tickets/analysis/prices.ts';
import type { AnalysisRequest } from '#core/tickets/analysis/prompt.ts';
import type { ClaudeAnswer } from '#core/tickets/claude.ts';
import { ClaudeRefusedRequestError, ClaudeUnavailableError } from '#core/tickets/claude-errors.ts';
import { NO_USE, type SpendUse } from '#core/tickets/spend-ledger.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import { type AnalysisSession, requestAbout } from '#functions/ticket-analysis/analysis-session.ts';
import { readAnswer, storeAnswer, storeFailure, useOf } from '#functions/ticket-analysis/store-answer.ts';
import type { PaidRequest } from './paid-requests.ts';

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
  const money = new TicketMoney(session, first);
  try {
    let answer = await ask(session, requestAbout(ticket, session.settings), money);
    let outcome = readAnswer(answer, ticket, session);
    if (outcome.kind === 'cut') {
      const larger = requestAbout(ticket, session.settings, true);
      await money.again(worstCaseMicroUsd(model, larger, 'direct'), useOf(answer, model, 'direct'));
      answer = await ask(session, larger, money);
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

/** Asks until there is an answer, in step with all the other requests. */
async function ask(
  session: AnalysisSession,
  request: AnalysisRequest,
  money: TicketMoney,
): Promise<ClaudeAnswer> {
  const { backoff, claude } = session;
  for (;;) {
    const askedAt = await backoff.ready();
    try {
      const answer = await claude.ask(request);
      backoff.succeeded();
      return answer;
    } catch (error) {
      const isLost = error instanceof ClaudeUnavailableError && error.mayBePaid;
      if (isLost) money.lost();
      backoff.failed(error, askedAt);
      if (isLost) await money.again(money.microUsd);
    }
  }
}

/** The money for the request about one ticket that is under way. */
class TicketMoney {
  readonly #session: AnalysisSession;
  #request: PaidRequest;
  #use: SpendUse = NO_USE;
  #isPaid = false;

  constructor(session: AnalysisSession, first: PaidRequest) {
    this.#session = session;
    this.#request = first;
  }

  /** What is set aside for it. */
  get microUsd(): number {
    return this.#request.microUsd;
  }

  /** It was answered, and used so much. */
  used(use: SpendUse): void {
    this.#use = use;
  }

  /** Its answer was lost, and it may be paid: it counts as spent in full. */
  lost(): void {
    this.#use = { ...NO_USE, requests: 1, costMicroUsd: this.#request.microUsd };
  }

  /** Pays for it, and sets money aside for another one. @throws BudgetExhaustedError */
  async again(microUsd: number, use = this.#use): Promise<void> {
    this.#use = use;
    await this.close();
    const { budget } = this.#session;
    const { id } = await budget.reserve([microUsd]);
    const paid = async (real: SpendUse) => {
      await budget.pay(id, real);
    };
    this.#request = { microUsd, paid };
    this.#use = NO_USE;
    this.#isPaid = false;
  }

  /** Pays for it, if that has not happened yet. */
  async close(): Promise<void> {
    if (this.#isPaid) return;
    this.#isPaid = true;
    this.#session.counts.used(this.#use);
    await this.#request.paid(this.#use);
  }
}
