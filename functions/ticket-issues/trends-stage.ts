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
import { createIsComparable, type IsComparable } from '#core/issues/trends/comparable-series.ts';
import { findBursts } from '#core/issues/trends/find-bursts.ts';
import { Dimension, firstWholeHour, HOURS_A_DAY } from '#core/issues/trends/hour-counts.ts';
import { type Incident, markedRetrospective } from '#core/issues/trends/incident.ts';
import { TicketStage } from '#core/tickets/ticket-task.ts';
import type { GroupedIssues } from './assign-stage.ts';
import { hoursToTest } from './hours-to-test.ts';
import { followLeads, type IssueLeads, mergedAway, withEarlierLeads } from './issue-leads.ts';
import { busily, type IssueSession } from './issue-session.ts';
import { olderIncidents } from './older-incidents.ts';

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

/** The incidents after the closed hours. */
function advanced(
  session: IssueSession,
  grouped: GroupedIssues,
  { recent, evidence }: { readonly recent: readonly Incident[]; readonly evidence: BurstEvidence },
): readonly Incident[] {
  const { deps } = session;
  const hours = hoursToTest(grouped, deps.now(), session);
  const completeSince = firstWholeHour(session.completeSince);
  const windowFrom = firstDayOfWindow(deps.now());
  const windowed = [...grouped.days.values()].filter(({ day }) => day >= windowFrom);
  const counts = historiesOf(countsOfDays(windowed, windowFrom));
  const { alerts } = findBursts(hours, { counts, completeSince, evidenceOf: evidence.evidenceOf });
  const isComparable = createIsComparable(grouped.days);
  const wanted = new Map(
    hours.map((hour) => [hour, wantedAlerts(grouped, alerts.get(hour) ?? [], isComparable)]),
  );
  const isQuiet = [...wanted.values()].every((ofHour) => ofHour.length === 0);
  const sources = { termsOf: evidence.termsOf, titleOf: titlesOf(grouped) };
  const incidents = hours.reduce(
    (incidents, hour) => advanceIncidents(incidents, { hour, alerts: wanted.get(hour) ?? [] }, sources),
    // Vectors are made only where something is compared with them.
    isQuiet ? [...recent] : withCentroids(recent, evidence),
  );
  return markedRetrospective(incidents, { known: recent, tested: hours.slice(-HOURS_A_DAY) });
}

/** What an operator ignores alerts nobody, and neither does what has nothing to be compared with. */
function wantedAlerts(
  { known }: GroupedIssues,
  alerts: readonly BurstAlert[],
  isComparable: IsComparable,
): readonly BurstAlert[] {
  const isIgnored = ({ dimension, id }: BurstAlert['series']) =>
    dimension === Dimension.issue && known.facts.get(id)?.status === IssueStatus.ignored;
  return alerts.filter(({ series, hour }) => !isIgnored(series) && isComparable(series, hour));
}

function summarised(
  { deps, completeSince }: IssueSession,
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
    since: historySince(days.keys(), now, completeSince),
    minRequesters: deps.settings.minRequesters,
    describe: (tickets) => {
      describer ??= describerOf(corpus);
      return describer(tickets);
    },
  });
}
