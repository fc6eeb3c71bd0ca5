import type { RunContext } from '#core/runs/job-run.ts';
import type { ClaudeRequest } from '#core/tickets/analysis/claude-request.ts';
import {
  ANSWER_TOKENS,
  analysisPrompt,
  analysisRequest,
  ticketMessage,
} from '#core/tickets/analysis/prompt.ts';
import type { Claude } from '#core/tickets/claude.ts';
import type { WrittenAt } from '#core/tickets/receive-ticket.ts';
import { Budget } from '#core/tickets/requests/budget.ts';
import { SharedBackoff } from '#core/tickets/requests/shared-backoff.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import { AnalysisCounts } from './analysis-counts.ts';
import type { AnalysisDeps, AnalysisSettings } from './analysis-deps.ts';

/** What one invocation has at hand while it analyses. */
export type AnalysisSession = AnalysisDeps & {
  readonly claude: Claude;
  readonly context: RunContext;
  readonly budget: Budget;
  readonly backoff: SharedBackoff;
  readonly counts: AnalysisCounts;
  /** Fingerprint of the prompt, kept with each analysis. */
  readonly promptSha: string;
};

export function openSession(deps: AnalysisDeps, context: RunContext, claude: Claude): AnalysisSession {
  const { ledger, now, sleep, random, settings } = deps;
  const { runId, lease, remainingMs, signal } = context;
  const { model, limits, areas } = settings;
  return {
    ...deps,
    claude,
    context,
    budget: new Budget({ ledger, limits, model, runId, fence: lease.fence, now }),
    backoff: new SharedBackoff({ now, sleep, random, remainingMs, signal }),
    counts: new AnalysisCounts(context),
    promptSha: analysisPrompt(areas).sha,
  };
}

/** Under which lease this invocation writes, now. */
export function writtenAt({ context, now }: Pick<AnalysisSession, 'context' | 'now'>): WrittenAt {
  return { fence: context.lease.fence, now: now() };
}

/**
 * The request about one ticket, of which the stored text is sent: it is redacted. One whose first request came to
 * nothing has twice the room for its answer.
 */
export function requestAbout(
  { subject, body, analysis }: Pick<LiveTicket, 'subject' | 'body' | 'analysis'>,
  settings: AnalysisSettings,
  hasMoreRoom = false,
): ClaudeRequest {
  const isRetry = analysis.status === 'pending' && analysis.attempts > 0;
  const template = templateOf(settings);
  return {
    ...template,
    max_tokens: hasMoreRoom || isRetry ? 2 * ANSWER_TOKENS : ANSWER_TOKENS,
    messages: [{ role: 'user', content: ticketMessage({ subject, body }) }],
  };
}

/** What all requests have in common, made once: the same texts ten thousand times over would fill the memory. */
const templates = new WeakMap<AnalysisSettings, ClaudeRequest>();

function templateOf(settings: AnalysisSettings): ClaudeRequest {
  const { model, effort, areas } = settings;
  const known = templates.get(settings);
  if (known) return known;
  const nothing = { subject: '', body: '' };
  const template = analysisRequest(nothing, { model, effort, areas, maxTokens: ANSWER_TOKENS });
  templates.set(settings, template);
  return template;
}
