import * as z from 'zod';
import {
  type IssueEvent,
  IssueEventType,
  type IssueFacts,
  IssueStatus,
  type IssueSummary,
} from '#core/issues/issue.ts';
import { shownIssue } from '#core/issues/summaries/shown-issue.ts';
import type { Trend } from '#core/issues/trends/growth.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { TicketKind } from '#core/tickets/analysis/analysis.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { ticketId } from './present-ticket.ts';
import { timeOrNull } from './time-or-null.ts';
import { count, nullableTime, time } from './wire-schemas.ts';

export const issueId = z.string().meta({
  description: 'Id of an issue: a ULID.',
  pattern: '^[0-9A-HJKMNP-TV-Z]{26}$',
  examples: ['01KHTNPR6M4Y8Z0V9QK2D3F5GM'],
});

/** The same where a list is narrowed down by it: what is no id is no filter. */
export const issueFilter = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be the id of an issue')
  .optional()
  .meta({
    description: 'Only tickets of this issue; an id that was merged away leads on.',
    examples: ['01KHTNPR6M4Y8Z0V9QK2D3F5GM'],
  });

/** As issues are listed: one that is still emerging has no status of its own. */
export const listedStatus = z.enum([...Object.values(IssueStatus), 'emerging']);

export const generationNumber = count.meta({
  description: 'Which state of the grouping it is; 0 where nothing was grouped yet.',
  examples: [412],
});

/** Written out: the module of the growth is loaded when it is computed. */
export const TRENDS = ['new', 'rising', 'steady', 'falling', 'gone'] as const satisfies readonly Trend[];

const wireGrowth = z.object({ ratio: z.number(), low: z.number(), high: z.number() }).meta({
  description: 'Requesters of 7 days against those of the three weeks before, with a 90 % interval.',
  examples: [{ ratio: 2.4, low: 1.3, high: 4.4 }],
});

const wireSeverityMix = z
  .object({ critical: count, high: count, medium: count, low: count })
  .meta({ description: 'Tickets of 90 days by severity; those without an analysis are in none.' });

export const wireIssue = z.object({
  id: issueId,
  title: z.string().meta({
    description: "The operator's, Claude's, or made of the terms and texts of its tickets: plain text.",
    examples: ['CSV export times out'],
  }),
  description: z.string().nullable(),
  kind: z.enum(TicketKind).nullable().meta({ description: 'What most of its analysed tickets are.' }),
  product_area: z
    .string()
    .nullable()
    .meta({ examples: ['billing'] }),
  status: listedStatus,
  score: z.number().nonnegative().meta({ description: 'What orders them; see docs/tickets.md.' }),
  severity_mix: wireSeverityMix,
  tickets_total: count,
  tickets_7d: count,
  tickets_24h: count,
  requesters_7d: count,
  growth: wireGrowth,
  trend: z.enum(TRENDS),
  first_seen: time,
  last_seen: time,
  languages: z.array(z.string()).meta({ examples: [['en', 'de']] }),
  representative_statement: z.string().nullable().meta({ description: 'The text of a typical ticket.' }),
  alert: z
    .object({ incident_id: z.string(), title: z.string(), opened_at: time })
    .nullable()
    .meta({ description: 'The incident that it bursts in, while that is open.' }),
  owner: z.string().nullable(),
  resolved_at: nullableTime,
  reopened_at: nullableTime.meta({ description: 'When tickets came again after it was resolved.' }),
  version: count.meta({ description: 'Of what is kept besides its tickets; for `If-Match`.' }),
});

const point = z.object({ t: time, count, requesters: count });

/** A ticket that shows what something is about. */
export const wireExample = z.object({
  ticket_id: ticketId,
  statement: z.string(),
  language: z.string().nullable(),
});

export const wireIssueDetail = wireIssue.extend({
  note: z.string().nullable(),
  keywords: z.array(z.string()).max(10),
  examples: z
    .array(wireExample)
    .max(12)
    .meta({ description: 'Near the centre, and of several people and languages.' }),
  series: z.object({
    hours: z.array(point).meta({ description: '168 hours of UTC, the present one last.' }),
    days: z.array(point).meta({ description: '90 days of UTC, the present one last.' }),
  }),
  events: z
    .array(
      z.object({
        at: time,
        type: z.enum(IssueEventType),
        by: z.string().meta({ description: "An operator's subject, or `system`." }),
        data: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
      }),
    )
    .meta({ description: 'What happened to it, the newest 50 first.' }),
});

export type WireIssue = z.output<typeof wireIssue>;
export type WireIssueDetail = z.output<typeof wireIssueDetail>;
type WireExample = z.output<typeof wireExample>;

/** An issue with what is known of it now. */
export type KnownIssue = {
  readonly summary: IssueSummary;
  readonly facts: IssueFacts | undefined;
  /** Its open incident. */
  readonly incident: Incident | undefined;
  /** Those whose tickets are there now, best first. */
  readonly examples: readonly WireExample[];
};

export function presentIssue({ summary, facts, incident, examples }: KnownIssue): WireIssue {
  const { title, description, status } = shownIssue(summary, facts);
  return {
    ...{ id: summary.id, title, description, status },
    kind: summary.kind,
    product_area: summary.productArea,
    score: summary.score,
    severity_mix: { ...summary.severityMix },
    tickets_total: summary.ticketsTotal,
    tickets_7d: summary.tickets7d,
    tickets_24h: summary.tickets24h,
    requesters_7d: summary.requesters7d,
    growth: { ...summary.growth },
    trend: summary.trend,
    first_seen: isoFromMs(summary.firstSeen),
    last_seen: isoFromMs(summary.lastSeen),
    languages: [...summary.languages],
    representative_statement: examples[0]?.statement ?? null,
    alert: incident ? presentAlert(incident) : null,
    owner: facts?.owner ?? null,
    resolved_at: timeOrNull(facts?.resolvedAt ?? undefined),
    reopened_at: timeOrNull(facts?.reopenedAt ?? undefined),
    version: facts?.version ?? 0,
  };
}

function presentAlert({ id, title, openedAt }: Incident): NonNullable<WireIssue['alert']> {
  return { incident_id: id, title, opened_at: isoFromMs(openedAt) };
}

export function presentIssueDetail(
  known: KnownIssue,
  series: WireIssueDetail['series'],
  events: readonly IssueEvent[],
): WireIssueDetail {
  return {
    ...presentIssue(known),
    note: known.facts?.note ?? null,
    keywords: [...known.summary.keywords],
    examples: [...known.examples],
    series,
    events: events.map(({ at, type, by, data }) => ({ at: isoFromMs(at), type, by, data: { ...data } })),
  };
}
