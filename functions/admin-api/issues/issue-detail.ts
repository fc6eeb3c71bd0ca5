import { recentSeries, type SeriesPoint } from '#core/issues/summaries/trend-points.ts';
import { Dimension, dayAfter, dayOf, hourOf, keyOf } from '#core/issues/trends/hour-counts.ts';
import type { Now } from '#core/time/clock.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { presentIssueDetail, type WireIssueDetail } from '#functions/admin-api/present/present-issue.ts';
import type { FoundIssue } from './find-issue.ts';
import { liveExamples } from './live-tickets.ts';

const SERIES_DAYS = 90;
const SHOWN_EXAMPLES = 12;
const SHOWN_EVENTS = 50;

/** All that is known of an issue now. */
export async function readIssueDetail(
  { tickets, issues, view, summary, facts }: FoundIssue,
  now: Now,
): Promise<WireIssueDetail> {
  const { records } = issues;
  const nowMs = now();
  const first = dayAfter(dayOf(hourOf(nowMs)), -SERIES_DAYS);
  const [examples, counts, events, incidents] = await Promise.all([
    liveExamples(tickets.store, [summary], SHOWN_EXAMPLES),
    view.counts(summary.days.filter((day) => day >= first)),
    records.events(summary.id, SHOWN_EVENTS),
    summary.incidentId === null ? [] : records.recentIncidents(nowMs),
  ]);
  const incident = incidents.find(({ id, closedAt }) => id === summary.incidentId && closedAt === null);
  const { hours, days } = recentSeries(keyOf({ dimension: Dimension.issue, id: summary.id }), counts, nowMs);
  return presentIssueDetail(
    { summary, facts, incident, examples: examples.get(summary.id) ?? [] },
    { hours: hours.map(presentPoint), days: days.map(presentPoint) },
    events.items,
  );
}

function presentPoint({ t, count, requesters }: SeriesPoint) {
  return { t: isoFromMs(t), count, requesters };
}
