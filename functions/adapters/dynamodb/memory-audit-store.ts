import type { AuditStore } from '#core/ports.ts';
import { AUDIT_LIST, auditItem } from './audit-item.ts';
import { fillPage } from './fill-page.ts';
import { memoryPartitionSource } from './memory-partition.ts';
import type { MemoryTable } from './memory-table.ts';

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
