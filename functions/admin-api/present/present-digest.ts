import * as z from 'zod';
import { TicketKind } from '#core/tickets/analysis/analysis.ts';
import { wireIncident } from './present-incident.ts';
import { wireExample, wireIssue } from './present-issue.ts';
import { count, nullableTime, time, usd } from './wire-schemas.ts';

const listed = wireIssue
  .pick({
    id: true,
    title: true,
    status: true,
    product_area: true,
    trend: true,
    growth: true,
    score: true,
    severity_mix: true,
    tickets_24h: true,
    tickets_7d: true,
    requesters_7d: true,
    representative_statement: true,
  })
  .extend({ kind: z.enum(TicketKind).nullable(), reopened_at: nullableTime });

/** The digest of a day, as the core makes it. */
export const wireDigest = z.object({
  date: z.iso.date().meta({ examples: ['2026-11-27'] }),
  generated_at: time,
  totals: z.object({
    tickets: count,
    requesters: count,
    tickets_7d: count,
    growth: wireIssue.shape.growth,
    open_issues: count,
  }),
  incidents: z.array(wireIncident.omit({ retrospective: true }).extend({ examples: z.array(wireExample) })),
  new_issues: z.array(listed).max(10),
  rising: z.array(listed).max(10),
  top: z.array(listed).max(10),
  regressions: z.array(listed).meta({ description: 'Issues that came back after they were resolved.' }),
  resolved_candidates: z.array(listed).meta({ description: 'Nobody wrote about them for seven days.' }),
  quality: z
    .object({ pending: count, failed: count, refused: count, low_confidence: count })
    .meta({ description: 'Tickets of seven days by how far their analyses can be relied on.' }),
  cost: z.object({ day_usd: usd, month_usd: usd }),
});
