import { type CallMode, costMicroUsd } from '#core/tickets/analysis/prices.ts';
import type { ClaudeAnswer } from '#core/tickets/claude.ts';
import type { SpendUse } from '#core/tickets/spend-ledger.ts';

/** What an answer used, before anybody has read it: a cut or broken one is paid as well. */
export function useOf({ message }: ClaudeAnswer, model: string, mode: CallMode): SpendUse {
  const { usage } = message;
  const cacheReadTokens = usage.cache_read_input_tokens ?? 0;
  return {
    requests: 1,
    costMicroUsd: costMicroUsd(model, usage, mode),
    inputTokens: usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + cacheReadTokens,
    outputTokens: usage.output_tokens,
    cacheReadTokens,
  };
}
