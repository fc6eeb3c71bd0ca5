import type { CommentInput, StoredAudit, StoredTicket, TicketInput } from './stored-ticket.ts';
import { isoSeconds } from './wire-ticket.ts';

/** The requester of a ticket that names none. */
const DEFAULT_REQUESTER_ID = 380_000_000_000;

/**
 * Makes a ticket of what is given. Times that are left out follow from those that are there: `updated_at` is the last
 * comment's or the creation's, `generated_timestamp` is that of `updated_at`.
 *
 * @param given the id and the time (Unix seconds) of a ticket that names none itself.
 */
export function newTicket(
  input: TicketInput,
  given: { readonly id: number; readonly at: number },
): StoredTicket {
  const {
    id = given.id,
    created_at: createdAt = isoSeconds(given.at * 1000),
    subject = `Ticket ${id}`,
    description = `This is ticket ${id}.`,
    status = 'open',
    tags = [],
    requester_id: requesterId = DEFAULT_REQUESTER_ID,
    comments = [],
    support_type: supportType = 'agent',
    description_html: descriptionHtml,
    channel = 'email',
    updated_at: updated,
    generated_timestamp: generated,
    ...fields
  } = input;
  const audits = comments.map((comment) => auditOf(comment, secondsOf(createdAt, given.at)));
  const lastAudit = audits.at(-1)?.at;
  const updatedAt = updated ?? (lastAudit === undefined ? createdAt : isoSeconds(lastAudit * 1000));
  return {
    id,
    createdAt,
    updatedAt,
    generatedAt: generated ?? secondsOf(updatedAt, given.at),
    status,
    subject,
    description,
    descriptionHtml: typeof descriptionHtml === 'string' ? descriptionHtml : undefined,
    requesterId,
    tags,
    channel: typeof channel === 'string' ? channel : 'email',
    fields,
    isArchived: false,
    isScrubbed: false,
    supportType,
    audits,
  };
}

function auditOf(comment: CommentInput, otherwise: number): StoredAudit {
  return { at: secondsOf(comment.created_at, otherwise), comment, changes: [] };
}

/** Unix seconds of a time; a text that is none counts as `otherwise`. */
function secondsOf(time: string | undefined, otherwise: number): number {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? otherwise : Math.floor(ms / 1000);
}
