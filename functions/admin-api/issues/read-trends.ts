import { incidentsSince } from '#core/issues/incidents-since.ts';
import {
  firstCountedDay,
  type TrendPoint,
  type TrendQuery,
  trendPoints,
} from '#core/issues/summaries/trend-points.ts';
import { Dimension, dayAfter, dayOf, HOUR_MS, hourOf, type Series } from '#core/issues/trends/hour-counts.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { isoFromMs } from '#core/time/instant.ts';
import type { RouteResponse } from '#functions/admin-api/http/route.ts';
import type { IssueServices, Services } from '#functions/admin-api/ports.ts';
import { findIssue, isMoved } from './find-issue.ts';

/** An incident that was opened so long before may still last into the time that is asked for. */
const LONGEST_INCIDENT_MS = 60 * 86_400_000;
/** More incidents than are ever shown: a list that is longer costs its oldest marks, not the answer. */
const MAX_PAGES = 10;

/**
 * The points of a series as they are counted now; none where nothing was grouped yet.
 *
 * @throws ApiError `issue_not_found` (404)
 */
export async function answerTrend(
  services: Pick<Services, 'tickets'>,
  asked: TrendQuery,
): Promise<RouteResponse> {
  const series = await leadOn(services, asked.series);
  const points = await readPoints(services, { ...asked, series });
  const { dimension, id } = series;
  const about = { dimension, id: id === '' ? null : id, step: asked.step, timezone: 'UTC' };
  return { status: 200, body: { success: true, ...about, points: points.map(presentPoint) } };
}

/** The series of the issue that an id leads to; any other series as it is. */
async function leadOn(services: Pick<Services, 'tickets'>, series: Series): Promise<Series> {
  if (series.dimension !== Dimension.issue) return series;
  const found = await findIssue(services, series.id);
  return isMoved(found) ? { ...series, id: found.movedTo } : series;
}

async function readPoints(
  { tickets }: Pick<Services, 'tickets'>,
  query: TrendQuery,
): Promise<readonly TrendPoint[]> {
  const issues = await tickets?.issues();
  const view = await issues?.reader.current();
  if (issues === undefined || view === undefined || query.from >= query.to) return [];
  const [counts, incidents] = await Promise.all([
    view.counts(daysBetween(firstCountedDay(query.from), query.to)),
    incidentsIn(issues.records, query),
  ]);
  return trendPoints({ ...query, completeSince: view.generation.completeSince }, counts, incidents);
}

function presentPoint({ t, ...point }: TrendPoint) {
  return { ...point, t: isoFromMs(t) };
}

function daysBetween(first: string, to: number): string[] {
  const last = dayOf(hourOf(to));
  const days: string[] = [];
  for (let day = first; day <= last; day = dayAfter(day, 1)) days.push(day);
  return days;
}

async function incidentsIn(
  records: Pick<IssueServices['records'], 'listIncidents'>,
  { from, to }: Pick<TrendQuery, 'from' | 'to'>,
): Promise<Incident[]> {
  const all = await incidentsSince(records, from - LONGEST_INCIDENT_MS, MAX_PAGES);
  return all.filter(({ openedAt, lastHour }) => openedAt < to && (lastHour + 1) * HOUR_MS > from);
}
