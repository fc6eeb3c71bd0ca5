import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { namesOf } from '#adapters/dynamodb/table/expression.ts';
import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { putItem, updateItem } from '#adapters/dynamodb/table/item.ts';
import {
  latestExpiry,
  type PartitionList,
  partitionSource,
} from '#adapters/dynamodb/table/partition-list.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import type { RejectedRecord, RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import {
  REJECTED,
  REJECTED_KEPT_MS,
  readRejected,
  rejectedExpiry,
  rejectedKey,
} from './rejected-record-item.ts';

const MAX_READS = 20;

/** The list of refused records. */
export const REJECTED_LIST: PartitionList<RejectedRecord> = {
  list: 'rejected',
  pk: REJECTED,
  keptMs: REJECTED_KEPT_MS,
  filter: {},
  parse: readRejected,
};

/** The refused records in DynamoDB. Each is kept for seven days after it was seen last. */
export function createRejectedRecordStore(table: Table): RejectedRecordStore {
  return {
    list: (limit, cursor, now) =>
      fillPage(partitionSource(table, REJECTED_LIST, now), limit, cursor, MAX_READS),
    put: (record) => put(table, record),
  };
}

/**
 * A record that is known already keeps the time at which it was seen first; one that has expired, or has its times from
 * a wrong clock, is not known.
 */
async function put(table: Table, record: RejectedRecord): Promise<void> {
  const { firstSeenAt, ...latest } = record;
  const expiresAt = rejectedExpiry(record.lastSeenAt);
  const changes = {
    set: { ...latest, expiresAt },
    compute: { firstSeenAt: 'if_not_exists(#firstSeenAt, :firstSeenAt)' },
    values: { ':firstSeenAt': firstSeenAt },
  };
  const isKnownOrNew = {
    text: 'attribute_not_exists(#pk) OR #expiresAt > :now_ AND #expiresAt <= :latest_',
    names: namesOf(['pk', 'expiresAt']),
    values: {
      ':now_': toEpochSeconds(record.lastSeenAt),
      ':latest_': latestExpiry(REJECTED_LIST, record.lastSeenAt),
    },
  };
  const key = rejectedKey(record);
  if (await updateItem(table, key, changes, isKnownOrNew)) return;
  await putItem(table, { ...key, ...record, expiresAt });
}
