import { isDeepStrictEqual } from 'node:util';
import { isEmerging } from '../clusters/emerging.ts';
import type { GroupedTicket } from '../grouped-ticket.ts';
import { firstDayOfWindow } from '../grouping/old-texts.ts';
import type { TicketDays } from '../grouping/ticket-days.ts';
import type { IssueFacts, IssueSummary } from '../issue.ts';
import type { Incident } from '../trends/incident.ts';
import { issueScore } from '../trends/issue-score.ts';
import { type DescribeIssue, type IssueDescription, NO_DESCRIPTION } from './describe-issue.ts';
import {
  createGrowthOfIssue,
  type GrowthOfIssue,
  type IssueNumbers,
  numbersOf,
  type Periods,
  periodsOf,
  requesterOf,
} from './issue-numbers.ts';
import { changedIssues, ticketsByIssue } from './issue-tickets.ts';
import { traitsOf, traitsWithoutTickets } from './issue-traits.ts';
import { keptDescription } from './kept-description.ts';

/** What summaries are made of. */
export type SummarySources = {
  /** The days as they are now: those of the window at least, and all in which the tickets of an issue changed. */
  readonly days: TicketDays;
  /** The same days, and all summaries, as the generation before has them. Absent: there was none. */
  readonly before?:
    | {
        readonly days: TicketDays;
        readonly issues: readonly IssueSummary[];
      }
    | undefined;
  readonly facts: ReadonlyMap<string, IssueFacts>;
  readonly incidents: readonly Incident[];
  /** Issues whose ids lead to another one now: they have no summary. */
  readonly mergedAway?: ReadonlySet<string> | undefined;
  /** Only these are summarised, the others stay as they were. Absent: all. */
  readonly only?: ReadonlySet<string> | undefined;
  readonly now: number;
  /** From when on there are tickets: growth is measured against no more. See {@link historySince}. */
  readonly since: number;
  readonly minRequesters: number;
  readonly describe: DescribeIssue;
};

/**
 * Since when there are tickets: of the first day that has some (now, where none has), but not before all of them are
 * here. A week of which only a few are would make every later one a rise.
 */
export function historySince(days: Iterable<string>, now: number, completeSince = 0): number {
  let first: string | undefined;
  for (const day of days) if (first === undefined || day < first) first = day;
  return first === undefined ? now : Math.max(Date.parse(`${first}T00:00:00Z`), completeSince);
}

/**
 * The summaries of all issues, by id. All numbers are as of now; only issues whose tickets changed are described anew.
 * An issue that lost all of its tickets keeps a summary of zeros where it was more than emerging, or something is kept
 * of it: its history is to be found. The same input gives the same summaries.
 */
export function summariseIssues(sources: SummarySources): IssueSummary[] {
  const { before, only, mergedAway } = sources;
  const known = new Map(before?.issues.map((summary) => [summary.id, summary]));
  const context = contextOf(sources);
  const summaries: IssueSummary[] = [];
  for (const id of new Set([...known.keys(), ...context.tickets.keys()])) {
    if (mergedAway?.has(id) === true) continue;
    const earlier = known.get(id);
    const isDue = only === undefined || only.has(id);
    const summary = isDue ? summaryOf(issueOf(id, earlier, context), context) : earlier;
    if (summary !== undefined) summaries.push(summary);
  }
  return summaries.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Whether two generations have the same summaries, whatever the order of their fields. Both are in the order of the ids. */
export function areSameSummaries(before: readonly IssueSummary[], after: readonly IssueSummary[]): boolean {
  if (before.length !== after.length) return false;
  return after.every((summary, place) => {
    const other = before[place];
    return other === summary || isDeepStrictEqual(other, summary);
  });
}

type Context = {
  readonly sources: SummarySources;
  readonly periods: Periods;
  readonly windowFrom: number;
  readonly growthOf: GrowthOfIssue;
  /** By issue, the open incident that it bursts in. */
  readonly incidents: ReadonlyMap<string, string>;
  readonly changed: ReadonlySet<string>;
  readonly tickets: ReadonlyMap<string, readonly GroupedTicket[]>;
  /** As the generation before has them. */
  readonly ticketsBefore: ReadonlyMap<string, readonly GroupedTicket[]>;
};

function contextOf(sources: SummarySources): Context {
  const periods = periodsOf(sources.now, sources.since);
  return {
    sources,
    periods,
    windowFrom: Date.parse(`${firstDayOfWindow(sources.now)}T00:00:00Z`),
    growthOf: createGrowthOfIssue(periods),
    incidents: incidentsByIssue(sources.incidents),
    changed: changedIssues(sources.before?.days, sources.days),
    tickets: ticketsByIssue(sources.days.values()),
    ticketsBefore: ticketsByIssue(sources.before?.days.values() ?? []),
  };
}

/** Of open incidents the one that opened last. */
function incidentsByIssue(incidents: readonly Incident[]): Map<string, string> {
  const open = incidents
    .filter(({ closedAt }) => closedAt === null)
    .sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
  return new Map(open.flatMap(({ id, issues }) => issues.map((issue) => [issue, id] as const)));
}

/** One issue as it was and as it is. */
type Issue = {
  readonly id: string;
  readonly earlier: IssueSummary | undefined;
  readonly tickets: readonly GroupedTicket[];
  readonly windowed: readonly GroupedTicket[];
  /** Its tickets of the days that are here, as they were. */
  readonly before: readonly GroupedTicket[];
  /** What it has in days that are not here, which did not change. */
  readonly older: { readonly days: readonly string[]; readonly tickets: number };
};

function issueOf(id: string, earlier: IssueSummary | undefined, context: Context): Issue {
  const { sources, windowFrom } = context;
  const tickets = context.tickets.get(id) ?? [];
  const before = context.ticketsBefore.get(id) ?? [];
  const isHere = (day: string) => sources.days.has(day) || sources.before?.days.has(day) === true;
  const days = (earlier?.days ?? []).filter((day) => !isHere(day));
  const counted = before.filter(({ mergedInto }) => mergedInto === null).length;
  return {
    id,
    earlier,
    tickets,
    windowed: tickets.filter(({ createdAt }) => createdAt >= windowFrom),
    before,
    older: { days, tickets: days.length === 0 ? 0 : Math.max(0, (earlier?.ticketsTotal ?? 0) - counted) },
  };
}

function summaryOf(issue: Issue, context: Context): IssueSummary | undefined {
  const { id, earlier, tickets, windowed, older } = issue;
  const { facts, minRequesters } = context.sources;
  const wasListed = earlier?.isEmerging === false || (facts.get(id)?.listedAt ?? null) !== null;
  if (tickets.length === 0 && older.days.length === 0 && !wasListed && !facts.has(id)) return undefined;
  const numbers = numbersOf(tickets, context.periods);
  const { firstSeen, lastSeen } = seenOf(issue, numbers);
  const { growth, trend } = context.growthOf(numbers, firstSeen);
  const traits = windowed.length > 0 ? traitsOf(windowed) : traitsWithoutTickets(earlier);
  const incidentId = context.incidents.get(id) ?? null;
  const { requesters7d, tickets7d, tickets24h } = numbers;
  return {
    id,
    isEmerging: !wasListed && isEmerging(tickets.map(requesterOf), minRequesters),
    ...traits,
    ...{ ticketsTotal: numbers.tickets + older.tickets, tickets7d, tickets24h, requesters7d },
    ...{ growth, trend },
    score: issueScore({ ...traits, requesters7d, growth, isBursting: incidentId !== null }),
    ...{ firstSeen, lastSeen },
    ...descriptionOf(issue, context),
    incidentId,
    days: [...older.days, ...numbers.days].sort(),
  };
}

/** An issue without tickets was seen when it was. */
function seenOf({ earlier, older }: Issue, numbers: IssueNumbers) {
  const counts = numbers.firstSeen === undefined || older.days.length > 0;
  const times = (own: number | undefined, kept: number | undefined) =>
    [own, counts ? kept : undefined].filter((time) => time !== undefined);
  return {
    firstSeen: Math.min(...times(numbers.firstSeen, earlier?.firstSeen)),
    lastSeen: Math.max(...times(numbers.lastSeen, earlier?.lastSeen)),
  };
}

function descriptionOf(
  { id, earlier, tickets, windowed, before, older }: Issue,
  context: Context,
): IssueDescription {
  if (earlier !== undefined && !context.changed.has(id)) return earlierDescription(earlier);
  if (windowed.some(({ text }) => text !== '')) return context.sources.describe(windowed);
  if (earlier === undefined || (tickets.length === 0 && older.days.length === 0)) return NO_DESCRIPTION;
  return keptDescription(earlier, before, tickets);
}

function earlierDescription({
  fallbackTitle,
  representative,
  keywords,
  examples,
}: IssueSummary): IssueDescription {
  return { fallbackTitle, representative, keywords, examples };
}
