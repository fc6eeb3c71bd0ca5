import type { AuditRecord } from '#core/ports.ts';
import { toEpochSeconds } from './epoch-seconds.ts';
import type { PartitionList } from './partition-list.ts';
import type { Key, Row } from './table.ts';

/** Every audit record is in this partition, by its ULID: in the order of time. */
export const AUDIT = 'AUDIT';

/** How long a change can be traced (issue of the admin API: 90 days). */
const KEPT_MS = 90 * 24 * 3_600_000;

export type AuditItem = Key & AuditRecord & { readonly expiresAt: number };

/** The item of an audit record. */
export function auditItem(record: AuditRecord): AuditItem {
  return { pk: AUDIT, sk: record.id, ...record, expiresAt: toEpochSeconds(record.at + KEPT_MS) };
}

/** The list of audit records, newest first. */
export const AUDIT_LIST: PartitionList<AuditRecord> = {
  list: 'audit',
  pk: AUDIT,
  newestFirst: true,
  filter: {},
  parse: readAudit,
};

function readAudit(row: Row): AuditRecord | undefined {
  const { id, at, subject, level, action, parameters, status, error, correlationId } = row;
  if (typeof id !== 'string' || typeof at !== 'number' || typeof status !== 'number') return undefined;
  if (typeof subject !== 'string' || typeof level !== 'string' || typeof action !== 'string')
    return undefined;
  if (typeof correlationId !== 'string' || typeof parameters !== 'object' || parameters === null)
    return undefined;
  return {
    id,
    at,
    subject,
    level,
    action,
    parameters: { ...parameters },
    status,
    ...(typeof error === 'string' ? { error } : {}),
    correlationId,
  };
}
