import * as z from 'zod';
import type { Dimension } from '#core/issues/trends/hour-counts.ts';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import { validationFailed } from '#functions/admin-api/http/errors.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import { presentIncident, wireIncident } from '#functions/admin-api/present/present-incident.ts';
import {
  count,
  failure,
  filterText,
  moment,
  msOfMoment,
  nextCursor,
  pageQuery,
  success,
  time,
} from '#functions/admin-api/present/wire-schemas.ts';

/** Written out: the module of the counts is loaded when they are asked for. */
const DIMENSIONS = ['total', 'product_area', 'kind', 'issue'] as const satisfies readonly Dimension[];

const DAY_MS = 86_400_000;
/** What is answered without `from`, and at most, by step. */
const SPANS = {
  hour: { usual: 7 * DAY_MS, most: 31 * DAY_MS, words: '31 days' },
  day: { usual: 90 * DAY_MS, most: 731 * DAY_MS, words: '731 days' },
} as const;

const figure = z.number().nonnegative().nullable();

const getTrends = defineRoute({
  method: 'GET',
  path: '/api/trends',
  level: Level.supervised,
  operationId: 'getTrends',
  summary: 'Tickets and requesters by hour or day, with what was to be expected.',
  description:
    'By when tickets were created, never by when they came here. Hours and days are those of UTC. `issue` with an id that ' +
    'was merged away is answered for the issue that it leads to.',
  tag: 'issues',
  query: z.strictObject({
    dimension: z.enum(DIMENSIONS).default('total').meta({ description: 'What is counted.' }),
    id: filterText('Which area, kind or issue; not for `total`.', 'billing'),
    step: z.enum(['hour', 'day']).default('hour'),
    from: moment('The first point. Default: 7 days back by the hour, 90 by the day.'),
    to: moment(
      'Points begin before it. Default, and at most: now. 31 days by the hour at most, 731 by the day.',
    ),
  }),
  responses: {
    200: {
      description: 'The points, the oldest first; none where nothing was grouped yet.',
      schema: z.object({
        success,
        dimension: z.enum(DIMENSIONS),
        id: z.string().nullable(),
        step: z.enum(['hour', 'day']),
        timezone: z.literal('UTC'),
        points: z.array(
          z.object({
            t: time,
            count: count.meta({ description: 'Tickets, without those that were merged into others.' }),
            requesters: count,
            expected: figure.meta({
              description:
                'Requesters to be expected. Null while there are fewer than 28 days of history, or where hours are no ' +
                'longer kept.',
            }),
            low: figure.meta({ description: 'With `high`: 95 % of such times lie between.' }),
            high: figure,
            alert: z.string().nullable().meta({ description: 'The incident in which it burst then.' }),
          }),
        ),
      }),
    },
    404: { description: '`issue_not_found`: there is no such issue.', schema: failure },
  },
  async handle({ query: { dimension, id, step, from, to } }, services) {
    const time = spanOf({ step, from: msOfMoment(from), to: msOfMoment(to) }, services.now());
    requireId(dimension, id);
    const { answerTrend } = await import('#functions/admin-api/issues/read-trends.ts');
    return answerTrend(services, { series: { dimension, id: id ?? '' }, step, ...time });
  },
});

/** No ticket is older. */
const EARLIEST = Date.UTC(2000, 0, 1);

/** What is asked for, without what lies before any ticket or ahead. @throws ApiError `validation_failed` (400) */
function spanOf(
  asked: {
    readonly step: 'hour' | 'day';
    readonly from: number | undefined;
    readonly to: number | undefined;
  },
  nowMs: number,
): { readonly from: number; readonly to: number } {
  const span = SPANS[asked.step];
  const to = asked.to ?? nowMs;
  const from = asked.from ?? to - span.usual;
  if (from >= to) throw invalid('from', 'must be before `to`');
  if (to - from > span.most) throw invalid('from', `must be at most ${span.words} before \`to\``);
  return { from: Math.max(from, EARLIEST), to: Math.min(to, nowMs) };
}

/** @throws ApiError `validation_failed` (400) */
function requireId(dimension: Dimension, id: string | undefined): void {
  if (dimension === 'total' && id !== undefined) throw invalid('id', 'is not for the total');
  if (dimension !== 'total' && id === undefined) throw invalid('id', `must be given for ${dimension}`);
}

function invalid(field: string, message: string) {
  return validationFailed([{ in: 'query', field, message }]);
}

const listIncidents = defineRoute({
  method: 'GET',
  path: '/api/trends/alerts',
  level: Level.supervised,
  operationId: 'listIncidents',
  summary: 'Incidents: what burst, beyond season and chance, the newest first.',
  description:
    'Series that burst for one reason are one incident. It closes after 24 hours without an alert.',
  tag: 'issues',
  query: z.strictObject({
    state: z.enum(['open', 'closed']).optional().meta({ description: 'Only incidents of this state.' }),
    retrospective: z.enum(['true', 'false']).default('false').meta({
      description: 'Also those that were over when their tickets came in, of which nobody was alerted.',
    }),
    ...pageQuery,
  }),
  responses: {
    200: {
      description: 'A page of incidents; an empty one where no Zendesk is configured.',
      schema: z.object({ success, incidents: z.array(wireIncident), next_cursor: nextCursor }),
    },
  },
  async handle({ query: { limit, cursor, state, retrospective } }, { tickets }) {
    if (tickets === undefined) {
      return { status: 200, body: { success: true, incidents: [], next_cursor: null } };
    }
    const { records } = await tickets.issues();
    const filter = { state, retrospective: retrospective === 'true' };
    return answerPage('incidents', (size) => records.listIncidents(filter, size, cursor), {
      limit,
      present: presentIncident,
    });
  },
});

export const trendRoutes: readonly Route[] = [getTrends, listIncidents];
