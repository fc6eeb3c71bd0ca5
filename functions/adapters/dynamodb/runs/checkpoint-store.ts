import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { partitionPages } from '#adapters/dynamodb/table/query.ts';
import { attempt, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import type { CheckpointStore, ListingCheckpoint } from '#core/runs/listing-checkpoint.ts';
import { checkpointItems, listingPartition, readCheckpoint } from './checkpoint-item.ts';

/**
 * The checkpoints of listings in DynamoDB. All of one listing should expire at the same time, later than its
 * pointer is of use: `load` does not ask for the time, and a listing half forgotten would look like removals.
 */
export function createCheckpointStore(table: Table): CheckpointStore {
  return {
    async append(listingId, checkpoint, expiresAt) {
      for (const Item of checkpointItems(listingId, checkpoint, expiresAt)) {
        await attempt('PutItem', () => table.client.send(new PutCommand({ TableName: table.name, Item })));
      }
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
