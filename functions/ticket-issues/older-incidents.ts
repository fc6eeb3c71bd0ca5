import { ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import { incidentsSince } from '#core/issues/incidents-since.ts';
import type { GoneTexts } from '#core/issues/summaries/issue-tickets.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import type { IssueDeps } from './issue-deps.ts';
import type { KnownIssues } from './known-issues.ts';

/** No incident lasts for longer than that before it names a ticket. */
const LONGEST_MS = 30 * 86_400_000;

/**
 * The incidents that are over for longer and name a ticket that is gone, or show what it said.
 *
 * @throws StorageError
 */
export async function olderIncidents(
  { records }: Pick<IssueDeps, 'records'>,
  { days, incidents }: KnownIssues,
  { ids, lines }: GoneTexts,
): Promise<readonly Incident[]> {
  if (ids.size + lines.size === 0) return [];
  const recent = new Set(incidents.map(({ id }) => id));
  const since = firstTouched(days, { ids, lines }) - LONGEST_MS;
  const all = await incidentsSince(records, since);
  return all.filter(
    ({ id, tickets, title }) =>
      !recent.has(id) && (lines.has(title) || tickets.some((ticket) => ids.has(ticket.id))),
  );
}

/** When the first ticket was written that is gone or says something else now. */
function firstTouched(days: KnownIssues['days'], { ids, lines }: GoneTexts): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { id, line, createdAt } of ticketsIn(days)) {
    if (ids.has(id) || lines.has(line)) first = Math.min(first, createdAt);
  }
  return first;
}
