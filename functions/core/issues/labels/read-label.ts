import type { IssueSummary } from '#core/issues/issue.ts';
import { objectIn } from '#core/tickets/analysis/answer-json.ts';
import { answerText, isCut } from '#core/tickets/analysis/answer-text.ts';
import type { ClaudeMessage } from '#core/tickets/analysis/claude-message.ts';
import { LABEL_LIMITS } from './label-request.ts';
import { labelText, labelTitle } from './label-text.ts';

/** Why nothing of an answer may be shown. */
export type UnfitReason = 'refused' | 'unreadable' | 'filtered';

/** What an answer about an issue came to. */
export type LabelOutcome =
  /** An empty description: what came was not fit to be shown. */
  | { readonly kind: 'labelled'; readonly title: string; readonly description: string }
  /** Nothing in it may be shown, and asking again would give no better: the terms of the issue stand in. */
  | { readonly kind: 'unfit'; readonly reason: UnfitReason }
  /** The answer ended at `max_tokens`: more of them may do. */
  | { readonly kind: 'cut' };

/** Reads an answer with the patience that structured output needs, and keeps of it what may be shown. */
export function readLabel(message: ClaudeMessage): LabelOutcome {
  if (message.stop_reason === 'refusal') return { kind: 'unfit', reason: 'refused' };
  if (isCut(message)) return { kind: 'cut' };
  const found = objectIn(answerText(message));
  if (found === undefined || typeof found.title !== 'string') return { kind: 'unfit', reason: 'unreadable' };
  const title = labelTitle(found.title, LABEL_LIMITS.title);
  if (title === undefined) return { kind: 'unfit', reason: 'filtered' };
  return {
    kind: 'labelled',
    title,
    description: labelText(found.description, LABEL_LIMITS.description) ?? '',
  };
}

const MOST_TERMS = 5;

/** The title of an issue whose label may not be shown: its top terms, as far as they may; else its fallback. */
export function termsTitle({
  keywords,
  fallbackTitle,
}: Pick<IssueSummary, 'keywords' | 'fallbackTitle'>): string {
  const terms = keywords.filter((term) => labelText(term, LABEL_LIMITS.title) !== undefined);
  const title = labelTitle(terms.slice(0, MOST_TERMS).join(', '), LABEL_LIMITS.title);
  return title ?? fallbackTitle;
}
