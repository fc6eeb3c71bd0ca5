import type { ClaudeRequest } from '#core/tickets/analysis/claude-request.ts';
import type { Claude, ClaudeAnswer } from '#core/tickets/claude.ts';
import { ClaudeUnavailableError } from '#core/tickets/claude-errors.ts';
import type { RequestMoney } from './request-money.ts';
import type { SharedBackoff } from './shared-backoff.ts';

/**
 * Asks until there is an answer, in step with all other requests of the invocation. A request whose answer was lost on
 * the way counts as spent in full, and has new money set aside before it is repeated.
 *
 * @throws BudgetExhaustedError before a repeated request; ClaudeError, OutOfTimeError, StorageError
 */
export async function askClaude(
  { backoff, claude }: { readonly backoff: SharedBackoff; readonly claude: Pick<Claude, 'ask'> },
  request: ClaudeRequest,
  money: RequestMoney,
): Promise<ClaudeAnswer> {
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
