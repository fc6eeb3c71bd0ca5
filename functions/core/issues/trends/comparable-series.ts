import type { GroupedTicket, TicketDay } from '../grouped-ticket.ts';
import { Dimension, dayAfter, type HourCounts, seriesOf } from './hour-counts.ts';

/** What an hour is compared with: this many days, the last one left out. */
const BASE_DAYS = 28;
/** Before, at least this part of the share of tickets with an analysis that there is now. */
const LEAST_SHARE = 0.5;

/**
 * The series whose hours can be compared with what was before. An area and a kind are known of a ticket once it has an
 * analysis: where the tickets of the last days have one and those of the weeks before have not, as after a key was put
 * in, every area would burst at once. Their series are left out then; the total and the issues never are.
 *
 * @param day the UTC day of the newest hour
 */
export function comparableSeries(
  counts: ReadonlyMap<string, HourCounts>,
  days: ReadonlyMap<string, TicketDay>,
  day: string,
): ReadonlyMap<string, HourCounts> {
  const now = analysedShare(days, [dayAfter(day, -1), day]);
  const before = analysedShare(days, daysBefore(day));
  if (before >= LEAST_SHARE * now) return counts;
  return new Map([...counts].filter(([key]) => !isOfAnalysis(key)));
}

function daysBefore(day: string): string[] {
  return Array.from({ length: BASE_DAYS }, (_, back) => dayAfter(day, -2 - back));
}

function isOfAnalysis(key: string): boolean {
  const { dimension } = seriesOf(key);
  return dimension === Dimension.productArea || dimension === Dimension.kind;
}

/** The part of the tickets of days that have an analysis; 0, where there are none. */
function analysedShare(days: ReadonlyMap<string, TicketDay>, names: readonly string[]): number {
  const tickets = names.flatMap((name): readonly GroupedTicket[] => days.get(name)?.tickets ?? []);
  if (tickets.length === 0) return 0;
  return tickets.filter(({ confidence }) => confidence !== null).length / tickets.length;
}
