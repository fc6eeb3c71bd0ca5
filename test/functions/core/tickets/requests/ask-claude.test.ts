import { describe, expect, it } from 'vitest';
import type { ClaudeRequest } from '#core/tickets/analysis/claude-request.ts';
import type { ClaudeAnswer } from '#core/tickets/claude.ts';
import { ClaudeAuthError, ClaudeUnavailableError } from '#core/tickets/claude-errors.ts';
import { askClaude } from '#core/tickets/requests/ask-claude.ts';
import type { RequestMoney } from '#core/tickets/requests/request-money.ts';
import { SharedBackoff } from '#core/tickets/requests/shared-backoff.ts';

const ANSWER = { requestId: 'req_1' } as ClaudeAnswer;
const REQUEST = {} as ClaudeRequest;
const overloaded = () => new ClaudeUnavailableError('Overloaded.', { mayBePaid: false });
const reset = () => new ClaudeUnavailableError('Reset.', { mayBePaid: true });

/** Claude fails by these, one after the other, and then answers. */
function setUp(...errors: readonly Error[]) {
  const clock = { ms: 0 };
  const left = [...errors];
  const did: string[] = [];
  const backoff = new SharedBackoff({
    now: () => clock.ms,
    sleep: async (ms) => {
      did.push('waits');
      clock.ms += ms;
    },
    random: () => 0.5,
    remainingMs: () => Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
  });
  const ask = async () => {
    did.push('asks');
    const error = left.shift();
    if (error) throw error;
    return ANSWER;
  };
  const money = {
    ...{ microUsd: 5, lost: () => void did.push('counts as spent') },
    again: async (microUsd: number) => void did.push(`reserves ${microUsd}`),
  };
  return {
    did,
    answer: () => askClaude({ backoff, claude: { ask } }, REQUEST, money as unknown as RequestMoney),
  };
}

describe('Function: askClaude', () => {
  it('asks again after a wait, with the same money where nothing can have been paid', async () => {
    const { did, answer } = setUp(overloaded());

    expect(await answer()).toBe(ANSWER);
    expect(did).toEqual(['asks', 'waits', 'asks']);
  });

  it('counts a lost answer as spent, and reserves anew before it asks again', async () => {
    const { did, answer } = setUp(reset());

    await answer();

    expect(did).toEqual(['asks', 'counts as spent', 'reserves 5', 'waits', 'asks']);
  });

  it('asks no more where waiting does not help', async () => {
    const { did, answer } = setUp(new ClaudeAuthError('No key.'));

    await expect(answer()).rejects.toThrow(ClaudeAuthError);
    expect(did).toEqual(['asks']);
  });
});
