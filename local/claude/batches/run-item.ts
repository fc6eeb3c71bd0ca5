/** What becomes of one request of a batch: a line of its results, and what it costs. */
import type { IssueFinder } from '#local/claude/analyser/known-issues.ts';
import { userText } from '#local/claude/analyser/read-ticket.ts';
import { errorBody, isProblem, type Problem } from '#local/claude/http/api-error.ts';
import { isRecord } from '#local/claude/http/wire.ts';
import type { Ids } from '#local/claude/ids.ts';
import { createMessage } from '#local/claude/messages/create-message.ts';
import { checkMessage } from '#local/claude/messages/message-params.ts';
import { paidItem } from '#local/claude/messages/pay.ts';
import type { Models } from '#local/claude/models.ts';
import type { BatchCounts, PaidItem } from '#local/claude/state/state.ts';
import type { Plan, Switches } from '#local/claude/switches/switches.ts';

/** One request of a batch, its parameters not yet checked. */
export type BatchItem = { readonly custom_id: string; readonly params: unknown };

/** What an item needs to be worked off. */
export type ItemWorld = {
  readonly ids: Ids;
  readonly models: Models;
  readonly switches: Switches;
  readonly findIssue: IssueFinder;
};

/** What became of it. */
export type ItemResult = {
  readonly outcome: Exclude<keyof BatchCounts, 'processing'>;
  readonly lines: readonly string[];
  readonly paid?: PaidItem;
};

/** Works one request off. Its parameters are checked only now, as the API does it. */
export function runItem(world: ItemWorld, item: BatchItem): ItemResult {
  const plan = world.switches.isEmpty ? undefined : planFor(world.switches, item);
  const ordered = plan?.item;
  if (ordered?.outcome === 'canceled' || ordered?.outcome === 'expired')
    return endedItem(item, ordered.outcome);
  if (ordered?.outcome === 'errored') {
    const type = ordered.type ?? 'api_error';
    return erroredItem(world, item, { type, message: `Injected ${type}.` });
  }
  const checked = checkMessage(item.params, world.models);
  if (isProblem(checked)) return erroredItem(world, item, checked);
  const { findIssue } = world;
  const making = { id: world.ids.message(), tier: 'batch', effects: plan?.effects ?? [], findIssue } as const;
  const message = createMessage(checked, making);
  const line = lineOf(item.custom_id, { type: 'succeeded', message });
  return { outcome: 'succeeded', lines: spoiltLines(line, item, plan), paid: paidItem(checked, message) };
}

/** A request that was not worked off. */
export function endedItem({ custom_id }: BatchItem, outcome: 'canceled' | 'expired'): ItemResult {
  return { outcome, lines: [lineOf(custom_id, { type: outcome })] };
}

function erroredItem(world: ItemWorld, { custom_id }: BatchItem, problem: Problem): ItemResult {
  const error = errorBody(problem, world.ids.request());
  return { outcome: 'errored', lines: [lineOf(custom_id, { type: 'errored', error })] };
}

function lineOf(customId: string, result: object): string {
  return JSON.stringify({ custom_id: customId, result });
}

function spoiltLines(line: string, { custom_id }: BatchItem, plan: Plan | undefined): string[] {
  switch (plan?.item?.outcome) {
    case 'missing':
      return [];
    case 'duplicated':
      return [line, line];
    case 'renamed':
      return [line.replace(JSON.stringify(custom_id), JSON.stringify(`nobody-${custom_id}`.slice(0, 64)))];
    case 'garbled':
      return [line.slice(0, Math.floor(line.length / 2))];
    default:
      return [line];
  }
}

function planFor(switches: Switches, { custom_id, params }: BatchItem): Plan {
  const { model, messages } = isRecord(params) ? params : {};
  return switches.plan({
    route: 'batch_item',
    model: typeof model === 'string' ? model : undefined,
    texts: [textIn(messages)],
    customIds: [custom_id],
  });
}

/** The user's message in parameters that nobody has checked. */
export function textIn(messages: unknown): string {
  if (!Array.isArray(messages)) return '';
  return userText(
    messages.filter(
      (turn) => isRecord(turn) && (typeof turn.content === 'string' || Array.isArray(turn.content)),
    ),
  );
}
