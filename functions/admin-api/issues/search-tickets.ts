import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import type { FoundTicket, TicketSearch, TicketServices } from '#functions/admin-api/ports.ts';
import type { IssueReader, IssueView } from './issue-reader.ts';
import { readLive } from './live-tickets.ts';
import { createTicketIndex } from './ticket-index.ts';

/** The newest so many tickets are searched: what an instance holds in memory, and indexes within a request. */
const MAX_SEARCHED = 20_000;
/** Days that are read together. */
const DAYS_TOGETHER = 10;
/** So many times more hits are looked at than were asked for: some of them may be gone. */
const SPARE = 2;

type SearchDeps = {
  readonly reader: Pick<IssueReader, 'current'>;
  readonly store: Pick<TicketServices['store'], 'getMany'>;
};

/** What is searched now: of which generation, and in which issue each ticket is. */
type Searched = {
  readonly view: IssueView;
  readonly issueIds: ReadonlyMap<string, string | null>;
  readonly isPartial: boolean;
};

/**
 * A search over the tickets as they were grouped last. Its index is brought up to date with each generation; what was
 * deleted since is left out of the answer.
 */
export function createTicketSearch({ reader, store }: SearchDeps): TicketSearch {
  const index = createTicketIndex();
  let searched: Promise<Searched> | undefined;
  const refresh = async (before: Promise<Searched> | undefined, view: IssueView): Promise<Searched> => {
    const known = await before?.catch(() => undefined);
    if (known?.view === view) return known;
    const { tickets, isPartial } = await newestTickets(view);
    index.take(tickets);
    return { view, isPartial, issueIds: new Map(tickets.map(({ id, issueId }) => [id, issueId])) };
  };
  return {
    async search(query, limit) {
      const view = await reader.current();
      if (view === undefined) return { found: [], partial: undefined };
      // One after the other: each refresh begins with what the one before made.
      searched = refresh(searched, view);
      const { issueIds, isPartial } = await searched;
      const hits = index.search(query).slice(0, SPARE * limit);
      const live = await readLive(
        store,
        hits.map(({ id }) => id),
      );
      const found = hits.flatMap(({ id, score }): FoundTicket[] => {
        const ticket = live.get(id);
        return ticket ? [{ ticket, issueId: issueIds.get(id) ?? null, score }] : [];
      });
      return { found: found.slice(0, limit), partial: isPartial ? PARTIAL : undefined };
    },
  };
}

const PARTIAL = `Only the newest ${MAX_SEARCHED.toLocaleString('en')} tickets are searched.`;

async function newestTickets(
  view: IssueView,
): Promise<{ readonly tickets: readonly GroupedTicket[]; readonly isPartial: boolean }> {
  const days = [...view.generation.days.keys()].sort().reverse();
  const tickets: GroupedTicket[] = [];
  for (let at = 0; at < days.length; at += DAYS_TOGETHER) {
    const together = days.slice(at, at + DAYS_TOGETHER);
    const read = await view.days(together);
    for (const day of together) {
      for (const ticket of (read.get(day)?.tickets ?? []).toReversed()) {
        if (ticket.line === '') continue;
        if (tickets.length === MAX_SEARCHED) return { tickets, isPartial: true };
        tickets.push(ticket);
      }
    }
  }
  return { tickets, isPartial: false };
}
