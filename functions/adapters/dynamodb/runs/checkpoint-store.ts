import { putItem } from '#adapters/dynamodb/table/item.ts';
import { partitionPages } from '#adapters/dynamodb/table/query.ts';
import { reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import type { CheckpointStore, ListingCheckpoint } from '#core/runs/listing-checkpoint.ts';
import { checkpointItems, listingPartition, readCheckpoint } from './checkpoint-item.ts';

/**
 * The checkpoints of listings in DynamoDB. All of one listing should expire at the same time, later than its
 * pointer is of use: `load` does not ask for the time, and a listing half forgotten would look like removals.
 */
export function createCheckpointStore(table: Table): CheckpointStore {
  return {
    async append(listingId, checkpoint, expiresAt) {
      for (const item of checkpointItems(listingId, checkpoint, expiresAt)) await putItem(table, item);
    },
    load: (listingId) => load(table, listingId),
  };
}

/** In order of pages. One that can't be read makes all of them worthless: then the listing starts anew. */
async function load(table: Table, listingId: string): Promise<readonly ListingCheckpoint[]> {
  const checkpoints: ListingCheckpoint[] = [];
  for await (const rows of partitionPages(table, listingPartition(listingId))) {
    for (const row of rows) {
      const checkpoint = readCheckpoint(row);
      if (checkpoint === undefined) {
        reportUnreadable(table.log, row, 'no checkpoint');
        return [];
      }
      checkpoints.push(checkpoint);
    }
  }
  return checkpoints;
}
