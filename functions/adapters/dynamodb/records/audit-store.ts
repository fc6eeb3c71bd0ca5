import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { putItem } from '#adapters/dynamodb/table/item.ts';
import { partitionSource } from '#adapters/dynamodb/table/partition-list.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import type { AuditStore } from '#core/records/audit-store.ts';
import { AUDIT_LIST, auditItem } from './audit-item.ts';

const MAX_READS = 20;

/** The audit records in DynamoDB: written once, never changed, kept for 90 days. */
export function createAuditStore(table: Table): AuditStore {
  return {
    async append(record) {
      await putItem(table, auditItem(record));
    },
    list: (limit, cursor, now) => fillPage(partitionSource(table, AUDIT_LIST, now), limit, cursor, MAX_READS),
  };
}
