import { deleteItem } from '#adapters/dynamodb/table/item.ts';
import { prefixPages } from '#adapters/dynamodb/table/query.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { inParallel } from '#core/in-parallel.ts';

const DELETIONS_AT_ONCE = 16;

/** Deletes the rows of a partition whose sort keys begin with one of these texts. @throws StorageError */
export async function deleteRows(table: Table, pk: string, prefixes: Iterable<string>): Promise<void> {
  for (const prefix of prefixes) {
    for await (const rows of prefixPages(table, pk, prefix, { only: ['sk'] })) {
      await inParallel(rows, DELETIONS_AT_ONCE, async ({ sk }) => {
        await deleteItem(table, { pk, sk: String(sk) });
      });
    }
  }
}
