/** What a message costs whoever asked for it. */
import { userText } from '#local/claude/analyser/read-ticket.ts';
import type { PaidItem } from '#local/claude/state/state.ts';
import { messageHash } from '#local/claude/stats.ts';
import type { Message } from './create-message.ts';
import type { CheckedMessage } from './message-params.ts';
import { costMicroUsd } from './prices.ts';

/** A message as it is paid: refused and cut ones too. */
export function paidItem({ params, model }: CheckedMessage, { usage, stop_reason }: Message): PaidItem {
  return {
    hash: messageHash(userText(params.messages)),
    completed: stop_reason === 'end_turn',
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    costMicroUsd: costMicroUsd(model, usage, usage.service_tier),
  };
}
