import { firstDayOfWindow } from '#core/issues/grouping/old-texts.ts';
import { IssueStatus, type IssueSummary } from '#core/issues/issue.ts';
import { type BurstEvidence, createBurstEvidence } from '#core/issues/summaries/burst-evidence.ts';
import { countsOfDays, historiesOf } from '#core/issues/summaries/count-days.ts';
import { type DescribeIssue, describerOf } from '#core/issues/summaries/describe-issue.ts';
import { type GoneTexts, goneTexts } from '#core/issues/summaries/issue-tickets.ts';
import { storedTitle } from '#core/issues/summaries/shown-issue.ts';
import { recountedIncidents, withCentroids } from '#core/issues/summaries/stored-incidents.ts';
import { historySince, summariseIssues } from '#core/issues/summaries/summarise-issues.ts';
import { advanceIncidents } from '#core/issues/trends/advance-incidents.ts';
import type { BurstAlert } from '#core/issues/trends/burst-alert.ts';
import { firstTestedHours, testedHours } from '#core/issues/trends/closed-hours.ts';
import { findBursts } from '#core/issues/trends/find-bursts.ts';
import { Dimension, hourOf } from '#core/issues/trends/hour-counts.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { TicketStage } from '#core/tickets/ticket-task.ts';
import type { GroupedIssues } from './assign-stage.ts';
import { followLeads, type IssueLeads, mergedAway, withEarlierLeads } from './issue-leads.ts';
import { busily, type IssueSession } from './issue-session.ts';
import { olderIncidents } from './older-incidents.ts';

/** With this generation all hours have been tested, and after it the last of them are. */
const TESTED_FROM = 2;

/** Issues with their numbers, and incidents, as they are now. */
export type CountedIssues = GroupedIssues & {
  readonly gone: GoneTexts;
  /** Issues that were merged into others since the generation before. */
  readonly leads: IssueLeads;
  /** Incidents as they are stored: the recent ones, and older ones of which tickets are gone. */
  readonly stored: readonly Incident[];
  /** The same without what is gone, before any hour was tested. */
  readonly recounted: readonly Incident[];
  /** The recent ones as they are after the last closed hour. */
  readonly incidents: readonly Incident[];
  readonly issues: readonly IssueSummary[];
};

/**
 * The stage `trends`: the hours that are closed are tested for bursts, incidents open and close, and all numbers are as
 * of now. Nothing is written.
 *
 * @throws StorageError, OutOfTimeError; the reason of the run's signal
 */
export async function trendsStage(session: IssueSession, grouped: GroupedIssues): Promise<CountedIssues> {
  const { deps, context } = session;
  const { known, days } = grouped;
  context.enter(TicketStage.trends);
  const gone = goneTexts(known.days, days);
  const older = await olderIncidents(deps, known, gone);
  const stored = [...known.incidents, ...older];
  const leads = mergedAway(grouped);
  const all = await withEarlierLeads(deps, { leads, days }, stored);
  return busily(session, () => {
    const evidence = createBurstEvidence(days, () => grouped.corpus);
    const leadsTo = (issue: string) => followLeads(all, issue);
    const recount = { gone, leadsTo, titleOf: titlesOf(grouped), evidence };
    const recounted = recountedIncidents(stored, recount);
    const recent = recounted.slice(0, known.incidents.length);
    const incidents = advanced(session, grouped, { recent, evidence });
    const issues = summarised(session, grouped, { incidents, leads });
    return { ...grouped, gone, leads, stored, recounted, incidents, issues };
  });
}

function titlesOf({ known }: GroupedIssues) {
  return (issueId: string) => storedTitle(known.facts.get(issueId));
}

/**
 * The hours to test: the last 24 that are closed, and those before them as long as nobody has tested them. The second
 * generation tests them once more, for a run that died when it had published the first.
 */
function hoursToTest({ deps, syncedUntil }: IssueSession, { known, days }: GroupedIssues): readonly number[] {
  if (syncedUntil === undefined) return [];
  const now = deps.now();
  if ((known.before?.number ?? 0) >= TESTED_FROM) return testedHours(now, syncedUntil);
  const from = firstDayOfWindow(now);
  const since = historySince(
    [...days.keys()].filter((day) => day >= from),
    now,
  );
  return firstTestedHours(now, syncedUntil, hourOf(since));
}

/** The incidents after the closed hours. */
function advanced(
  session: IssueSession,
  grouped: GroupedIssues,
  { recent, evidence }: { readonly recent: readonly Incident[]; readonly evidence: BurstEvidence },
): readonly Incident[] {
  const hours = hoursToTest(session, grouped);
  const windowFrom = firstDayOfWindow(session.deps.now());
  const windowed = [...grouped.days.values()].filter(({ day }) => day >= windowFrom);
  const counts = historiesOf(countsOfDays(windowed, windowFrom));
  const { alerts } = findBursts(hours, { counts, evidenceOf: evidence.evidenceOf });
  const wanted = new Map(hours.map((hour) => [hour, wantedAlerts(grouped, alerts.get(hour) ?? [])]));
  const isQuiet = [...wanted.values()].every((ofHour) => ofHour.length === 0);
  const sources = { termsOf: evidence.termsOf, titleOf: titlesOf(grouped) };
  return hours.reduce(
    (incidents, hour) => advanceIncidents(incidents, { hour, alerts: wanted.get(hour) ?? [] }, sources),
    // Vectors are made only where something is compared with them.
    isQuiet ? [...recent] : withCentroids(recent, evidence),
  );
}

/** What an operator ignores alerts nobody. */
function wantedAlerts({ known }: GroupedIssues, alerts: readonly BurstAlert[]): readonly BurstAlert[] {
  return alerts.filter(
    ({ series }) =>
      series.dimension !== Dimension.issue || known.facts.get(series.id)?.status !== IssueStatus.ignored,
  );
}

function summarised(
  { deps }: IssueSession,
  { known, days, corpus }: GroupedIssues,
  { incidents, leads }: { readonly incidents: readonly Incident[]; readonly leads: IssueLeads },
): readonly IssueSummary[] {
  const now = deps.now();
  let describer: DescribeIssue | undefined;
  return summariseIssues({
    days,
    before: known.before && { days: known.days, issues: known.issues },
    facts: known.facts,
    incidents,
    mergedAway: new Set(leads.keys()),
    now,
    since: historySince(days.keys(), now),
    minRequesters: deps.settings.minRequesters,
    describe: (tickets) => {
      describer ??= describerOf(corpus);
      return describer(tickets);
    },
  });
}
