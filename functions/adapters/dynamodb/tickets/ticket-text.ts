import type { TicketEntry } from '#core/tickets/ticket-entry.ts';

/** So many analyses of a ticket are kept. */
export const MAX_HISTORY = 20;

/** Whether this step takes a ticket's text away: raw text and history go before it is written. */
export function losesItsText(before: TicketEntry | undefined, next: TicketEntry): boolean {
  return !hasText(next) && (before === undefined || hasText(before) || next.kind === 'deleted');
}

/** A tombstone has none, and neither has a ticket that was wiped at Zendesk. */
function hasText(entry: TicketEntry): boolean {
  if (entry.kind === 'deleted') return false;
  return entry.analysis.status !== 'excluded' || entry.analysis.reason !== 'scrubbed';
}
