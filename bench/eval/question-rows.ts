import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { groupedTicketOf } from '#core/issues/grouping/grouped-ticket-of.ts';
import { byCreation } from '#core/issues/grouping/ticket-days.ts';
import { prepareTicket, TicketText } from '#core/tickets/prepare-ticket.ts';
import { received } from '#core/tickets/receive-ticket.ts';
import { TicketStatus } from '#core/tickets/ticket.ts';

const rowSchema = z.object({
  id: z.union([z.number(), z.string()]).transform(String),
  created_at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  subject: z.string().nullish(),
  description_html: z.string().nullish(),
  topic: z.string().nullish(),
  requester: z.union([z.string(), z.number().transform(String)]).nullish(),
});

/** The deployed defaults: the first comment counts, and nothing is left out. */
const RULES = {
  text: TicketText.first,
  selection: { brands: new Set<string>(), forms: new Set<string>(), excludedTags: new Set<string>() },
  requesterKey: 'a key of the evaluation alone',
};

/**
 * The questions of a file (`sumo-*.jsonl.gz`) as the grouping sees tickets that have no analysis, each once, the oldest
 * first: prepared, redacted and taken in by the code of the pipeline. The topic that the user chose stands in for the
 * product area. Lines that are no question are counted and left out.
 *
 * @param path of JSON lines, compressed by gzip or not
 */
export function readQuestions(path: string): {
  readonly tickets: GroupedTicket[];
  readonly rejected: number;
} {
  const bytes = readFileSync(path);
  const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const byId = new Map<string, GroupedTicket>();
  let rejected = 0;
  for (const line of (isCompressed ? gunzipSync(bytes) : bytes).toString('utf8').split('\n')) {
    if (line.trim() === '') continue;
    const ticket = ticketOf(line);
    if (ticket === undefined) rejected++;
    else byId.set(ticket.id, ticket);
  }
  return { tickets: [...byId.values()].sort(byCreation), rejected };
}

function ticketOf(line: string): GroupedTicket | undefined {
  const row = rowSchema.safeParse(parsed(line));
  if (!row.success) return undefined;
  const { id, created_at: at, subject, description_html, topic, requester } = row.data;
  const { incoming } = prepareTicket(
    {
      ...{ id, createdAt: at, updatedAt: at, generatedAt: at, status: TicketStatus.open, channel: 'web' },
      ...{ priority: null, type: null, brandId: null, formId: null, tags: [], mergedInto: null },
      ...{ requesterId: requester ?? null, subject: subject ?? null, description: description_html ?? null },
    },
    undefined,
    undefined,
    RULES,
  );
  const { next } = received(undefined, incoming, { fence: 1, now: at });
  const ticket = next?.kind === 'live' ? groupedTicketOf(next, undefined) : undefined;
  return ticket && { ...ticket, productArea: topic ?? null };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
