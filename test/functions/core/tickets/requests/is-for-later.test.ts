import { describe, expect, it } from 'vitest';
import {
  ClaudeAuthError,
  ClaudeModelError,
  ClaudeRateLimitedError,
  ClaudeSpendLimitError,
  ClaudeUnavailableError,
} from '#core/tickets/claude-errors.ts';
import { BudgetExhaustedError } from '#core/tickets/requests/budget.ts';
import { isForLater } from '#core/tickets/requests/is-for-later.ts';

describe('Function: isForLater', () => {
  it.each([
    [new BudgetExhaustedError({ isReserved: false, exceeded: 'day', resetsAt: 0, left: 0 }), true],
    [new ClaudeSpendLimitError('No money.'), true],
    [new ClaudeRateLimitedError('Slow down.', undefined), true],
    [new ClaudeAuthError('No.'), false],
    [new ClaudeModelError('No.'), false],
    [new ClaudeUnavailableError('No.', { mayBePaid: false }), false],
    [new Error('bug'), false],
  ])('is decided by the class: %s', (error, expected) => {
    expect(isForLater(error)).toBe(expected);
  });
});
