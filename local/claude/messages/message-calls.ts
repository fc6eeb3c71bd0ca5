/** The calls about messages. */
import { errorAnswer, isProblem, type Problem } from '#local/claude/http/api-error.ts';
import { type ClaudeAnswer, jsonAnswer } from '#local/claude/http/wire.ts';
import { SPEND_LIMIT } from '#local/claude/switches/failure-answer.ts';
import type { Effect } from '#local/claude/switches/switches.ts';
import type { World } from '#local/claude/world.ts';
import { createMessage } from './create-message.ts';
import { checkCount, checkMessage } from './message-params.ts';
import { paidItem } from './pay.ts';
import { promptTokens } from './tokens.ts';

/** `POST /v1/messages`. */
export function answerMessage(
  world: World,
  body: unknown,
  { effects, requestId }: { readonly effects: readonly Effect[]; readonly requestId: string },
): ClaudeAnswer | Problem {
  const checked = checkMessage(body, world.models);
  if (isProblem(checked)) return checked;
  if (isSpent(world)) return SPEND_LIMIT;
  const { id: model } = checked.model;
  const waitSeconds = world.limits.admit(model);
  if (waitSeconds !== undefined) return limitedAnswer(world, { model, waitSeconds, requestId });
  const { findIssue } = world;
  const making = { id: world.ids.message(), tier: 'standard', effects, findIssue } as const;
  const message = createMessage(checked, making);
  world.recorder.pay({ key: message.id, tier: 'standard', items: [paidItem(checked, message)] });
  world.limits.use(model, message.usage.input_tokens, message.usage.output_tokens);
  return jsonAnswer(200, message, world.limits.headers(model));
}

/** `POST /v1/messages/count_tokens`, which is free. */
export function answerCount(world: World, body: unknown): ClaudeAnswer | Problem {
  const checked = checkCount(body, world.models);
  if (isProblem(checked)) return checked;
  return jsonAnswer(200, { input_tokens: promptTokens(checked.params) });
}

/** True once the customer's own limit is spent. */
export function isSpent({ settings, recorder }: Pick<World, 'settings' | 'recorder'>): boolean {
  return settings.spendLimitUsd !== undefined && recorder.costUsd >= settings.spendLimitUsd;
}

function limitedAnswer(
  world: World,
  { model, waitSeconds, requestId }: { model: string; waitSeconds: number; requestId: string },
): ClaudeAnswer {
  const message = `This request would exceed the rate limit of ${model}. Please try again later.`;
  return errorAnswer({ type: 'rate_limit_error', message }, requestId, {
    'retry-after': String(waitSeconds),
    ...world.limits.headers(model),
  });
}
