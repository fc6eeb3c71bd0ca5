import { describe, expect, it } from 'vitest';
import { useOf } from '#core/tickets/requests/use-of-answer.ts';

const answer = (usage: Record<string, number>) => ({
  requestId: 'req_1',
  message: { content: [], stop_reason: 'max_tokens', usage: { input_tokens: 0, output_tokens: 0, ...usage } },
});

describe('Function: useOf', () => {
  it('counts all input: new, written to the cache and read from it', () => {
    const usage = {
      ...{ input_tokens: 1_000, cache_creation_input_tokens: 200, cache_read_input_tokens: 300 },
      output_tokens: 400,
    };

    expect(useOf(answer(usage), 'claude-haiku-5-5', 'direct')).toEqual({
      ...{ requests: 1, inputTokens: 1_500, outputTokens: 400, cacheReadTokens: 300 },
      // 1,000 × 0.10 + 200 × 0.125 + 300 × 0.01 + 400 × 0.50 millionths
      costMicroUsd: 328,
    });
  });

  it('counts half in a batch', () => {
    const usage = { input_tokens: 1_000, output_tokens: 400 };

    expect(useOf(answer(usage), 'claude-haiku-5-5', 'batch').costMicroUsd).toBe(150);
  });
});
