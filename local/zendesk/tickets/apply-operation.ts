/** Applies operations to an account's tickets. The same operations at the same times make the same tickets. */
import { newTicket } from './new-ticket.ts';
import type { CommentInput, StoredAudit, StoredTicket, TicketInput } from './stored-ticket.ts';
import type { OperationOf, TicketOperation } from './ticket-operation.ts';
import type { TicketStore } from './ticket-store.ts';
import { isoSeconds } from './wire-ticket.ts';

/** What operations work on. */
export type TicketHolder = {
  readonly store: TicketStore;
  /** The requesters that may write no more. */
  readonly suspended: Set<number>;
  /** The next generated ticket, made at a time (Unix seconds). */
  readonly arrival: (atSeconds: number) => TicketInput;
};

/** A ticket that an operation names does not exist. */
export class UnknownTicketError extends Error {
  override readonly name = 'UnknownTicketError';
  readonly code = 'unknown_ticket';
  readonly ticketId: number;
  constructor(ticketId: number) {
    super(`There is no ticket ${ticketId}.`);
    this.ticketId = ticketId;
  }
}

/**
 * Applies one operation; answers the ids of the tickets that it made or changed.
 *
 * @param nowSeconds when it happens unless it says so itself, Unix seconds.
 * @throws UnknownTicketError before anything is changed.
 */
export function applyOperation(
  holder: TicketHolder,
  operation: TicketOperation,
  nowSeconds: number,
): number[] {
  const at = operation.at ?? nowSeconds;
  const { store } = holder;
  const each = (ids: readonly number[], change: (ticket: StoredTicket) => StoredTicket) =>
    changeEach(store, ids, change);
  switch (operation.op) {
    case 'create':
      return [create(holder, operation.ticket, at)];
    case 'arrive':
      return Array.from({ length: operation.count ?? 1 }, () => create(holder, holder.arrival(at), at));
    case 'update':
      return each(operation.ids, (ticket) => withFields(ticket, operation.fields, at));
    case 'system_update':
      return each(operation.ids ?? store.ordered().map(({ id }) => id), (ticket) => touch(ticket, at));
    case 'comment':
      return each(operation.ids, (ticket) => withComment(ticket, operation.comment, at));
    case 'delete':
      return each(operation.ids, (ticket) => withDeletion(ticket, at));
    case 'restore':
      return each(operation.ids, (ticket) => withRestoration(ticket, at));
    case 'scrub':
      return each(operation.ids, (ticket) => withoutTexts(ticket, operation, at));
    case 'merge':
      return merge(store, operation, at);
    case 'mark_as_spam':
      return each(operation.ids, (ticket) => {
        if (ticket.requesterId !== null) holder.suspended.add(ticket.requesterId);
        return withDeletion(ticket, at);
      });
    case 'archive':
      return each(operation.ids, (ticket) => ({ ...ticket, status: 'closed', isArchived: true }));
    case 'redact':
      return each(operation.ids, (ticket) => withRedaction(ticket, operation, at));
  }
}

function create({ store }: TicketHolder, input: TicketInput, at: number): number {
  const ticket = newTicket(input, { id: store.nextId(), at });
  store.put(ticket);
  return ticket.id;
}

function changeEach(
  store: TicketStore,
  ids: readonly number[],
  change: (ticket: StoredTicket) => StoredTicket,
): number[] {
  const tickets = ids.map((id) => existing(store, id));
  for (const ticket of tickets) store.put(change(ticket));
  return [...ids];
}

function existing(store: TicketStore, id: number): StoredTicket {
  const ticket = store.get(id);
  if (ticket === undefined) throw new UnknownTicketError(id);
  return ticket;
}

/** A change by the system: only the export's own time moves. Time never runs back in it. */
function touch(ticket: StoredTicket, at: number): StoredTicket {
  return { ...ticket, generatedAt: Math.max(at, ticket.generatedAt) };
}

/** A change with a ticket event. */
function record(ticket: StoredTicket, audit: StoredAudit): StoredTicket {
  return {
    ...touch(ticket, audit.at),
    updatedAt: isoSeconds(audit.at * 1000),
    audits: [...ticket.audits, audit],
  };
}

const OWN_FIELDS: Readonly<Record<string, keyof StoredTicket>> = {
  subject: 'subject',
  description: 'description',
  status: 'status',
  requester_id: 'requesterId',
  tags: 'tags',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
  generated_timestamp: 'generatedAt',
  support_type: 'supportType',
};

function withFields(ticket: StoredTicket, fields: TicketInput, at: number): StoredTicket {
  const changes = Object.entries(fields).map(([field, value]) => {
    const own = OWN_FIELDS[field];
    return { field, value, previous: own ? ticket[own] : ticket.fields[field] };
  });
  const changed = record(ticket, { at, changes });
  const ours = changes.flatMap(({ field, value }) => (OWN_FIELDS[field] ? [[OWN_FIELDS[field], value]] : []));
  const rest = changes.flatMap(({ field, value }) => (OWN_FIELDS[field] ? [] : [[field, value]]));
  return {
    ...changed,
    ...Object.fromEntries(ours),
    // A description that was put in another one's place no longer is what the HTML says.
    ...('description' in fields && { descriptionHtml: undefined }),
    fields: { ...ticket.fields, ...Object.fromEntries(rest) },
  };
}

function withComment(ticket: StoredTicket, comment: CommentInput, at: number): StoredTicket {
  return record(ticket, { at, comment, changes: [] });
}

function withStatus(ticket: StoredTicket, status: StoredTicket['status'], at: number): StoredTicket {
  const changes = [{ field: 'status', value: status, previous: ticket.status }];
  return { ...record(ticket, { at, changes }), status };
}

function withDeletion(ticket: StoredTicket, at: number): StoredTicket {
  if (ticket.status === 'deleted') return ticket;
  return { ...withStatus(ticket, 'deleted', at), statusBefore: ticket.status };
}

function withRestoration(ticket: StoredTicket, at: number): StoredTicket {
  if (ticket.status !== 'deleted' || ticket.isScrubbed) return ticket;
  return { ...withStatus(ticket, ticket.statusBefore ?? 'open', at), statusBefore: undefined };
}

function withoutTexts(ticket: StoredTicket, operation: OperationOf<'scrub'>, at: number): StoredTicket {
  const { text = 'SCRUBBED', keepRequester = false } = operation;
  return {
    ...touch(ticket, at),
    updatedAt: isoSeconds(at * 1000),
    status: 'deleted',
    isScrubbed: true,
    subject: text,
    description: text,
    descriptionHtml: undefined,
    requesterId: keepRequester ? ticket.requesterId : null,
    channel: 'web',
    tags: [],
    fields: {},
    audits: [],
  };
}

function merge(store: TicketStore, { ids, into }: OperationOf<'merge'>, at: number): number[] {
  const target = existing(store, into);
  const sources = ids.map((id) => existing(store, id));
  const via = (from: readonly number[]) => ({
    channel: 'web',
    source: { from: { ticket_ids: from }, to: {}, rel: 'merge' },
  });
  for (const source of sources) {
    const body = `This request was closed and merged into request #${into} "${target.subject ?? ''}".`;
    const commented = withComment(source, { body, public: false, author_id: null, via: via([into]) }, at);
    store.put({ ...commented, status: 'closed', tags: [...source.tags, 'closed_by_merge'] });
  }
  const lines = sources.map(({ id, subject, description }) => {
    const quoted = (description ?? '').slice(0, 200);
    return `Request #${id} "${subject ?? ''}" was closed and merged into this request. Last comment in request #${id}:\n\n${quoted}`;
  });
  store.put(
    withComment(target, { body: lines.join('\n\n'), public: false, author_id: null, via: via(ids) }, at),
  );
  return [...ids, into];
}

function withRedaction(ticket: StoredTicket, operation: OperationOf<'redact'>, at: number): StoredTicket {
  const { text, isChange = true } = operation;
  const black = (given: string) => given.replaceAll(text, '▇'.repeat(text.length));
  const audits = ticket.audits.map((audit) => {
    if (audit.comment === undefined) return audit;
    return { ...audit, comment: { ...audit.comment, body: black(audit.comment.body), html_body: undefined } };
  });
  return {
    ...(isChange ? touch(ticket, at) : ticket),
    ...(isChange && { updatedAt: isoSeconds(at * 1000) }),
    description: ticket.description === null ? null : black(ticket.description),
    descriptionHtml: undefined,
    audits,
  };
}
