import type { IssueFacts, IssueLabel } from '#core/issues/issue.ts';
import { LABEL_TOKENS, labelRequest } from '#core/issues/labels/label-request.ts';
import type { DueLabel } from '#core/issues/labels/labels-due.ts';
import {
  type LabelOutcome,
  readLabel,
  termsTitle,
  type UnfitReason,
} from '#core/issues/labels/read-label.ts';
import { labelled } from '#core/issues/operate/facts-transitions.ts';
import { worstCaseMicroUsd } from '#core/tickets/analysis/prices.ts';
import type { Claude } from '#core/tickets/claude.ts';
import { askClaude } from '#core/tickets/requests/ask-claude.ts';
import { Budget } from '#core/tickets/requests/budget.ts';
import type { PaidRequest } from '#core/tickets/requests/paid-requests.ts';
import { RequestMoney } from '#core/tickets/requests/request-money.ts';
import { SharedBackoff } from '#core/tickets/requests/shared-backoff.ts';
import { useOf } from '#core/tickets/requests/use-of-answer.ts';
import { SpendPurpose, type SpendUse } from '#core/tickets/spend-ledger.ts';
import type { LabelContext, LabelDeps, LabelInput, LabelSettings } from './label-deps.ts';

/** The stage takes so long at most, however long Claude is away: the digest comes after it. */
const STAGE_MS = 4 * 60_000;
/** What is left to the run when the stage ends, in milliseconds. */
const RESERVE_MS = 60_000;

/** What the stage has at hand in one invocation. */
export type LabelSession = Pick<LabelDeps, 'records' | 'settings' | 'log' | 'now'> & {
  readonly claude: Pick<Claude, 'model' | 'ask'>;
  readonly budget: Budget;
  readonly backoff: SharedBackoff;
  readonly advanced: () => void;
  readonly count: LabelInput['count'];
};

export function openLabelSession(
  deps: LabelDeps,
  { runId, lease, remainingMs, signal, advanced }: LabelContext,
  { claude, count }: Pick<LabelSession, 'claude' | 'count'>,
): LabelSession {
  const { records, settings, log, ledger, now, sleep, random } = deps;
  const { model, limits } = settings;
  const end = now() + STAGE_MS;
  const leftMs = () => Math.min(end - now(), remainingMs() - RESERVE_MS);
  return {
    ...{ records, settings, log, now, claude, count, advanced },
    budget: new Budget({
      ledger,
      limits,
      model,
      runId,
      fence: lease.fence,
      purpose: SpendPurpose.label,
      now,
    }),
    backoff: new SharedBackoff({ now, sleep, random, remainingMs: leftMs, signal }),
  };
}

/** The most that the label may cost at first, in millionths of a US dollar. */
export function labelCost({ statements }: DueLabel, settings: LabelSettings): number {
  const request = labelRequest(statements, { ...settings, maxTokens: LABEL_TOKENS });
  return worstCaseMicroUsd(settings.model, request, 'direct');
}

/**
 * Asks Claude for the label of one issue, and stores it the moment it is there: it is paid. An answer that was cut is
 * asked for once more with twice the room. Where nothing of the answer may be shown, the terms of the issue are stored
 * in its place, so that it is not paid for each hour.
 *
 * @throws BudgetExhaustedError before a repeated request that the limits do not hold; ClaudeError, StorageError
 */
export async function labelOne(
  session: LabelSession,
  due: DueLabel,
  first: PaidRequest,
): Promise<IssueFacts> {
  const { settings, budget, count } = session;
  const { model } = settings;
  const onUse = (use: SpendUse) => countUse(count, use);
  const money = new RequestMoney({ budget, onUse }, first);
  const ask = (maxTokens: number) =>
    askClaude(session, labelRequest(due.statements, { ...settings, maxTokens }), money);
  try {
    let answer = await ask(LABEL_TOKENS);
    let outcome = readLabel(answer.message);
    if (outcome.kind === 'cut') {
      const larger = labelRequest(due.statements, { ...settings, maxTokens: 2 * LABEL_TOKENS });
      await money.again(worstCaseMicroUsd(model, larger, 'direct'), useOf(answer, model, 'direct'));
      answer = await ask(2 * LABEL_TOKENS);
      outcome = readLabel(answer.message);
    }
    money.used(useOf(answer, model, 'direct'));
    const facts = await storeLabel(session, due, outcome);
    count('labelled', 1);
    session.advanced();
    return facts;
  } finally {
    await money.close();
  }
}

async function storeLabel(
  { records, settings, now }: LabelSession,
  { issue, basis }: DueLabel,
  outcome: LabelOutcome,
): Promise<IssueFacts> {
  const isLabelled = outcome.kind === 'labelled';
  const label: IssueLabel = {
    title: isLabelled ? outcome.title : termsTitle(issue),
    description: isLabelled ? outcome.description : '',
    model: settings.model,
    labelledAt: now(),
    basis,
  };
  const { facts } = await records.changeFacts(issue.id, labelled(issue.id, label, unfitReason(outcome)));
  return facts;
}

function unfitReason(outcome: LabelOutcome): UnfitReason | undefined {
  if (outcome.kind === 'labelled') return undefined;
  return outcome.kind === 'unfit' ? outcome.reason : 'unreadable';
}

function countUse(
  count: LabelInput['count'],
  { costMicroUsd, inputTokens, outputTokens, cacheReadTokens }: SpendUse,
): void {
  count('cost_micro_usd', costMicroUsd);
  count('tokens_in', inputTokens);
  count('tokens_out', outputTokens);
  count('tokens_cache_read', cacheReadTokens);
}
