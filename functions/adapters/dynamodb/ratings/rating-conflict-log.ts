import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { putItem } from '#adapters/dynamodb/table/item.ts';
import { type PartitionList, partitionSource } from '#adapters/dynamodb/table/partition-list.ts';
import type { Key, Row, Table } from '#adapters/dynamodb/table/table.ts';
import { parseIfJson, stringify } from '#core/json/json.ts';
import type { RatingConflict, RatingConflictLog } from '#core/ratings/rating-ports.ts';

/** Every conflict of ratings is in this partition, by its ULID: in the order of time. */
const RATING_CONFLICTS = 'RATING_CONFLICTS';
const KEPT_MS = 90 * 24 * 3_600_000;
const MAX_READS = 20;

export type RatingConflictItem = Key & { readonly json: string; readonly expiresAt: number };

export function ratingConflictItem(conflict: RatingConflict): RatingConflictItem {
  const expiresAt = toEpochSeconds(conflict.detectedAt + KEPT_MS);
  return { pk: RATING_CONFLICTS, sk: conflict.id, json: stringify(conflict), expiresAt };
}

/** The list of conflicts, newest first. */
export const RATING_CONFLICT_LIST: PartitionList<RatingConflict> = {
  list: 'rating-conflicts',
  pk: RATING_CONFLICTS,
  newestFirst: true,
  filter: {},
  parse: readConflict,
};

/** The conflicts of ratings in DynamoDB: written once, never changed, kept for 90 days. */
export function createRatingConflictLog(table: Table): RatingConflictLog {
  return {
    async append(conflict) {
      await putItem(table, ratingConflictItem(conflict));
    },
    list: (limit, cursor, now) =>
      fillPage(partitionSource(table, RATING_CONFLICT_LIST, now), limit, cursor, MAX_READS),
  };
}

function readConflict(row: Row): RatingConflict | undefined {
  const conflict = parseIfJson(row.json) as RatingConflict | null | undefined;
  return conflict?.id === row.sk ? (conflict ?? undefined) : undefined;
}
