import type { IssueSummary } from '#core/issues/issue.ts';
import { historyOf, totalOfDay } from '#core/issues/summaries/count-days.ts';
import {
  Dimension,
  dayAfter,
  dayOf,
  firstHourOf,
  HOUR_MS,
  hourOf,
  keyOf,
} from '#core/issues/trends/hour-counts.ts';
import { isoFromMs } from '#core/time/instant.ts';
import {
  presentIssueDetail,
  type WireIssueDetail,
} from '#functions/admin-api/present/present-issue.ts';
import type { Now } from '#core/time/clock.ts';
import type { FoundIssue } from './find-issue.ts';
import type { IssueView } from './issue-reader.ts';
import { liveExamples } from './live-tickets.ts';

const SERIES_HOURS = 168;
const SERIES_DAYS = 90;
const SHOWN_EXAMPLES = 12;
const SHOWN_EVENTS = 50;

/** All that is known of an issue now. */
export async function readIssueDetail(
  { tickets, view, summary, facts }: FoundIssue,
  now: Now,
): Promise<WireIssueDetail> {
  const { records } = tickets.issues;
  const nowMs = now();
  const [examples, series, events, incidents] = await Promise.all([
    liveExamples(tickets.store, [summary], SHOWN_EXAMPLES),
    readSeries(view, summary, nowMs),
    records.events(summary.id, SHOWN_EVENTS),
    summary.incidentId === null ? [] : records.recentIncidents(nowMs),
  ]);
  const incident = incidents.find(({ id, closedAt }) => id === summary.incidentId && closedAt === null);
  const known = { summary, facts, incident, examples: examples.get(summary.id) ?? [] };
  return presentIssueDetail(known, series, events.items);
}

/** The counts of an issue by the hour and by the day, as they are kept: from when its tickets were created. */
async function readSeries(
  view: IssueView,
  { id, days }: IssueSummary,
  nowMs: number,
): Promise<WireIssueDetail['series']> {
  const key = keyOf({ dimension: Dimension.issue, id });
  const thisHour = hourOf(nowMs);
  const today = dayOf(thisHour);
  const firstDay = dayAfter(today, 1 - SERIES_DAYS);
  const counts = await view.counts(days.filter((day) => day >= firstDay));
  const history = historyOf(counts, key);
  return {
    hours: Array.from({ length: SERIES_HOURS }, (_, at) => {
      const hour = thisHour - SERIES_HOURS + 1 + at;
      const day = dayOf(hour);
      const inDay = hour - firstHourOf(day);
      return {
        t: isoFromMs(hour * HOUR_MS),
        count: history[day]?.tickets[inDay] ?? 0,
        requesters: history[day]?.requesters[inDay] ?? 0,
      };
    }),
    days: Array.from({ length: SERIES_DAYS }, (_, at) => {
      const day = dayAfter(firstDay, at);
      const { tickets: count, requesters } = totalOfDay(counts.get(day), key);
      return { t: isoFromMs(firstHourOf(day) * HOUR_MS), count, requesters };
    }),
  };
}
