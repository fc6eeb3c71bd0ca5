import type { TicketDay } from '../grouped-ticket.ts';
import type { DayOfCounts } from '../issue-generation.ts';
import {
  changedCounts,
  countDay,
  type DayCounts,
  type DayTotal,
  type HourCounts,
  totalOf,
} from '../trends/hour-counts.ts';

/**
 * The counts of days, from all tickets that there are of them now.
 *
 * @param keepFrom days before it have totals only
 */
export function countsOfDays(days: Iterable<TicketDay>, keepFrom: string): Map<string, DayOfCounts> {
  const counts = new Map<string, DayOfCounts>();
  for (const { day, tickets } of days) {
    const hours = countDay(tickets, day);
    counts.set(day, day < keepFrom ? totalsOf(hours) : { hours, totals: new Map() });
  }
  return counts;
}

/** The days before `keepFrom` that still have their hours, as totals; the others are left out. */
export function compactedDays(
  counts: ReadonlyMap<string, DayOfCounts>,
  keepFrom: string,
): Map<string, DayOfCounts> {
  const compacted = new Map<string, DayOfCounts>();
  for (const [day, { hours, totals }] of counts) {
    if (day >= keepFrom || hours.size === 0) continue;
    compacted.set(day, { hours: new Map(), totals: new Map([...totals, ...totalsOf(hours).totals]) });
  }
  return compacted;
}

/** Of the days that were counted, those whose counts differ from what is stored: only these are published. */
export function changedDays(
  stored: ReadonlyMap<string, DayOfCounts>,
  counted: ReadonlyMap<string, DayOfCounts>,
): Map<string, DayOfCounts> {
  return new Map([...counted].filter(([day, counts]) => !isSame(stored.get(day) ?? NO_COUNTS, counts)));
}

/** The hours of each series over the days, by its key: what bursts are found in. */
export function historiesOf(counts: ReadonlyMap<string, DayOfCounts>): Map<string, HourCounts> {
  const histories = new Map<string, Record<string, DayCounts>>();
  for (const [day, { hours }] of counts) {
    for (const [key, ofDay] of hours) {
      const history = histories.get(key) ?? {};
      history[day] = ofDay;
      histories.set(key, history);
    }
  }
  return histories;
}

/** The hours of one series. */
export function historyOf(counts: ReadonlyMap<string, DayOfCounts>, key: string): HourCounts {
  const history: Record<string, DayCounts> = {};
  for (const [day, { hours }] of counts) {
    const ofDay = hours.get(key);
    if (ofDay !== undefined) history[day] = ofDay;
  }
  return history;
}

/** What one series has on a day, whether its hours are kept or not. */
export function totalOfDay(counts: DayOfCounts | undefined, key: string): DayTotal {
  const hours = counts?.hours.get(key);
  return hours === undefined ? (counts?.totals.get(key) ?? NOTHING) : totalOf(hours);
}

function totalsOf(hours: ReadonlyMap<string, DayCounts>): DayOfCounts {
  return { hours: new Map(), totals: new Map([...hours].map(([key, counts]) => [key, totalOf(counts)])) };
}

/** A series that has only zeros is the same as none. */
function isSame(stored: DayOfCounts, counted: DayOfCounts): boolean {
  if (changedCounts(stored.hours, counted.hours).size > 0) return false;
  return [...new Set([...stored.totals.keys(), ...counted.totals.keys()])].every((key) => {
    const before = stored.totals.get(key) ?? NOTHING;
    const after = counted.totals.get(key) ?? NOTHING;
    return before.tickets === after.tickets && before.requesters === after.requesters;
  });
}

const NOTHING: DayTotal = { tickets: 0, requesters: 0 };
const NO_COUNTS: DayOfCounts = { hours: new Map(), totals: new Map() };
