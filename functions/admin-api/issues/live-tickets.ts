import type { IssueSummary } from '#core/issues/issue.ts';
import { evidenceText } from '#core/issues/trends/evidence-text.ts';
import { effectiveAnalysis } from '#core/tickets/analyse-ticket.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { TicketServices } from '#functions/admin-api/ports.ts';

/** A ticket that shows what an issue is about, as the API answers it. */
export type LiveExample = {
  readonly ticket_id: string;
  readonly statement: string;
  readonly language: string | null;
};

type Tickets = Pick<TicketServices['store'], 'getMany'>;

/** Entries that one read of the store takes. */
const READ_TOGETHER = 1_000;

/** The tickets of these ids that are there now, by id: what was deleted since it was grouped is in no answer. */
export async function readLive(
  store: Tickets,
  ids: Iterable<string>,
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

/** What a ticket says in one line, as it is now. */
export function lineOf(ticket: LiveTicket): string {
  return evidenceText(effectiveAnalysis(ticket)?.statement ?? null, ticket);
}

/**
 * The examples of issues by issue, in the words that their tickets have now.
 *
 * @param most how many of each issue are read
 */
export async function liveExamples(
  store: Tickets,
  issues: readonly Pick<IssueSummary, 'id' | 'examples'>[],
  most: number,
): Promise<ReadonlyMap<string, readonly LiveExample[]>> {
  const shown = issues.map(({ id, examples }) => ({ id, examples: examples.slice(0, most) }));
  const ids = shown.flatMap(({ examples }) => examples.map(({ ticketId }) => ticketId));
  const tickets = await readLive(store, ids);
  return new Map(
    shown.map(({ id, examples }) => [
      id,
      examples.flatMap(({ ticketId, language }): LiveExample[] => {
        const ticket = tickets.get(ticketId);
        return ticket ? [{ ticket_id: ticketId, statement: lineOf(ticket), language }] : [];
      }),
    ]),
  );
}
