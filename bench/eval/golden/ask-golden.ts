import { EvalInputError } from '#bench/eval/eval-input-error.ts';
import { inParallel } from '#core/in-parallel.ts';
import type { Analysis, ProductArea } from '#core/tickets/analysis/analysis.ts';
import type { ClaudeRequest, Effort } from '#core/tickets/analysis/claude-request.ts';
import { costMicroUsd, estimateTokens, worstCaseMicroUsd } from '#core/tickets/analysis/prices.ts';
import { ANSWER_TOKENS, analysisRequest } from '#core/tickets/analysis/prompt.ts';
import { readAnalysis } from '#core/tickets/analysis/read-analysis.ts';
import type { Claude, ClaudeAnswer } from '#core/tickets/claude.ts';
import {
  ClaudeAuthError,
  ClaudeModelError,
  ClaudeRateLimitedError,
  ClaudeSpendLimitError,
  ClaudeUnavailableError,
} from '#core/tickets/claude-errors.ts';
import { prepareTicket, TicketText } from '#core/tickets/prepare-ticket.ts';
import { received } from '#core/tickets/receive-ticket.ts';
import { TicketStatus } from '#core/tickets/ticket.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { Sleep } from '#core/time/clock.ts';
import type { GoldenTicket } from './golden-set.ts';

/** How Claude is asked: by the deployment’s settings. */
export type GoldenSettings = {
  readonly model: string;
  readonly effort: Effort;
  readonly areas: readonly ProductArea[];
  /** The most that all requests together may cost, in US dollars. */
  readonly budgetUsd: number;
};

/** What came of a ticket. `unusable`: refused, cut, unreadable, or not answered at all. */
export type GoldenAnswer =
  | { readonly kind: 'analysed'; readonly analysis: Analysis }
  | { readonly kind: 'excluded'; readonly reason: string }
  | { readonly kind: 'unusable'; readonly reason: string };

export type GoldenRun = {
  /** In the order of the tickets. */
  readonly answers: readonly GoldenAnswer[];
  readonly costUsd: number;
};

/** Who is asked, and how one waits between attempts. */
export type GoldenClaude = Pick<Claude, 'ask'> & { readonly sleep: Sleep };

/** What it will cost, in US dollars: about, and at most. */
export type GoldenEstimate = {
  readonly requests: number;
  readonly usd: number;
  readonly mostUsd: number;
};

const AT_ONCE = 8;
/** A request that was not taken, and so is not paid, is tried so often, after waits that double. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 2_000;
const MICRO = 1_000_000;
/** What an analysis has on average. */
const USUAL_ANSWER_TOKENS = 350;
const RULES = {
  text: TicketText.first,
  selection: { brands: new Set<string>(), forms: new Set<string>(), excludedTags: new Set<string>() },
  requesterKey: 'a key of the evaluation alone',
};

/** What asking about the tickets will cost. */
export function estimateGolden(tickets: readonly GoldenTicket[], settings: GoldenSettings): GoldenEstimate {
  const requests = tickets.flatMap((ticket) => requestOf(entryOf(ticket), settings) ?? []);
  const usual = requests.map((request) => {
    const input_tokens = estimateTokens(request.system) + estimateTokens(request.messages[0].content);
    const usage = { input_tokens, output_tokens: USUAL_ANSWER_TOKENS };
    return costMicroUsd(settings.model, usage, 'direct');
  });
  const worst = requests.map((request) => worstCaseMicroUsd(settings.model, request, 'direct'));
  return { requests: requests.length, usd: sum(usual) / MICRO, mostUsd: sum(worst) / MICRO };
}

/**
 * Asks Claude about each ticket as the pipeline does: prepared, redacted, one a request, the answer read with the same
 * patience. What may have been paid is not asked twice.
 *
 * @param claude with the clock’s sleep
 * @throws EvalInputError where it could cost more than the budget; nothing was asked then. Where the key, the model or
 * the account’s limit are refused
 */
export async function askGolden(
  claude: GoldenClaude,
  tickets: readonly GoldenTicket[],
  settings: GoldenSettings,
): Promise<GoldenRun> {
  const { mostUsd } = estimateGolden(tickets, settings);
  if (mostUsd > settings.budgetUsd) {
    throw new EvalInputError(
      `It could cost $${mostUsd.toFixed(2)}, which is more than --budget ${settings.budgetUsd}`,
    );
  }
  const answers: GoldenAnswer[] = [];
  let cost = 0;
  await inParallel([...tickets.entries()], AT_ONCE, async ([place, ticket]) => {
    const entry = entryOf(ticket);
    const request = requestOf(entry, settings);
    if (request === undefined) {
      const reason = entry.analysis.status === 'excluded' ? entry.analysis.reason : entry.analysis.status;
      answers[place] = { kind: 'excluded', reason };
      return;
    }
    const { answer, microUsd } = await ask(claude, { entry, request, settings });
    answers[place] = answer;
    cost += microUsd;
  });
  return { answers, costUsd: cost / MICRO };
}

type Asked = {
  readonly entry: LiveTicket;
  readonly request: ClaudeRequest;
  readonly settings: GoldenSettings;
};

async function ask(claude: GoldenClaude, { entry, request, settings }: Asked) {
  try {
    const { message } = await askPatiently(claude, request);
    const text = { ...entry, isEmpty: false, isScrubbed: false };
    const outcome = readAnalysis(message, { text, areas: settings.areas });
    const reason = 'reason' in outcome ? outcome.reason : 'the answer was cut';
    const answer: GoldenAnswer =
      outcome.kind === 'analysed' ? outcome : { kind: 'unusable', reason: `${outcome.kind}: ${reason}` };
    return { answer, microUsd: costMicroUsd(settings.model, message.usage, 'direct') };
  } catch (error) {
    if (isHopeless(error)) throw new EvalInputError(error.message, { cause: error });
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
    // Nobody knows whether it was paid; the most that it can have cost is counted.
    const microUsd = worstCaseMicroUsd(settings.model, request, 'direct');
    return { answer: { kind: 'unusable', reason } satisfies GoldenAnswer, microUsd };
  }
}

async function askPatiently(claude: GoldenClaude, request: ClaudeRequest): Promise<ClaudeAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await claude.ask(request);
    } catch (error) {
      const isUnpaid =
        error instanceof ClaudeRateLimitedError ||
        (error instanceof ClaudeUnavailableError && !error.mayBePaid);
      if (!isUnpaid || attempt === ATTEMPTS) throw error;
      await claude.sleep(error.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  }
}

/** No other request would fare better. */
function isHopeless(error: unknown): error is Error {
  return [ClaudeAuthError, ClaudeModelError, ClaudeSpendLimitError].some((kind) => error instanceof kind);
}

/** The ticket as the pipeline stores it. */
function entryOf({ subject, body, merged }: GoldenTicket): LiveTicket {
  const { incoming } = prepareTicket(
    {
      ...{ id: '1', createdAt: 0, updatedAt: 0, generatedAt: 0, status: TicketStatus.open, channel: 'web' },
      ...{ priority: null, type: null, brandId: null, formId: null, tags: [], requesterId: null },
      ...{ subject, description: body, mergedInto: merged ? '2' : null },
    },
    undefined,
    undefined,
    RULES,
  );
  const { next } = received(undefined, incoming, { fence: 1, now: 0 });
  if (next?.kind !== 'live') throw new RangeError('a new ticket is live');
  return next;
}

function requestOf(entry: LiveTicket, settings: GoldenSettings): ClaudeRequest | undefined {
  if (entry.analysis.status !== 'pending') return undefined;
  const { model, effort, areas } = settings;
  return analysisRequest(entry, { model, effort, areas, maxTokens: ANSWER_TOKENS });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
