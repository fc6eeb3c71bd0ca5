import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { memoryPartitionSource } from '#adapters/dynamodb/table/memory-partition.ts';
import type { MemoryTable } from '#adapters/dynamodb/table/memory-table.ts';
import type { AuditStore } from '#core/records/audit-store.ts';
import { AUDIT_LIST, auditItem } from './audit-item.ts';

/** The in-memory fake of `createAuditStore`. */
export function createMemoryAuditStore({ audit }: Pick<MemoryTable, 'audit'>): AuditStore {
  return {
    async append(record) {
      audit.set(record.id, auditItem(record));
    },
    list: (limit, cursor, now) =>
      fillPage(memoryPartitionSource(audit.values(), AUDIT_LIST, now), limit, cursor, 1),
  };
}
