import { WINDOW_DAYS } from '../grouped-ticket.ts';
import { dayAfter, dayOf, hourOf } from '../trends/hour-counts.ts';

/** The first UTC day of the window: tickets of earlier days have no text, and their counts no hours. */
export function firstDayOfWindow(now: number): string {
  return dayAfter(dayOf(hourOf(now)), -WINDOW_DAYS);
}
