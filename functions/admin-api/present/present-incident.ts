import * as z from 'zod';
import { type Incident, requestersOf } from '#core/issues/trends/incident.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { issueId } from './present-issue.ts';
import { timeOrNull } from './time-or-null.ts';
import { count, nullableTime, time } from './wire-schemas.ts';

export const wireIncident = z.object({
  id: z.string(),
  title: z.string().meta({ examples: ['WhatsApp Web refuses Firefox'] }),
  opened_at: time.meta({ description: 'The end of the first hour that alerted.' }),
  closed_at: nullableTime.meta({
    description: 'Null: it is open. It closes after 24 hours without an alert.',
  }),
  retrospective: z.boolean().meta({
    description: 'It was over when its tickets came in: nobody was alerted.',
    examples: [false],
  }),
  p: z
    .number()
    .min(0)
    .max(1)
    .meta({ description: 'How likely chance alone is, of its least likely hour.', examples: [7e-9] }),
  observed: count.meta({ description: 'Requesters who came in the window of that hour.', examples: [40] }),
  expected: z
    .number()
    .nonnegative()
    .meta({ examples: [3.9] }),
  window_h: count.meta({ description: 'Hours of that window.', examples: [3] }),
  issues: z.array(issueId).meta({ description: 'The issues that burst in it.' }),
  tickets: count,
  requesters: count,
});

export function presentIncident(incident: Incident): z.output<typeof wireIncident> {
  const { id, title, openedAt, closedAt, p, observed, expected, windowHours, issues, tickets } = incident;
  return {
    ...{ id, title, p, observed },
    opened_at: isoFromMs(openedAt),
    closed_at: timeOrNull(closedAt ?? undefined),
    retrospective: incident.isRetrospective,
    expected: Math.round(expected * 100) / 100,
    window_h: windowHours,
    issues: [...issues],
    tickets: tickets.length,
    requesters: requestersOf(incident),
  };
}
