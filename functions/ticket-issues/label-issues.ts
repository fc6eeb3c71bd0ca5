import { type AtomSyncError, OutOfTimeError, SecretUnavailableError } from '#core/errors.ts';
import { allEnded } from '#core/in-parallel.ts';
import type { IssueFacts } from '#core/issues/issue.ts';
import { type DueLabel, labelsDue } from '#core/issues/labels/labels-due.ts';
import { ClaudeError, ClaudeModelError, ClaudeRefusedRequestError } from '#core/tickets/claude-errors.ts';
import { BudgetExhaustedError } from '#core/tickets/requests/budget.ts';
import { PaidRequests } from '#core/tickets/requests/paid-requests.ts';
import { TicketStage } from '#core/tickets/ticket-task.ts';
import { isoFromMs } from '#core/time/instant.ts';
import type { LabelContext, LabelDeps, LabelInput } from './label-deps.ts';
import { type LabelSession, labelCost, labelOne, openLabelSession } from './label-session.ts';

/** A run has so many issues named; the next one goes on. */
const MOST_LABELS = 50;
/** As many requests are under way at once. */
const CONCURRENCY = 4;
/** So many requests that Claude refuses, and none that it takes, are no longer the issues' fault. */
const MAX_REJECTIONS = 3;

/**
 * The stage `label` of a run: Claude names the issues that need it, as far as the budgets and the time allow, and each
 * label is stored the moment it is there. Without a key nothing happens. What goes wrong at Claude is a note on the run.
 *
 * @returns the facts that were changed, by issue
 * @throws StorageError, and the reason of the run's signal
 */
export async function labelIssues(
  deps: LabelDeps,
  context: LabelContext,
  input: LabelInput,
): Promise<ReadonlyMap<string, IssueFacts>> {
  const changed = new Map<string, IssueFacts>();
  const due = labelsDue({ ...input, now: deps.now() }, MOST_LABELS);
  if (due.length === 0) return changed;
  try {
    const claude = await deps.openClaude();
    if (claude === undefined) return changed;
    context.enter(TicketStage.label);
    const session = openLabelSession(deps, context, { claude, count: input.count });
    await payForDeadRuns(deps, session);
    await checkModel(session, context);
    await labelAll(session, due, changed);
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof OutOfTimeError) {
      deps.log.info('no time is left for more labels', { labelled: changed.size, due: due.length });
      return changed;
    }
    if (!isNote(error)) throw error;
    context.note({ stage: TicketStage.label, code: error.code, message: error.message });
  }
  return changed;
}

/** Names the issues, the first alone until one is answered: were the form of all requests wrong, few would be sent. */
async function labelAll(
  session: LabelSession,
  due: readonly DueLabel[],
  changed: Map<string, IssueFacts>,
): Promise<void> {
  const { budget, settings, log } = session;
  const priced = due.map((item) => ({ item, microUsd: labelCost(item, settings) }));
  const source = new PaidRequests(budget, priced);
  let rejections = 0;
  let isStopped = false;
  const next = async (): Promise<boolean> => {
    await session.backoff.ready();
    const one = await source.next();
    if (one === undefined) return false;
    const { item, request } = one;
    try {
      changed.set(item.issue.id, await labelOne(session, item, request));
    } catch (error) {
      if (!(error instanceof ClaudeRefusedRequestError)) throw error;
      log.warn('Claude refuses the request for a label', { issue_id: item.issue.id, error });
      rejections += 1;
      if (changed.size === 0 && rejections >= MAX_REJECTIONS) throw error;
    }
    return true;
  };
  const worker = async () => {
    try {
      while (!isStopped && (await next()));
    } catch (error) {
      isStopped = true;
      throw error;
    }
  };
  try {
    while (changed.size === 0 && (await next()));
    await allEnded(Array.from({ length: Math.min(CONCURRENCY, due.length) }, worker));
  } finally {
    await source.close();
  }
  if (source.exhausted) throw source.exhausted;
}

/** What an invocation reserved and never paid for, because it died. The reservation of an open batch is not meant. */
async function payForDeadRuns({ batches }: LabelDeps, { budget }: LabelSession): Promise<void> {
  const open = new Set((await batches.open()).map(({ reservationId }) => reservationId));
  await budget.payForTheDead((id) => open.has(id));
}

/** One question, and one clear note, in place of one for each issue. @throws ClaudeModelError */
async function checkModel(
  { claude, settings, backoff }: LabelSession,
  { note }: LabelContext,
): Promise<void> {
  const { model: name } = settings;
  const model = await backoff.untilAnswered(() => claude.model(name));
  if (model.lifecycle === 'deprecated') {
    const end = model.retiresAt === undefined ? 'soon' : `on ${isoFromMs(model.retiresAt).slice(0, 10)}`;
    const message = `Claude’s model ${name} is retired ${end}. Set CLAUDE_LABEL_MODEL to another one before.`;
    note({ stage: TicketStage.label, code: 'claude_model_deprecated', message });
  }
  if (model.lifecycle !== 'retired' && model.canStructure) return;
  const lack = model.lifecycle === 'retired' ? 'is retired' : 'has no structured outputs';
  throw new ClaudeModelError(`Claude’s model ${name} ${lack}. Set CLAUDE_LABEL_MODEL to another one.`);
}

/** What is no reason to fail a run that has done everything else: issues have titles without labels. */
function isNote(error: unknown): error is AtomSyncError {
  return (
    error instanceof ClaudeError ||
    error instanceof BudgetExhaustedError ||
    error instanceof SecretUnavailableError
  );
}
