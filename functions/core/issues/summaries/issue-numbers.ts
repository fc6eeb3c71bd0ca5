import type { GroupedTicket } from '../grouped-ticket.ts';
import { type Growth, growthOf, type Trend, trendOf } from '../trends/growth.ts';
import { dayOf, HOUR_MS, HOURS_A_DAY, hourOf } from '../trends/hour-counts.ts';

const DAY_MS = HOURS_A_DAY * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const WEEKS = 4;

/** What is counted of an issue's tickets. Copies that were merged are no tickets, but who wrote them counts. */
export type IssueNumbers = {
  readonly tickets: number;
  readonly tickets7d: number;
  readonly tickets24h: number;
  readonly requesters7d: number;
  /** Requesters of each of the three weeks before, summed. */
  readonly requestersBefore: number;
  /** Undefined: there are no tickets. */
  readonly firstSeen: number | undefined;
  readonly lastSeen: number | undefined;
  readonly days: readonly string[];
};

/** From when on what counts. It begins with an hour, so that nothing changes within one unless tickets do. */
export type Periods = {
  readonly lastDay: number;
  readonly lastWeek: number;
  /** Where the three weeks before begin, or the history does. */
  readonly before: number;
  /** Whole days of history there are. */
  readonly historyDays: number;
};

/** @param since from when on there are tickets */
export function periodsOf(now: number, since: number): Periods {
  const hour = hourOf(now) * HOUR_MS;
  return {
    lastDay: hour - DAY_MS,
    lastWeek: hour - WEEK_MS,
    before: Math.max(since, hour - WEEKS * WEEK_MS),
    historyDays: Math.max(0, Math.floor((hour - since) / DAY_MS)),
  };
}

/** Counts the tickets of one issue. */
export function numbersOf(tickets: readonly GroupedTicket[], periods: Periods): IssueNumbers {
  const counts = { tickets: 0, tickets7d: 0, tickets24h: 0 };
  const requesters = Array.from({ length: WEEKS }, () => new Set<string>());
  const days = new Set<string>();
  let [firstSeen, lastSeen] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const ticket of tickets) {
    const { createdAt } = ticket;
    if (ticket.mergedInto === null) {
      counts.tickets += 1;
      if (createdAt >= periods.lastWeek) counts.tickets7d += 1;
      if (createdAt >= periods.lastDay) counts.tickets24h += 1;
    }
    if (createdAt >= periods.before) requesters[weekOf(createdAt, periods)]?.add(requesterOf(ticket));
    days.add(dayOf(hourOf(createdAt)));
    firstSeen = Math.min(firstSeen, createdAt);
    lastSeen = Math.max(lastSeen, createdAt);
  }
  const [recent = 0, ...earlier] = requesters.map((who) => who.size);
  return {
    ...counts,
    requesters7d: recent,
    requestersBefore: earlier.reduce((sum, count) => sum + count, 0),
    firstSeen: tickets.length === 0 ? undefined : firstSeen,
    lastSeen: tickets.length === 0 ? undefined : lastSeen,
    days: [...days].sort(),
  };
}

/** Who wrote a ticket; one of whom nothing is known is somebody of their own. */
export function requesterOf({ id, requester }: Pick<GroupedTicket, 'id' | 'requester'>): string {
  return requester ?? `ticket ${id}`;
}

/** Growth and its word, by an issue's numbers. */
export type GrowthOfIssue = (
  numbers: Pick<IssueNumbers, 'requesters7d' | 'requestersBefore'>,
  firstSeen: number,
) => { readonly growth: Growth; readonly trend: Trend };

/** Most issues have the same few numbers: growth is calculated once for each of them. */
export function createGrowthOfIssue({ historyDays, lastWeek }: Periods): GrowthOfIssue {
  const known = new Map<string, ReturnType<GrowthOfIssue>>();
  return ({ requesters7d, requestersBefore }, firstSeen) => {
    const isFirstSeen = firstSeen >= lastWeek;
    const key = `${requesters7d} ${requestersBefore} ${isFirstSeen}`;
    const counts = { recent: requesters7d, before: requestersBefore, historyDays, isFirstSeen };
    const found = known.get(key) ?? growthAndTrend(counts);
    known.set(key, found);
    return found;
  };
}

function growthAndTrend(counts: Parameters<typeof growthOf>[0]) {
  const growth = growthOf(counts);
  return { growth, trend: trendOf(counts, growth) };
}

/** 0 is the last week, and what is newer than now. */
function weekOf(createdAt: number, { lastWeek }: Periods): number {
  return Math.max(0, Math.ceil((lastWeek - createdAt) / WEEK_MS));
}
