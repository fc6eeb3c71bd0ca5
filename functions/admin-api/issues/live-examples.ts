import type { IssueSummary } from '#core/issues/issue.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { TicketServices } from '#functions/admin-api/ports.ts';
import { lineOf } from './ticket-line.ts';

/** A ticket that shows what an issue is about, as the API answers it. */
export type LiveExample = {
  readonly ticket_id: string;
  readonly statement: string;
  readonly language: string | null;
};

/** Entries that one read of the table takes. */
const READ_TOGETHER = 1_000;

/**
 * The examples of issues, by issue, as their tickets are now: one that was deleted is in none although the issues were
 * not grouped since.
 *
 * @param most how many of each issue are looked at
 */
export async function liveExamples(
  store: Pick<TicketServices['store'], 'getMany'>,
  issues: readonly IssueSummary[],
  most: number,
): Promise<ReadonlyMap<string, readonly LiveExample[]>> {
  const wanted = issues.flatMap(({ examples }) => examples.slice(0, most).map(({ ticketId }) => ticketId));
  const tickets = await readLive(store, wanted);
  return new Map(
    issues.map(({ id, examples }) => [
      id,
      examples.slice(0, most).flatMap(({ ticketId, language }): LiveExample[] => {
        const ticket = tickets.get(ticketId);
        return ticket ? [{ ticket_id: ticketId, statement: lineOf(ticket), language }] : [];
      }),
    ]),
  );
}

/** The tickets of these ids that are there now, by id. */
export async function readLive(
  store: Pick<TicketServices['store'], 'getMany'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LiveTicket>> {
  const unique = [...new Set(ids)];
  const found = new Map<string, LiveTicket>();
  for (let at = 0; at < unique.length; at += READ_TOGETHER) {
    for (const [id, entry] of await store.getMany(unique.slice(at, at + READ_TOGETHER))) {
      if (entry.kind === 'live') found.set(id, entry);
    }
  }
  return found;
}
