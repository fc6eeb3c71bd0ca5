/** What can be done to an account's tickets between two calls, as data: the same in a test, over curl and in the journal. */
import { z } from 'zod';
import type { CommentInput, TicketInput } from './stored-ticket.ts';

const id = z.int().min(1);
/** One ticket or several. */
const which = { ids: z.union([id.transform((one) => [one]), z.array(id).min(1)]) };
/** When it happened, Unix seconds. Default: now. */
const at = z.int().min(0).optional();

const comment = z.looseObject({ body: z.string() }).transform((value) => value as unknown as CommentInput);
const ticket = z.looseObject({}).transform((value) => value as TicketInput);

/** Every operation. */
export const ticketOperationSchema = z.discriminatedUnion('op', [
  /** A new ticket. Any field may be given, `generated_timestamp` and wrong types too; an `id` that exists replaces. */
  z.strictObject({ op: z.literal('create'), ticket, at }),
  /** The next of the generated tickets arrive, `count` of them (default 1). */
  z.strictObject({ op: z.literal('arrive'), count: z.int().min(1).max(10_000).optional(), at }),
  /** A person changes fields: makes a ticket event, so `updated_at` moves too. */
  z.strictObject({ op: z.literal('update'), ...which, fields: ticket, at }),
  /** The system touches tickets (all without `ids`): `generated_timestamp` alone moves, the content stays. */
  z.strictObject({ op: z.literal('system_update'), ids: which.ids.optional(), at }),
  z.strictObject({ op: z.literal('comment'), ...which, comment, at }),
  z.strictObject({ op: z.literal('delete'), ...which, at }),
  /** Takes a deletion back, as an agent may for 30 days. */
  z.strictObject({ op: z.literal('restore'), ...which, at }),
  /** Deletes for good: the texts are replaced and the requester goes. */
  z.strictObject({
    op: z.literal('scrub'),
    ...which,
    /** What stands in place of the texts. Default 'SCRUBBED'. */
    text: z.string().optional(),
    /** Default false. */
    keepRequester: z.boolean().optional(),
    at,
  }),
  /** Closes tickets with a private comment that names the one that goes on. */
  z.strictObject({ op: z.literal('merge'), ...which, into: id, at }),
  /** Deletes tickets and suspends their requesters. */
  z.strictObject({ op: z.literal('mark_as_spam'), ...which, at }),
  /** Closed long ago: no longer in `GET /tickets`, still in the exports. */
  z.strictObject({ op: z.literal('archive'), ...which, at }),
  /** Blacks a piece of text out, in all comments. */
  z.strictObject({
    op: z.literal('redact'),
    ...which,
    text: z.string().min(1),
    /** Whether the export shows it as a change. Default true. */
    isChange: z.boolean().optional(),
    at,
  }),
]);

export type TicketOperation = z.infer<typeof ticketOperationSchema>;

/** An operation of one kind. */
export type OperationOf<Op extends TicketOperation['op']> = Extract<TicketOperation, { readonly op: Op }>;
