import type { StoredTicket } from './stored-ticket.ts';

/** A place in the export: after the ticket of this id, among those of this second. */
export type Position = { readonly generatedAt: number; readonly id: number };

/** What is asked of the export. */
export type Slice = {
  readonly after: Position;
  /** The latest `generatedAt` that may be seen, Unix seconds. */
  readonly until: number;
  readonly limit: number;
  readonly accepts: (ticket: StoredTicket) => boolean;
};

/** The tickets of one account, by id and in the order of the export: `(generatedAt, id)` ascending. */
export class TicketStore {
  readonly #tickets = new Map<number, StoredTicket>();
  #ordered: StoredTicket[] | undefined;
  #lastId = 0;
  #version = 0;

  get size(): number {
    return this.#tickets.size;
  }

  /** Changes with every change of any ticket. */
  get version(): number {
    return this.#version;
  }

  /** An id that is greater than every one so far. */
  nextId(): number {
    return this.#lastId + 1;
  }

  get(id: number): StoredTicket | undefined {
    return this.#tickets.get(id);
  }

  put(ticket: StoredTicket): void {
    this.#tickets.set(ticket.id, ticket);
    this.#lastId = Math.max(this.#lastId, ticket.id);
    this.#ordered = undefined;
    this.#version += 1;
  }

  /** All tickets, in the order of the export. */
  ordered(): readonly StoredTicket[] {
    this.#ordered ??= [...this.#tickets.values()].sort(compare);
    return this.#ordered;
  }

  /** The next tickets behind a place, and whether there are more that may be seen. */
  slice({ after, until, limit, accepts }: Slice): { tickets: StoredTicket[]; hasMore: boolean } {
    const ordered = this.ordered();
    const tickets: StoredTicket[] = [];
    for (let index = firstAfter(ordered, after); index < ordered.length; index += 1) {
      const ticket = ordered[index];
      if (ticket === undefined || ticket.generatedAt > until) break;
      if (!accepts(ticket)) continue;
      if (tickets.length === limit) return { tickets, hasMore: true };
      tickets.push(ticket);
    }
    return { tickets, hasMore: false };
  }

  /** The last ticket at or before a place. */
  lastBefore({ generatedAt, id }: Position): StoredTicket | undefined {
    const ordered = this.ordered();
    return ordered[firstAfter(ordered, { generatedAt, id }) - 1];
  }
}

function compare(a: StoredTicket, b: StoredTicket): number {
  return a.generatedAt - b.generatedAt || a.id - b.id;
}

/** The index of the first ticket behind a place, by halving. */
function firstAfter(ordered: readonly StoredTicket[], { generatedAt, id }: Position): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const ticket = ordered[middle];
    const isBehind =
      ticket !== undefined &&
      (ticket.generatedAt > generatedAt || (ticket.generatedAt === generatedAt && ticket.id > id));
    if (isBehind) high = middle;
    else low = middle + 1;
  }
  return low;
}
