import { InvalidCursorError } from '#core/errors.ts';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { dayOf, hourOf } from '#core/issues/trends/hour-counts.ts';
import type { ListCursors, Page } from '#core/page.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import { hasFacets } from '#core/tickets/ticket-facets.ts';
import type { TicketFilter } from '#core/tickets/ticket-store.ts';
import type { TicketServices } from '#functions/admin-api/ports.ts';
import type { IssueReader, IssueView } from './issue-reader.ts';
import { cursorExpired } from './list-issues.ts';
import { readLive } from './live-tickets.ts';

/** Days whose tickets are read together. */
const DAYS_TOGETHER = 8;
/** Tickets that are looked at for one page at most: a rare one costs several calls rather than one that never ends. */
const MAX_LOOKED_AT = 1_000;
const LOOKED_AT_TOGETHER = 100;

/** Behind which ticket a page begins. */
type TicketPosition = Pick<GroupedTicket, 'createdAt' | 'id'>;

/** The tickets of an issue in one generation, behind a position, narrowed down. */
export type IssueTicketList = {
  readonly view: IssueView;
  readonly issueId: string;
  readonly filter: TicketFilter;
  readonly after: TicketPosition | undefined;
};

/** A list with what its cursors are made of. */
type ListNames = { readonly cursors: ListCursors; readonly asked: object };

/**
 * Where a list of an issue's tickets begins: in the generation that counts now, or in the one of the cursor.
 *
 * @returns undefined where nothing was grouped yet
 * @throws InvalidCursorError
 * @throws ApiError `cursor_expired` (400)
 */
export async function findTicketPlace(
  reader: IssueReader,
  { cursors, asked }: ListNames,
  cursor: string | undefined,
): Promise<Pick<IssueTicketList, 'view' | 'after'> | undefined> {
  if (cursor === undefined) {
    const view = await reader.current();
    return view && { view, after: undefined };
  }
  const [number, publishedAt, createdAt, id] = cursors.decode(asked, cursor);
  if (id === undefined) throw new InvalidCursorError('The cursor has no position.');
  const view = await reader.get(Number(number), Number(publishedAt));
  if (view === undefined) throw cursorExpired();
  return { view, after: { createdAt: Number(createdAt), id } };
}

/** A page of the tickets of an issue, the newest first, as they are now. */
export async function listIssueTickets(
  store: Pick<TicketServices['store'], 'getMany'>,
  list: IssueTicketList,
  { cursors, asked }: ListNames,
  limit: number,
): Promise<Page<LiveTicket>> {
  const { generation } = list.view;
  const found: LiveTicket[] = [];
  const pageBehind = ({ createdAt, id }: TicketPosition): Page<LiveTicket> => {
    const place = [generation.number, generation.publishedAt, createdAt, id].map(String);
    return { items: found, cursor: cursors.encode(asked, place) };
  };
  let lookedAt = 0;
  for await (const some of groupedTickets(list)) {
    const live = await readLive(
      store,
      some.map(({ id }) => id),
    );
    for (const { id } of some) {
      const ticket = live.get(id);
      if (ticket === undefined || !isWanted(ticket, list.filter)) continue;
      const last = found.at(-1);
      if (found.length === limit && last !== undefined) return pageBehind(last);
      found.push(ticket);
    }
    lookedAt += some.length;
    const last = some.at(-1);
    if (lookedAt >= MAX_LOOKED_AT && last !== undefined) return pageBehind(last);
  }
  return { items: found, cursor: undefined };
}

/** The tickets of an issue as they were grouped, the newest first, some at a time. */
async function* groupedTickets({ view, issueId, after }: IssueTicketList): AsyncGenerator<GroupedTicket[]> {
  const issue = (await view.issues()).get(issueId);
  const lastDay = after && dayOf(hourOf(after.createdAt));
  const days = (issue?.days ?? []).filter((day) => lastDay === undefined || day <= lastDay).toReversed();
  for (let at = 0; at < days.length; at += DAYS_TOGETHER) {
    const together = days.slice(at, at + DAYS_TOGETHER);
    const read = await view.days(together);
    const tickets = together
      .flatMap((day) => read.get(day)?.tickets ?? [])
      .filter((ticket) => ticket.issueId === issueId)
      .filter((ticket) => after === undefined || newestFirst(ticket, after) > 0)
      .sort(newestFirst);
    for (let from = 0; from < tickets.length; from += LOOKED_AT_TOGETHER) {
      yield tickets.slice(from, from + LOOKED_AT_TOGETHER);
    }
  }
}

function newestFirst(a: TicketPosition, b: TicketPosition): number {
  if (a.createdAt !== b.createdAt || a.id === b.id) return b.createdAt - a.createdAt;
  return a.id < b.id ? 1 : -1;
}

function isWanted(ticket: LiveTicket, { from, to, ...facets }: TicketFilter): boolean {
  if (from !== undefined && ticket.createdAt < from) return false;
  if (to !== undefined && ticket.createdAt >= to) return false;
  return hasFacets(ticket, facets);
}
