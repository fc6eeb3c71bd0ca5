import { randomUUID } from 'node:crypto';
import { inParallel } from '#core/in-parallel.ts';
import type { TicketDay } from '#core/issues/grouped-ticket.ts';
import type { DayOfCounts, NextGeneration } from '#core/issues/issue-generation.ts';
import { packedCounts } from './counted-day-item.ts';
import type { Directory } from './generation-item.ts';
import { packedTickets } from './grouped-day-item.ts';
import { type Blob, type BlobTable, writeBlob } from './issue-blobs.ts';

const BLOBS_AT_ONCE = 8;

/**
 * Writes what is different in the next generation.
 *
 * @param number of the next one
 * @returns its directory; nobody sees it before the state names it
 * @throws StorageError
 */
export async function writeNext(
  store: BlobTable,
  { number, before }: { readonly number: number; readonly before: Directory | undefined },
  next: NextGeneration,
): Promise<Directory> {
  const { publishedAt, syncedUntil, completeSince, decisions, consolidatedAt } = next;
  const publication = randomUUID().slice(0, 8);
  const write = (kind: string, value: unknown, former: Blob | undefined) =>
    writeBlob(store, { name: `${kind}-${number}-${publication}`, value, writtenAt: publishedAt }, former);

  const days = new Map(before?.days);
  const tickets = new Map(before?.generation.days);
  const counts = new Map(before?.counts);
  await inParallel(next.days, BLOBS_AT_ONCE, async (of: TicketDay) => {
    const { day } = of;
    tickets.set(day, of.tickets.length);
    if (of.tickets.length > 0)
      days.set(day, await write(`${day}-tickets`, packedTickets(of.tickets), days.get(day)));
  });
  await inParallel(next.counts, BLOBS_AT_ONCE, async ([day, of]: [string, DayOfCounts]) => {
    if (of.hours.size + of.totals.size === 0) counts.delete(day);
    else counts.set(day, await write(`${day}-counts`, packedCounts(of), counts.get(day)));
  });
  for (const [day, count] of tickets) if (count === 0) for (const map of [days, tickets]) map.delete(day);
  const issues = await write('issues', next.issues, before?.issues);
  return {
    generation: {
      ...{ number, publishedAt, syncedUntil, completeSince, decisions, consolidatedAt },
      days: byDay(tickets),
      countedDays: new Set(byDay(counts).keys()),
    },
    days: byDay(days),
    counts: byDay(counts),
    issues,
  };
}

function byDay<T>(map: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
