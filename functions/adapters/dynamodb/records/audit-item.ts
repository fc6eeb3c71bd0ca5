import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import type { PartitionList } from '#adapters/dynamodb/table/partition-list.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import type { AuditRecord } from '#core/records/audit-store.ts';

/** Every audit record is in this partition, by its ULID: in the order of time. */
const AUDIT = 'AUDIT';

/** How long a change can be traced (issue of the admin API: 90 days). */
const KEPT_MS = 90 * 24 * 3_600_000;

/**
 * `parameters` is JSON text. A map would have a caller's own names as its keys, and the SDK takes an object that has a
 * `constructor` for something else than a map: it refuses the item, and with it the record of a change that was made.
 */
export type AuditItem = Key &
  Omit<AuditRecord, 'parameters'> & { readonly parameters: string; readonly expiresAt: number };

/** The item of an audit record. */
export function auditItem({ parameters, ...record }: AuditRecord): AuditItem {
  return {
    pk: AUDIT,
    sk: record.id,
    ...record,
    parameters: JSON.stringify(parameters),
    expiresAt: toEpochSeconds(record.at + KEPT_MS),
  };
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
  const { id, at, subject, level, action, status, error, correlationId } = row;
  const parameters = readParameters(row.parameters);
  if (typeof id !== 'string' || typeof at !== 'number' || typeof status !== 'number') return undefined;
  if (typeof subject !== 'string' || typeof level !== 'string' || typeof action !== 'string')
    return undefined;
  if (typeof correlationId !== 'string' || parameters === undefined) return undefined;
  return {
    id,
    at,
    subject,
    level,
    action,
    parameters,
    status,
    ...(typeof error === 'string' ? { error } : {}),
    correlationId,
  };
}

/** JSON text, or the map of an item that was written before it became text. */
function readParameters(stored: unknown): Record<string, unknown> | undefined {
  const value = typeof stored === 'string' ? unpackJson(stored) : stored;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? { ...value } : undefined;
}
