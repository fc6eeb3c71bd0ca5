import type { AtomSyncError } from '#core/errors.ts';
import { ClaudeRateLimitedError, ClaudeSpendLimitError } from '#core/tickets/claude-errors.ts';
import { BudgetExhaustedError } from './budget.ts';

/** Whether an error ends the analysis of this run, and fails none: what waits is analysed when there is money or room again. */
export function isForLater(error: unknown): error is AtomSyncError {
  return (
    error instanceof BudgetExhaustedError ||
    error instanceof ClaudeSpendLimitError ||
    error instanceof ClaudeRateLimitedError
  );
}
