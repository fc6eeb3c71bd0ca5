import { contentHash } from '#core/json/content-hash.ts';
import { isDeeperThan, MAX_LEVELS } from '#core/json/nesting.ts';
import { listRejectedRecords, MAX_KEPT_REJECTIONS, noteRejection } from '#core/records/note-rejection.ts';
import type { RejectedRecord, RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import type { Now } from '#core/time/clock.ts';

/** Stores a rejected record with its reason. */
export type RejectRecord = (kind: string, id: string, reason: string) => Promise<void>;

/** Names a record: by its id where it has one that can be read. */
export type NameRecord = (id: string | undefined, record: unknown) => string;

/** The name under which a rejected record is listed: its id, or a fingerprint of what it holds. */
export function nameOf(id: string | undefined, record: unknown): string {
  if (id !== undefined) return id;
  return isDeeperThan(MAX_LEVELS, record) ? 'no-id-too-deep' : `no-id-${contentHash(record ?? null)}`;
}

/** Names the records of one pass through a listing. Two without an id that are the same are still two records. */
export function createNamer(): NameRecord {
  const met = new Map<string, number>();
  return (id, record) => {
    if (id !== undefined) return id;
    const name = nameOf(id, record);
    const times = (met.get(name) ?? 0) + 1;
    met.set(name, times);
    return times === 1 ? name : `${name}#${times}`;
  };
}

/** Makes the writer of a run's rejected records: the first 1,000 are stored. One that is known already costs no write. */
export function createRejecter(store: RejectedRecordStore, runId: string, now: Now): RejectRecord {
  let known: Promise<ReadonlyMap<string, RejectedRecord>> | undefined;
  let count = 0;
  return async (kind, id, reason) => {
    count += 1;
    if (count > MAX_KEPT_REJECTIONS) return;
    known ??= loadKnown(store, now);
    const stored = (await known).get(keyOf({ kind, id }));
    const record = noteRejection({ id, kind, reason, runId }, stored, now());
    if (record) await store.put(record);
  };
}

async function loadKnown(store: RejectedRecordStore, now: Now): Promise<ReadonlyMap<string, RejectedRecord>> {
  const known = new Map<string, RejectedRecord>();
  for await (const record of listRejectedRecords(store, now)) {
    known.set(keyOf(record), record);
    if (known.size >= MAX_KEPT_REJECTIONS) break;
  }
  return known;
}

function keyOf({ kind, id }: Pick<RejectedRecord, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}
