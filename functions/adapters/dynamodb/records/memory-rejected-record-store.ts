import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { memoryPartitionSource } from '#adapters/dynamodb/table/memory-partition.ts';
import { latestExpiry } from '#adapters/dynamodb/table/partition-list.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import type { RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import { readRejected, rejectedExpiry, rejectedKey } from './rejected-record-item.ts';
import { REJECTED_LIST } from './rejected-record-store.ts';

/** The items of rejected records by sort key. */
export type MemoryRejectedRecords = {
  readonly rejected: Map<string, Row & { readonly sk: string; readonly expiresAt: number }>;
};

/** The in-memory fake of `createRejectedRecordStore`. */
export function createMemoryRejectedRecordStore({ rejected }: MemoryRejectedRecords): RejectedRecordStore {
  return {
    list: (limit, cursor, now) =>
      fillPage(memoryPartitionSource(rejected.values(), REJECTED_LIST, now), limit, cursor, 1),
    async put(record) {
      const key = rejectedKey(record);
      const stored = rejected.get(key.sk);
      const latest = latestExpiry(REJECTED_LIST, record.lastSeenAt) ?? Number.POSITIVE_INFINITY;
      const isKnown =
        stored !== undefined &&
        stored.expiresAt > toEpochSeconds(record.lastSeenAt) &&
        stored.expiresAt <= latest;
      const firstSeenAt = (isKnown ? readRejected(stored) : undefined)?.firstSeenAt ?? record.firstSeenAt;
      rejected.set(key.sk, { ...key, ...record, firstSeenAt, expiresAt: rejectedExpiry(record.lastSeenAt) });
    },
  };
}
