import { deleteItem, getItem, putItem } from '#adapters/dynamodb/table/item.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import type { TicketEntry } from '#core/tickets/ticket-entry.ts';
import type { RawText } from '#core/tickets/ticket-store.ts';
import { RAW, ranksOver, rawItem, rawMark, readRaw } from './ticket-item.ts';

/** Keeps raw text, unless a newer version or the mark of a deletion is there. */
export async function putRaw(
  table: Table,
  pk: string,
  raw: RawText,
  version: { readonly generatedAt: number; readonly expiresAt: number },
): Promise<void> {
  const item = rawItem(pk, raw, version);
  await putItem(table, item, ranksOver(item.rank));
}

/** Raw text that has not expired, in epoch seconds. */
export async function getRaw(table: Table, pk: string, nowSeconds: number): Promise<RawText | undefined> {
  const row = await getItem(table, { pk, sk: RAW });
  return row && Number(row.expiresAt) > nowSeconds ? readRaw(row) : undefined;
}

/**
 * Takes raw text away, for an entry that has none. It comes before the entry is written: whoever dies in between leaves
 * a ticket that the next run deletes, and no text without a ticket. A text of a newer version stays.
 */
export async function removeRaw(table: Table, pk: string, next: TicketEntry): Promise<void> {
  if (next.kind === 'live') await deleteItem(table, { pk, sk: RAW }, ranksOver(next.generatedAt * 2));
  else {
    const mark = rawMark(pk, next.generatedAt, next.deletedAt);
    await putItem(table, mark, ranksOver(mark.rank));
  }
}
