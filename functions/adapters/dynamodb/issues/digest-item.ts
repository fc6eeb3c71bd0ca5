import * as z from 'zod';
import { pack, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import type { Digest } from '#core/issues/trends/digest.ts';
import { Trend } from '#core/issues/trends/growth.ts';

export function digestItem(key: Key, digest: Digest) {
  return { ...key, json: pack(digest) };
}

/** The digest in an item; undefined where it has none. */
export function readDigest(row: Row): Digest | undefined {
  return storedDigest.safeParse(unpackJson(row.json)).data;
}

const text = z.string();
const count = z.number();
const growth = z.object({ ratio: count, low: count, high: count });

const issues = z.array(
  z.object({
    id: text,
    title: text,
    status: z.enum(['open', 'acknowledged', 'resolved', 'ignored', 'emerging']),
    kind: text.nullable(),
    product_area: text.nullable(),
    trend: z.enum(Trend),
    growth,
    score: count,
    severity_mix: z.object({ critical: count, high: count, medium: count, low: count }),
    tickets_24h: count,
    tickets_7d: count,
    requesters_7d: count,
    representative_statement: text.nullable(),
    reopened_at: text.nullable(),
  }),
);

const incidents = z.array(
  z.object({
    id: text,
    title: text,
    opened_at: text,
    closed_at: text.nullable(),
    p: count,
    observed: count,
    expected: count,
    window_h: count,
    issues: z.array(text),
    tickets: count,
    requesters: count,
    examples: z.array(z.object({ ticket_id: text, statement: text, language: text.nullable() })),
  }),
);

const storedDigest = z.object({
  date: text,
  generated_at: text,
  totals: z.object({ tickets: count, requesters: count, tickets_7d: count, growth, open_issues: count }),
  incidents,
  new_issues: issues,
  rising: issues,
  top: issues,
  regressions: issues,
  resolved_candidates: issues,
  quality: z.object({ pending: count, failed: count, refused: count, low_confidence: count }),
  cost: z.object({ day_usd: count, month_usd: count }),
});
