import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { updateIf } from '#adapters/dynamodb/table/expression.ts';
import { attempt, type Table } from '#adapters/dynamodb/table/table.ts';
import type { RatingTally } from '#core/ratings/rating-ports.ts';

/** The item that counts the ratings which have reached the marketplace. */
export const TALLY_KEY = { pk: 'TALLY', sk: 'RATINGS' };

/** The tally in DynamoDB: one item, counted up by atomic adds. */
export function createRatingTally(table: Table): RatingTally {
  return {
    async add(count) {
      const changes = updateIf({ add: { synced: count } });
      await attempt('UpdateItem', () =>
        table.client.send(new UpdateCommand({ TableName: table.name, Key: TALLY_KEY, ...changes })),
      );
    },
    async read() {
      const { Item } = await attempt('GetItem', () =>
        table.client.send(new GetCommand({ TableName: table.name, Key: TALLY_KEY })),
      );
      return typeof Item?.synced === 'number' ? Item.synced : 0;
    },
  };
}
