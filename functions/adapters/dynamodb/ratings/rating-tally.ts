import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { updateItem } from '#adapters/dynamodb/table/item.ts';
import { attempt, type Table } from '#adapters/dynamodb/table/table.ts';
import type { RatingTally } from '#core/ratings/rating-ports.ts';

/** The item that counts the ratings which have reached the marketplace. */
export const TALLY_KEY = { pk: 'TALLY', sk: 'RATINGS' };

/** The tally in DynamoDB: one item, counted up by atomic adds. */
export function createRatingTally(table: Table): RatingTally {
  return {
    async add(count) {
      await updateItem(table, TALLY_KEY, { add: { synced: count } });
    },
    async read() {
      const { Item } = await attempt('GetItem', () =>
        table.client.send(new GetCommand({ TableName: table.name, Key: TALLY_KEY })),
      );
      return typeof Item?.synced === 'number' ? Item.synced : 0;
    },
  };
}
