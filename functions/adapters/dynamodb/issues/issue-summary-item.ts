import * as z from 'zod';
import type { IssueSummary } from '#core/issues/issue.ts';
import { Trend } from '#core/issues/trends/growth.ts';
import { TicketKind } from '#core/tickets/analysis/analysis.ts';

/** The issues in what was unpacked; undefined where it is none. */
export function readSummaries(value: unknown): readonly IssueSummary[] | undefined {
  const parsed = z.array(storedSummary).safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

const text = z.string();
const count = z.number();

const storedSummary = z.object({
  id: text,
  isEmerging: z.boolean(),
  fallbackTitle: text,
  kind: z.enum(TicketKind).nullable(),
  productArea: text.nullable(),
  severityMix: z.object({ critical: count, high: count, medium: count, low: count }),
  ticketsTotal: count,
  tickets7d: count,
  tickets24h: count,
  requesters7d: count,
  growth: z.object({ ratio: count, low: count, high: count }),
  trend: z.enum(Trend),
  score: count,
  firstSeen: z.int(),
  lastSeen: z.int(),
  languages: z.array(text),
  representative: text.nullable(),
  keywords: z.array(text),
  examples: z.array(z.object({ ticketId: text, line: text, language: text.nullable() })),
  incidentId: text.nullable(),
  days: z.array(text),
});
