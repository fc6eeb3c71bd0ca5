import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { memoryPartitionSource } from '#adapters/dynamodb/table/memory-partition.ts';
import type { AuditStore } from '#core/records/audit-store.ts';
import { AUDIT_LIST, type AuditItem, auditItem } from './audit-item.ts';

/** The items of the audit log by id. */
export type MemoryAudit = { readonly audit: Map<string, AuditItem> };

/** The in-memory fake of `createAuditStore`. */
export function createMemoryAuditStore({ audit }: MemoryAudit): AuditStore {
  return {
    async append(record) {
      audit.set(record.id, auditItem(record));
    },
    list: (limit, cursor, now) =>
      fillPage(memoryPartitionSource(audit.values(), AUDIT_LIST, now), limit, cursor, 1),
  };
}
