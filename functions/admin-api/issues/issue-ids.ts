import { dayOf, hourOf } from '#core/issues/trends/hour-counts.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { TicketServices } from '#functions/admin-api/ports.ts';

/**
 * The issues that tickets are in now, by ticket. One that is not grouped yet is in none.
 */
export async function issueIdsOf(
  { issues }: Pick<TicketServices, 'issues'>,
  tickets: readonly Pick<LiveTicket, 'id' | 'createdAt'>[],
): Promise<ReadonlyMap<string, string | null>> {
  const view = tickets.length === 0 ? undefined : await (await issues()).reader.current();
  if (view === undefined) return new Map();
  const days = await view.days(new Set(tickets.map(({ createdAt }) => dayOf(hourOf(createdAt)))));
  const wanted = new Set(tickets.map(({ id }) => id));
  const ids = new Map<string, string | null>();
  for (const { tickets: grouped } of days.values()) {
    for (const { id, issueId } of grouped) if (wanted.has(id)) ids.set(id, issueId);
  }
  return ids;
}
