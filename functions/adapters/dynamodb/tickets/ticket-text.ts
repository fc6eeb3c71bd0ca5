import type { StoredAnalysis, TicketEntry } from '#core/tickets/ticket-entry.ts';
import type { RawText } from '#core/tickets/ticket-store.ts';
import { isoFromMs } from '#core/time/instant.ts';

/** So many analyses of a ticket are kept. */
export const MAX_HISTORY = 20;

/** The most characters of raw text that are kept: it fits into an item whatever it is made of. */
const MAX_RAW_SUBJECT = 2_000;
const MAX_RAW_DESCRIPTION = 100_000;

/** Whether this step takes a ticket's text away: raw text and history go before it is written. */
export function losesItsText(before: TicketEntry | undefined, next: TicketEntry): boolean {
  return !hasText(next) && (before === undefined || hasText(before) || next.kind === 'deleted');
}

/** Names an analysis in a ticket's history, in the order of time. */
export function historyKey({ analysedAt, requestId }: StoredAnalysis): string {
  return `${isoFromMs(analysedAt)}#${requestId.toWellFormed().slice(0, 100)}`;
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
