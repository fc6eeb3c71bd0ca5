import { contentHash } from '#core/json/content-hash.ts';
import { isDeeperThan, MAX_LEVELS } from '#core/json/nesting.ts';
import type { RejectedRecord, RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import type { Now } from '#core/time/clock.ts';

/** Records refused in one run that are kept with their reason; beyond that they are only counted. */
const MAX_KEPT = 1_000;
/** A refusal that is known already is written again only when it was seen last this long ago. */
const REFRESH_MS = 12 * 3_600_000;

/** Notes refused records. */
export type Refusals = {
  readonly count: number;
  refuse(kind: string, id: string, reason: string): Promise<void>;
};

/** The name under which a refused record is listed: its id, or a fingerprint of what it holds. */
export function nameOf(id: string | undefined, record: unknown): string {
  if (id !== undefined) return id;
  return isDeeperThan(MAX_LEVELS, record) ? 'no-id-too-deep' : `no-id-${contentHash(record ?? null)}`;
}

/** Names the records of one look at a listing. Two that are the same nothing are still two records. */
export function createNamer(): (id: string | undefined, record: unknown) => string {
  const met = new Map<string, number>();
  return (id, record) => {
    if (id !== undefined) return id;
    const name = nameOf(id, record);
    const times = (met.get(name) ?? 0) + 1;
    met.set(name, times);
    return times === 1 ? name : `${name}#${times}`;
  };
}

/** Keeps what was refused and why. A refusal that is known already costs no write. */
export function createRefusals(store: RejectedRecordStore, runId: string, now: Now): Refusals {
  let known: Promise<Map<string, RejectedRecord>> | undefined;
  let count = 0;
  return {
    get count() {
      return count;
    },
    async refuse(kind, id, reason) {
      count += 1;
      if (count > MAX_KEPT) return;
      known ??= loadKnown(store, now);
      const before = (await known).get(`${kind} ${id}`);
      const seenAt = now();
      if (before?.reason === reason && seenAt - before.lastSeenAt < REFRESH_MS) return;
      await store.put({
        id,
        kind,
        reason,
        runId,
        firstSeenAt: before?.firstSeenAt ?? seenAt,
        lastSeenAt: seenAt,
      });
    },
  };
}

async function loadKnown(store: RejectedRecordStore, now: Now): Promise<Map<string, RejectedRecord>> {
  const known = new Map<string, RejectedRecord>();
  let cursor: string | undefined;
  do {
    const page = await store.list(200, cursor, now());
    for (const record of page.items) known.set(`${record.kind} ${record.id}`, record);
    cursor = page.cursor;
  } while (cursor !== undefined && known.size < MAX_KEPT);
  return known;
}
