import * as z from 'zod';
import { numberText } from '#core/json/json.ts';
import { digitsAsText } from '#core/marketplace/wire-fields.ts';
import type { FailedTicket } from '#core/tickets/sync-state.ts';
import { type Ticket, TicketPriority, TicketStatus } from '#core/tickets/ticket.ts';
import type { ReadTicket } from '#core/tickets/ticket-export.ts';
import { instantToMs, parseInstant } from '#core/time/instant.ts';

/** Text that decides nothing is cut at this: it is stored with every ticket. */
const MAX_WORD = 100;
const MAX_TAGS = 200;

/** Digits of an id, which may be larger than a double holds. */
const id = z
  .unknown()
  .transform(digitsAsText)
  .pipe(z.string().regex(/^\d{1,20}$/));
const idOrNull = id.nullable().catch(null);

const time = z.string().transform((text, context) => {
  const instant = parseInstant(text);
  if (instant !== undefined) return instantToMs(instant);
  context.addIssue({ code: 'custom', message: 'is not an ISO 8601 time' });
  return z.NEVER;
});

/** Unix seconds. */
const seconds = z
  .int()
  .nonnegative()
  .transform((value) => value * 1000);

/** Text that is kept as it came, but for halves of surrogate pairs, which nothing could store. */
const text = z.string().transform((value) => value.toWellFormed());
const word = text.transform((value) => value.slice(0, MAX_WORD).toWellFormed());

const source = z.object({
  rel: z.string().nullish().catch(null),
  from: z
    .object({ ticket_id: idOrNull.optional(), ticket_ids: z.array(id).optional().catch(undefined) })
    .nullish()
    .catch(null),
});
/** How something came in. Only what a merge says is read: addresses and names are personal. */
const via = z
  .object({ channel: word.catch('unknown'), source: source.nullish().catch(null) })
  .catch({ channel: 'unknown', source: null });
type Via = z.output<typeof via>;

/** Only what we go by: `fields`, `metadata` and the rest are never taken in. */
const wireTicket = z.object({
  id,
  created_at: time,
  updated_at: time.nullish().catch(undefined),
  generated_timestamp: seconds.nullish(),
  status: z.enum(TicketStatus),
  priority: z.enum(TicketPriority).nullable().catch(null),
  type: word.nullable().catch(null),
  via,
  brand_id: idOrNull,
  ticket_form_id: idOrNull,
  tags: z
    .array(z.unknown())
    .catch([])
    .transform((tags) => tags.flatMap((tag) => word.safeParse(tag).data ?? []).slice(0, MAX_TAGS)),
  requester_id: idOrNull,
  subject: text.nullish(),
  description: text.nullish(),
});

/** Reads one ticket. What is wrong with it is its own affair, and told by the names of its fields alone. */
export function readTicket(wire: unknown): ReadTicket {
  const parsed = wireTicket.safeParse(wire);
  return parsed.success ? { ticket: toTicket(parsed.data) } : { failed: toFailure(wire, parsed.error) };
}

function toTicket(wire: z.output<typeof wireTicket>): Ticket {
  const updatedAt = wire.updated_at ?? wire.created_at;
  return {
    id: wire.id,
    createdAt: wire.created_at,
    updatedAt,
    // A ticket that is asked for alone may come without it.
    generatedAt: wire.generated_timestamp ?? updatedAt,
    status: wire.status,
    priority: wire.priority,
    type: wire.type,
    channel: wire.via.channel,
    brandId: wire.brand_id,
    formId: wire.ticket_form_id,
    tags: wire.tags,
    requesterId: wire.requester_id,
    subject: wire.subject ?? null,
    description: wire.description ?? null,
    mergedInto: mergedWith(wire.via),
  };
}

/** The one ticket that a merge names; null where there was none, or where it names several: those went into this one. */
export function mergedWith({ source: from }: Via): string | null {
  if (from?.rel !== 'merge') return null;
  const { ticket_id, ticket_ids } = from.from ?? {};
  const ids = ticket_ids ?? (ticket_id ? [ticket_id] : []);
  return ids.length === 1 ? (ids[0] ?? null) : null;
}

export { time as wireTime, via as wireVia };

/** The id of a ticket that has none that could be read. */
const UNKNOWN_ID = 'unknown';

function toFailure(wire: unknown, error: z.ZodError): FailedTicket {
  const fields = new Set(error.issues.map(({ path }) => String(path[0] ?? 'the ticket')));
  const named = (typeof wire === 'object' && wire !== null ? wire : {}) as { readonly id?: unknown };
  const digits = id.safeParse(named.id).data ?? numberText(named.id);
  return {
    id: digits ?? UNKNOWN_ID,
    code: 'ticket_unreadable',
    message: `The ticket cannot be read: ${[...fields].slice(0, 8).join(', ')} is not as agreed.`,
  };
}
