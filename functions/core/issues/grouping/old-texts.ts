import { dayOf, HOURS_A_DAY, hourOf } from '#core/issues/trends/hour-counts.ts';
import { type GroupedTicket, WINDOW_DAYS } from '../grouped-ticket.ts';
import { isGroupable, withoutText } from './grouped-ticket-of.ts';
import { type ChangedDays, mapTickets, type TicketDays } from './ticket-days.ts';

/** The first UTC day whose tickets are grouped and keep their texts: today is the last of {@link WINDOW_DAYS}. */
export function firstDayOfWindow(now: number): string {
  return dayOf(hourOf(now) - (WINDOW_DAYS - 1) * HOURS_A_DAY);
}

/**
 * The days without the texts of those before the window. What waits for an issue keeps its text until it has one.
 */
export function withoutOldTexts(days: TicketDays, now: number): ChangedDays {
  const first = firstDayOfWindow(now);
  const old = new Map([...days].filter(([day]) => day < first));
  const isWaiting = (ticket: GroupedTicket) => ticket.issueId === null && isGroupable(ticket);
  const { days: after, changed } = mapTickets(old, (ticket) =>
    isWaiting(ticket) ? ticket : withoutText(ticket),
  );
  return { days: new Map([...days, ...after]), changed };
}
