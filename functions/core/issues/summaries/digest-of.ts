import type { GroupedTicket } from '../grouped-ticket.ts';
import type { TicketDays } from '../grouping/ticket-days.ts';
import { type IssueFacts, IssueStatus, type IssueSummary } from '../issue.ts';
import type { DayOfCounts } from '../issue-generation.ts';
import type { DigestIncident, DigestInput, DigestIssue } from '../trends/digest.ts';
import { growthOf } from '../trends/growth.ts';
import { dayAfter, TOTAL } from '../trends/hour-counts.ts';
import { type Incident, requestersOf } from '../trends/incident.ts';
import { totalOfDay } from './count-days.ts';
import { incidentExamples } from './incident-examples.ts';
import { shownIssue } from './shown-issue.ts';

/** What the digest of a day is made of. */
export type DigestSources = {
  /** The UTC day it is of, as `2025-11-11`. */
  readonly date: string;
  readonly generatedAt: number;
  readonly summaries: readonly IssueSummary[];
  readonly facts: ReadonlyMap<string, IssueFacts>;
  readonly incidents: readonly Incident[];
  /** Of the date and the 27 days before it. */
  readonly counts: ReadonlyMap<string, DayOfCounts>;
  /** Of the date and the six days before it, and those that the incidents' tickets are of. */
  readonly days: TicketDays;
  /** From when on there are tickets. */
  readonly since: number;
  /** What Claude cost on the day and in its month up to now. */
  readonly cost: { readonly day_usd: number; readonly month_usd: number };
};

const RECENT_DAYS = 7;
/** The days that the numbers of a digest are of: a week, and the three before it. */
export const COMPARED_DAYS = 28;
const DAY_MS = 86_400_000;

/** What `makeDigest` needs, from what is stored. */
export function digestInput(sources: DigestSources): DigestInput {
  const { date, generatedAt, cost, summaries, facts, incidents } = sources;
  const issues = summaries.map((summary) => digestIssue(summary, facts.get(summary.id)));
  const tickets = new Map<string, GroupedTicket>();
  for (const day of sources.days.values()) for (const ticket of day.tickets) tickets.set(ticket.id, ticket);
  return {
    ...{ date, generatedAt, issues, cost },
    totals: { ...totalsOf(sources), open_issues: issues.filter(isOpen).length },
    incidents: incidents.map((incident) => digestIncident(incident, (id) => tickets.get(id))),
    quality: qualityOf(sources),
  };
}

/** An issue as the digest has it. */
function digestIssue(summary: IssueSummary, facts: IssueFacts | undefined): DigestIssue {
  const { id, kind, trend, growth, score } = summary;
  const { title, status } = shownIssue(summary, facts);
  return {
    ...{ id, title, status, kind, trend, growth, score },
    product_area: summary.productArea,
    severity_mix: summary.severityMix,
    tickets_24h: summary.tickets24h,
    tickets_7d: summary.tickets7d,
    requesters_7d: summary.requesters7d,
    representative_statement: summary.representative,
    reopenedAt: facts?.reopenedAt ?? null,
  };
}

function digestIncident(
  incident: Incident,
  ticketOf: (id: string) => GroupedTicket | undefined,
): DigestIncident {
  const { id, title, openedAt, closedAt, p, observed, expected, windowHours, issues, tickets } = incident;
  return {
    ...{ id, title, openedAt, closedAt, p, observed, expected, windowHours, issues },
    tickets: tickets.length,
    requesters: requestersOf(incident),
    examples: incidentExamples(incident, ticketOf),
  };
}

function isOpen({ status }: DigestIssue): boolean {
  return status === IssueStatus.open || status === IssueStatus.acknowledged;
}

/** The requesters of weeks are those of their days, summed: both sides of the growth are. */
function totalsOf({ date, counts, since }: DigestSources) {
  const days = Array.from({ length: COMPARED_DAYS }, (_, back) => {
    const day = dayAfter(date, -back);
    return Date.parse(`${day}T00:00:00Z`) + DAY_MS <= since ? undefined : totalOfDay(counts.get(day), TOTAL);
  });
  const sum = (from: number, to: number, what: 'tickets' | 'requesters') =>
    days.slice(from, to).reduce((total, day) => total + (day?.[what] ?? 0), 0);
  const growth = growthOf({
    recent: sum(0, RECENT_DAYS, 'requesters'),
    before: sum(RECENT_DAYS, COMPARED_DAYS, 'requesters'),
    historyDays: days.filter((day) => day !== undefined).length,
    isFirstSeen: false,
  });
  return {
    tickets: sum(0, 1, 'tickets'),
    requesters: sum(0, 1, 'requesters'),
    tickets_7d: sum(0, RECENT_DAYS, 'tickets'),
    growth,
  };
}

/** Of the seven days that the numbers are of. */
function qualityOf({ date, days }: DigestSources): DigestInput['quality'] {
  const recent = Array.from({ length: RECENT_DAYS }, (_, back) => days.get(dayAfter(date, -back)));
  const tickets = recent.flatMap((day) => day?.tickets ?? []);
  const count = (isCounted: (ticket: GroupedTicket) => boolean) => tickets.filter(isCounted).length;
  return {
    pending: count(({ analysis }) => analysis === 'pending' || analysis === 'batched'),
    failed: count(({ analysis }) => analysis === 'failed'),
    refused: count(({ analysis }) => analysis === 'refused'),
    low_confidence: count(({ analysis, confidence }) => analysis === 'done' && confidence === 'low'),
  };
}
