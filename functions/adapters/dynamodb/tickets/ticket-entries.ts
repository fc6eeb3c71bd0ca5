import { batchGet, type Timing } from '#adapters/dynamodb/table/batch-get.ts';
import { type Row, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import type { TicketEntry } from '#core/tickets/ticket-entry.ts';
import { readTicket, ticketKey } from './ticket-item.ts';
import { isTicketId } from './ticket-list.ts';

/** What the functions of this store work on. */
export type TicketTable = {
  readonly table: Table;
  readonly subdomain: string;
  readonly timing: Timing;
  /** What was written into the list of months, so that each is written once. */
  readonly months: Map<string, Promise<unknown>>;
};

/** The entry in an item; one that can't be read is reported, and counts as none. */
export function readEntry(table: Table, row: Row): TicketEntry | undefined {
  const entry = readTicket(row);
  if (entry === undefined) reportUnreadable(table.log, row, 'no ticket');
  return entry;
}

/** Entries by id; what can't be read is left out. */
export async function getMany(
  { table, subdomain, timing }: TicketTable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TicketEntry>> {
  const keys = [...new Set(ids)].filter(isTicketId).map((id) => ticketKey(subdomain, id));
  const rows = await batchGet(table, keys, timing);
  const entries = rows.map((row) => readEntry(table, row)).filter((entry) => entry !== undefined);
  return new Map(entries.map((entry) => [entry.id, entry]));
}
