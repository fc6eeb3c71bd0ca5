import { DETECTOR } from './detect-burst.ts';
import { type Growth, Trend } from './growth.ts';
import { HOUR_MS } from './hour-counts.ts';
import type { SeverityMix } from './issue-score.ts';

/** What the digest needs to know of an issue: numbers and stored labels. */
export type DigestIssue = {
  readonly id: string;
  readonly title: string;
  readonly status: 'open' | 'acknowledged' | 'resolved' | 'ignored' | 'emerging';
  readonly kind: string | null;
  readonly product_area: string | null;
  readonly trend: Trend;
  readonly growth: Growth;
  readonly score: number;
  readonly severity_mix: SeverityMix;
  readonly tickets_24h: number;
  readonly tickets_7d: number;
  readonly requesters_7d: number;
  readonly representative_statement: string | null;
  /** When it came back after it was resolved, in milliseconds since 1970. */
  readonly reopenedAt: number | null;
};

/** A text of a ticket that shows what something is about. */
type DigestExample = {
  readonly ticket_id: string;
  readonly statement: string;
  readonly language: string | null;
};

/** What the digest needs to know of an incident. Times are milliseconds since 1970. */
export type DigestIncident = {
  readonly id: string;
  readonly title: string;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly p: number;
  readonly observed: number;
  readonly expected: number;
  readonly windowHours: number;
  readonly issues: readonly string[];
  readonly tickets: number;
  readonly requesters: number;
  readonly examples: readonly DigestExample[];
};

export type DigestInput = {
  /** The UTC day it is of, as `2025-11-11`. */
  readonly date: string;
  readonly generatedAt: number;
  readonly totals: DigestTotals;
  readonly incidents: readonly DigestIncident[];
  readonly issues: readonly DigestIssue[];
  readonly quality: DigestQuality;
  readonly cost: DigestCost;
};

type DigestTotals = {
  readonly tickets: number;
  readonly requesters: number;
  readonly tickets_7d: number;
  readonly growth: Growth;
  readonly open_issues: number;
};

/** How far the numbers can be relied on: tickets without an analysis, and those that the model was not sure of. */
type DigestQuality = {
  readonly pending: number;
  readonly failed: number;
  readonly refused: number;
  readonly low_confidence: number;
};

type DigestCost = { readonly day_usd: number; readonly month_usd: number };

/** The day's digest, as the API answers it. */
export type Digest = {
  readonly date: string;
  readonly generated_at: string;
  readonly totals: DigestTotals;
  readonly incidents: readonly PresentedIncident[];
  readonly new_issues: readonly PresentedIssue[];
  readonly rising: readonly PresentedIssue[];
  readonly top: readonly PresentedIssue[];
  readonly regressions: readonly PresentedIssue[];
  /** Open issues that nobody wrote about for 7 days: they may be over. */
  readonly resolved_candidates: readonly PresentedIssue[];
  readonly quality: DigestQuality;
  readonly cost: DigestCost;
};

type PresentedIssue = Omit<DigestIssue, 'reopenedAt'> & { readonly reopened_at: string | null };
type PresentedIncident = {
  readonly id: string;
  readonly title: string;
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly p: number;
  readonly observed: number;
  readonly expected: number;
  readonly window_h: number;
  readonly issues: readonly string[];
  readonly tickets: number;
  readonly requesters: number;
  readonly examples: readonly DigestExample[];
};

const MOST_ISSUES = 10;
const REGRESSION_HOURS = 7 * 24;
/**
 * Incidents that were over before the day are recalled for so long: what is usual, and what issues grew against, is made
 * of the days that they were in.
 */
export const RECALLED_DAYS = 28;
const MOST_RECALLED = 3;
const OPEN_FACTOR = 4;
const HALF_LIFE_HOURS = 7 * 24;
const ATTENDED = new Set<DigestIssue['status']>(['open', 'acknowledged']);

/**
 * The digest of a day, from numbers and stored labels, so it costs no call. Incidents that were open at any time of the
 * day are in it, and the three largest of those that were over before, for {@link RECALLED_DAYS}. Those that are open
 * beyond doubt come first, then whatever weighs most. Issues that an operator ignores or resolved, and
 * those that are still emerging, are in no list.
 */
export function makeDigest(input: DigestInput): Digest {
  const start = Date.parse(`${input.date}T00:00:00Z`);
  const end = start + 24 * HOUR_MS;
  const issues = input.issues.filter(({ status }) => ATTENDED.has(status)).sort(byScore);
  const bursting = new Set(
    input.incidents.filter(({ closedAt }) => closedAt === null).flatMap((one) => one.issues),
  );
  const listed = (isIn: (issue: DigestIssue) => boolean, most = MOST_ISSUES) =>
    issues.filter(isIn).slice(0, most).map(presentedIssue);
  return {
    date: input.date,
    generated_at: new Date(input.generatedAt).toISOString(),
    totals: input.totals,
    incidents: [...incidentsOf(input.incidents, start, end), ...recalled(input.incidents, start, end)]
      .sort(byRank(end))
      .map(presentedIncident),
    new_issues: listed(({ trend }) => trend === Trend.new),
    rising: listed(({ id, trend }) => trend === Trend.rising || (bursting.has(id) && trend !== Trend.new)),
    top: listed(({ trend }) => trend !== Trend.gone),
    regressions: listed(
      ({ reopenedAt }) =>
        reopenedAt !== null && reopenedAt < end && reopenedAt >= end - REGRESSION_HOURS * HOUR_MS,
      issues.length,
    ),
    resolved_candidates: listed(({ trend }) => trend === Trend.gone, issues.length),
    quality: input.quality,
    cost: input.cost,
  };
}

/** Those that were open at any time of the day. */
function incidentsOf(all: readonly DigestIncident[], start: number, end: number): DigestIncident[] {
  return all.filter(({ openedAt, closedAt }) => openedAt < end && (closedAt === null || closedAt > start));
}

function recalled(all: readonly DigestIncident[], start: number, end: number): DigestIncident[] {
  const since = end - RECALLED_DAYS * 24 * HOUR_MS;
  return all
    .filter(({ closedAt }) => closedAt !== null && closedAt <= start && closedAt > since)
    .sort((a, b) => b.requesters - a.requesters || byTime(a, b))
    .slice(0, MOST_RECALLED);
}

function byScore(a: DigestIssue, b: DigestIssue): number {
  return b.score - a.score || (a.id < b.id ? -1 : 1);
}

/**
 * An incident that is open and no matter of chance comes first: it is what there is to do now. The others follow by how
 * many people they hit, × 4 while they are open, half as much with each week since they were over: five people who may
 * be a coincidence do not stand before the outage of last week.
 */
function byRank(end: number) {
  const weight = ({ closedAt, requesters }: DigestIncident) =>
    closedAt === null
      ? OPEN_FACTOR * requesters
      : requesters * 0.5 ** (Math.max(0, end - closedAt) / HOUR_MS / HALF_LIFE_HOURS);
  return (a: DigestIncident, b: DigestIncident) =>
    Number(isCertain(b)) - Number(isCertain(a)) || weight(b) - weight(a) || byTime(a, b);
}

function isCertain({ closedAt, p }: DigestIncident): boolean {
  return closedAt === null && p < DETECTOR.strictBelow;
}

function byTime(a: DigestIncident, b: DigestIncident): number {
  return a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1);
}

function presentedIssue({ reopenedAt, ...issue }: DigestIssue): PresentedIssue {
  return { ...issue, reopened_at: reopenedAt === null ? null : new Date(reopenedAt).toISOString() };
}

function presentedIncident({
  openedAt,
  closedAt,
  windowHours,
  ...incident
}: DigestIncident): PresentedIncident {
  return {
    id: incident.id,
    title: incident.title,
    opened_at: new Date(openedAt).toISOString(),
    closed_at: closedAt === null ? null : new Date(closedAt).toISOString(),
    p: incident.p,
    observed: incident.observed,
    expected: Math.round(incident.expected * 100) / 100,
    window_h: windowHours,
    issues: incident.issues,
    tickets: incident.tickets,
    requesters: incident.requesters,
    examples: incident.examples,
  };
}
