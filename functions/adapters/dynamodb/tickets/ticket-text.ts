import type { StoredAnalysis, TicketEntry } from '#core/tickets/ticket-entry.ts';
import type { RawText } from '#core/tickets/ticket-store.ts';

/** So many analyses of a ticket are kept, the newest included. */
const MAX_HISTORY = 20;

/** The most characters of raw text that are kept: it fits into an item whatever it is made of. */
const MAX_RAW_SUBJECT = 2_000;
const MAX_RAW_DESCRIPTION = 100_000;

/** Whether this step takes a ticket's text away: the raw text before it is written, the history with it. */
export function losesItsText(before: TicketEntry | undefined, next: TicketEntry): boolean {
  return !hasText(next) && (before === undefined || hasText(before) || next.kind === 'deleted');
}

/**
 * The analyses that came before the newest one, the newest of them first. The newest is in the entry itself.
 *
 * @param older those before the step
 * @param hasNew whether the step brings another analysis
 */
export function olderAnalyses(
  before: TicketEntry | undefined,
  older: readonly StoredAnalysis[],
  hasNew: boolean,
): readonly StoredAnalysis[] {
  const replaced = hasNew && before?.kind === 'live' && before.analysed !== null ? [before.analysed] : [];
  return [...replaced, ...older].slice(0, MAX_HISTORY - 1);
}

/** The whole history of an entry, the newest first. */
export function historyOf(
  entry: TicketEntry | undefined,
  older: readonly StoredAnalysis[],
): readonly StoredAnalysis[] {
  return entry?.kind === 'live' && entry.analysed !== null ? [entry.analysed, ...older] : [];
}

/** The raw text, cut to what is kept of it. */
export function cutRaw({ subject, description }: RawText): RawText {
  return {
    subject: subject?.slice(0, MAX_RAW_SUBJECT) ?? null,
    description: description?.slice(0, MAX_RAW_DESCRIPTION) ?? null,
  };
}

/** A tombstone has none, and neither has a ticket that was wiped at Zendesk. */
function hasText(entry: TicketEntry): boolean {
  if (entry.kind === 'deleted') return false;
  return entry.analysis.status !== 'excluded' || entry.analysis.reason !== 'scrubbed';
}
