import { deleteItem } from '#adapters/dynamodb/table/item.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import type { RejectedRecordRemover } from '#core/records/rejected-record-store.ts';
import type { MemoryRejectedRecords } from './memory-rejected-record-store.ts';
import { rejectedKey } from './rejected-record-item.ts';

/** Forgets refused records in DynamoDB. One that is gone already is no error. */
export function createRejectedRecordRemover(table: Table): RejectedRecordRemover {
  return {
    async remove(record) {
      await deleteItem(table, rejectedKey(record));
    },
  };
}

/** The in-memory fake of it. */
export function createMemoryRejectedRecordRemover({
  rejected,
}: MemoryRejectedRecords): RejectedRecordRemover {
  return {
    async remove(record) {
      rejected.delete(rejectedKey(record).sk);
    },
  };
}
