/** What is counted of a ticket. */
export type CountedTicket = {
  readonly id: string;
  /** When it was written, in milliseconds since 1970; never when it came to us, or a backfill would be a burst. */
  readonly createdAt: number;
  /** A pseudonym of who wrote it; null counts as somebody of whom nothing else is known. */
  readonly requester: string | null;
  readonly issueId: string | null;
  readonly productArea: string | null;
  readonly kind: string | null;
  /** The ticket that it was merged into, where it was. */
  readonly mergedInto: string | null;
};

/** By what tickets are counted. */
export const Dimension = {
  total: 'total',
  productArea: 'product_area',
  kind: 'kind',
  issue: 'issue',
} as const;
export type Dimension = (typeof Dimension)[keyof typeof Dimension];

/** A line of counts over time. The id of the total is empty. */
export type Series = { readonly dimension: Dimension; readonly id: string };

/**
 * The counts of one series in one UTC day: 24 numbers each. They are a set of recomputed values, never a sum of
 * changes, so that a replay or a deletion only counts again.
 */
export type DayCounts = {
  /** Tickets, without those that were merged into another. */
  readonly tickets: readonly number[];
  /** Distinct requesters within each hour. */
  readonly requesters: readonly number[];
  /** Requesters whose first ticket of the day, in this series, is in the hour: what bursts are measured by. */
  readonly arrivals: readonly number[];
};

/** The counts of one series, by day (`2025-11-11`). */
export type HourCounts = Readonly<Record<string, DayCounts>>;

/** The counts of an older day, of which the hours are no longer kept. */
export type DayTotal = { readonly tickets: number; readonly requesters: number };

export const HOUR_MS = 3_600_000;
export const HOURS_A_DAY = 24;
const DAY_MS = HOURS_A_DAY * HOUR_MS;
const SPAM = 'spam';

/** Hours since 1970, in UTC, which no clock change moves. */
export function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS);
}

/** The first hour, since 1970, that begins at a time or after it. */
export function firstWholeHour(ms: number): number {
  return Math.ceil(ms / HOUR_MS);
}

/** The UTC day of an hour since 1970, as `2025-11-11`. */
export function dayOf(hour: number): string {
  return new Date(hour * HOUR_MS).toISOString().slice(0, 10);
}

/** The first hour of a UTC day such as `2025-11-11`, in hours since 1970. */
export function firstHourOf(day: string): number {
  return hourOf(Date.parse(`${day}T00:00:00Z`));
}

/** One text for a series, which orders and compares. */
export function keyOf({ dimension, id }: Series): string {
  return `${dimension}#${id}`;
}

/** The key of the series of all tickets. */
export const TOTAL = keyOf({ dimension: Dimension.total, id: '' });

/** The series of {@link keyOf}. */
export function seriesOf(key: string): Series {
  const at = key.indexOf('#');
  return { dimension: key.slice(0, at) as Dimension, id: key.slice(at + 1) };
}

/** The series that a ticket counts in. Spam counts in that of its kind alone. */
export function seriesOfTicket({ issueId, productArea, kind }: CountedTicket): Series[] {
  if (kind === SPAM) return [{ dimension: Dimension.kind, id: SPAM }];
  return [
    { dimension: Dimension.total, id: '' },
    ...(productArea === null ? [] : [{ dimension: Dimension.productArea, id: productArea }]),
    ...(kind === null ? [] : [{ dimension: Dimension.kind, id: kind }]),
    ...(issueId === null ? [] : [{ dimension: Dimension.issue, id: issueId }]),
  ];
}

type Tally = { tickets: number[]; requesters: Set<string>[]; known: Set<string>; arrivals: number[] };

/**
 * The counts of one UTC day by series key, from all tickets that there are of it now. Tickets of other days are left
 * out, and one that comes twice counts once.
 *
 * @param day as `2025-11-11`
 */
export function countDay(tickets: Iterable<CountedTicket>, day: string): Map<string, DayCounts> {
  const first = firstHourOf(day);
  const tallies = new Map<string, Tally>();
  for (const ticket of inOrder(tickets, first)) {
    const hour = hourOf(ticket.createdAt) - first;
    for (const series of seriesOfTicket(ticket)) {
      const key = keyOf(series);
      const tally = tallies.get(key) ?? emptyTally();
      tallies.set(key, tally);
      add(tally, ticket, hour);
    }
  }
  return new Map([...tallies].map(([key, tally]) => [key, countsOf(tally)]));
}

/** The day's tickets, each once, the oldest first: who came when does not depend on the order they are read in. */
function inOrder(tickets: Iterable<CountedTicket>, first: number): CountedTicket[] {
  const byId = new Map<string, CountedTicket>();
  for (const ticket of tickets) {
    const hour = hourOf(ticket.createdAt);
    if (hour >= first && hour < first + HOURS_A_DAY) byId.set(ticket.id, ticket);
  }
  return [...byId.values()].sort((a, b) => a.createdAt - b.createdAt);
}

function add(tally: Tally, { id, requester, mergedInto }: CountedTicket, hour: number): void {
  const who = requester ?? `ticket ${id}`;
  // Whoever wrote a duplicate is hit, too, when an agent has merged it: the person counts, the ticket does not.
  if (mergedInto === null) tally.tickets[hour] = (tally.tickets[hour] ?? 0) + 1;
  tally.requesters[hour]?.add(who);
  if (tally.known.has(who)) return;
  tally.known.add(who);
  tally.arrivals[hour] = (tally.arrivals[hour] ?? 0) + 1;
}

function emptyTally(): Tally {
  const requesters = Array.from({ length: HOURS_A_DAY }, () => new Set<string>());
  return { tickets: zeros(), requesters, known: new Set(), arrivals: zeros() };
}

function countsOf({ tickets, requesters, arrivals }: Tally): DayCounts {
  return { tickets, requesters: requesters.map((who) => who.size), arrivals };
}

/**
 * The series of a day whose counts differ from those that are stored, as they are to be stored. A series that lost
 * its last ticket has zeros; what did not change is not written.
 */
export function changedCounts(
  stored: ReadonlyMap<string, DayCounts>,
  counted: ReadonlyMap<string, DayCounts>,
): Map<string, DayCounts> {
  const changed = new Map<string, DayCounts>();
  for (const key of new Set([...stored.keys(), ...counted.keys()])) {
    const before = stored.get(key) ?? NO_COUNTS;
    const after = counted.get(key) ?? NO_COUNTS;
    if (!isSame(before, after)) changed.set(key, after);
  }
  return changed;
}

/** The counts of series that became one issue: histories are summed, hour by hour. */
export function sumCounts(histories: readonly HourCounts[]): HourCounts {
  const sums: Record<string, DayCounts> = {};
  for (const history of histories) {
    for (const [day, counts] of Object.entries(history)) {
      const before = sums[day];
      sums[day] = before === undefined ? counts : sumOf(before, counts);
    }
  }
  return sums;
}

/** Days older than `keepFrom` as totals, and the others with their hours. */
export function compactDays(
  counts: HourCounts,
  keepFrom: string,
): { readonly hours: HourCounts; readonly days: Readonly<Record<string, DayTotal>> } {
  const entries = Object.entries(counts);
  return {
    hours: Object.fromEntries(entries.filter(([day]) => day >= keepFrom)),
    days: Object.fromEntries(
      entries.filter(([day]) => day < keepFrom).map(([day, of]) => [day, totalOf(of)]),
    ),
  };
}

/** What a day's counts come to. Its requesters are distinct within the day. */
export function totalOf({ tickets, arrivals }: DayCounts): DayTotal {
  return { tickets: sum(tickets), requesters: sum(arrivals) };
}

/** The arrivals of the hours from `from` on, as many as `length`; hours without data are 0. */
export function arrivalsOf(counts: HourCounts, from: number, length: number): Float64Array {
  const hours = new Float64Array(Math.max(0, length));
  for (
    let first = -(((from % HOURS_A_DAY) + HOURS_A_DAY) % HOURS_A_DAY);
    first < length;
    first += HOURS_A_DAY
  ) {
    const arrivals = counts[dayOf(from + first)]?.arrivals ?? [];
    for (let hour = 0; hour < HOURS_A_DAY; hour++) {
      const at = first + hour;
      if (at >= 0 && at < hours.length) hours[at] = arrivals[hour] ?? 0;
    }
  }
  return hours;
}

/** The day that lies a number of days after another; before it, if the number is negative. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

function sumOf(a: DayCounts, b: DayCounts): DayCounts {
  const plus = (left: readonly number[], right: readonly number[]) =>
    zeros().map((_, hour) => (left[hour] ?? 0) + (right[hour] ?? 0));
  return {
    tickets: plus(a.tickets, b.tickets),
    requesters: plus(a.requesters, b.requesters),
    arrivals: plus(a.arrivals, b.arrivals),
  };
}

function isSame(a: DayCounts, b: DayCounts): boolean {
  const equal = (left: readonly number[], right: readonly number[]) =>
    zeros().every((_, hour) => (left[hour] ?? 0) === (right[hour] ?? 0));
  return equal(a.tickets, b.tickets) && equal(a.requesters, b.requesters) && equal(a.arrivals, b.arrivals);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function zeros(): number[] {
  return new Array<number>(HOURS_A_DAY).fill(0);
}

const NO_COUNTS: DayCounts = { tickets: zeros(), requesters: zeros(), arrivals: zeros() };
