import type { Now } from '#core/time/clock.ts';
import { isRecent } from '#core/time/wrong-clock.ts';
import type { RejectedRecord, RejectedRecordStore } from './rejected-record-store.ts';

/**
 * Rejected records that one writer keeps with their reason: a sync run its first, the feed its newest. The others are
 * only counted, so that a source of nothing but garbage does not fill the table.
 */
export const MAX_KEPT_REJECTIONS = 1_000;
/** A record that is stored lives for a week. Half a day leaves it 13 chances to be renewed before it expires. */
const REFRESH_AFTER_MS = 12 * 3_600_000;
/** Records per read of the table: some 40 KB. */
const PAGE_SIZE = 200;

/** What is rejected, why, and in which run. */
export type Rejection = Pick<RejectedRecord, 'id' | 'kind' | 'reason' | 'runId'>;

/**
 * The record to store for a rejection. Undefined when the stored one has the same reason and was seen less than 12 hours
 * ago: a rejection that is known costs no write.
 *
 * @param stored what is stored of this record already
 * @param nowMs milliseconds since 1970; a stored time that only a wrong clock can have written is replaced by it
 */
export function noteRejection(
  { id, kind, reason, runId }: Rejection,
  stored: RejectedRecord | undefined,
  nowMs: number,
): RejectedRecord | undefined {
  if (stored?.reason === reason && isRecent(stored.lastSeenAt, nowMs, REFRESH_AFTER_MS)) return undefined;
  const firstSeenAt = Math.min(stored?.firstSeenAt ?? nowMs, nowMs);
  return { id, kind, reason, runId, firstSeenAt, lastSeenAt: nowMs };
}

/** Every rejected record of all writers, in order of their ids, page after page as they are asked for. */
export async function* listRejectedRecords(
  store: Pick<RejectedRecordStore, 'list'>,
  now: Now,
): AsyncGenerator<RejectedRecord> {
  let cursor: string | undefined;
  do {
    const page = await store.list(PAGE_SIZE, cursor, now());
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
