import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import type { RejectedRecord } from '#core/records/rejected-record-store.ts';

/** Every refused record is in this partition, by kind and id. */
export const REJECTED = 'REJECTED';

/** How long a refusal is shown after it was seen last: a record that is still refused comes again every sync. */
export const REJECTED_KEPT_MS = 7 * 24 * 3_600_000;

/** The key of a refused record. */
export function rejectedKey({ kind, id }: Pick<RejectedRecord, 'kind' | 'id'>): Key {
  return { pk: REJECTED, sk: `${kind}#${id}` };
}

/** When a refusal that was last seen then is forgotten, in epoch seconds. */
export function rejectedExpiry(lastSeenAt: number): number {
  return toEpochSeconds(lastSeenAt + REJECTED_KEPT_MS);
}

/** The refused record in an item; undefined where it can't be read. */
export function readRejected(row: Row): RejectedRecord | undefined {
  const { id, kind, reason, runId, firstSeenAt, lastSeenAt } = row;
  if (typeof id !== 'string' || typeof kind !== 'string' || typeof reason !== 'string') return undefined;
  if (typeof runId !== 'string' || typeof firstSeenAt !== 'number' || typeof lastSeenAt !== 'number')
    return undefined;
  return { id, kind, reason, runId, firstSeenAt, lastSeenAt };
}
