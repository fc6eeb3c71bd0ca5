import { contentHash } from '../core/content-hash.ts';
import type { Now, RejectedRecord, RejectedRecordStore } from '../core/ports.ts';

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
  return id ?? `no-id-${contentHash(record ?? null)}`;
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
    const page = await store.list(200, cursor, new Date(now()));
    for (const record of page.items) known.set(`${record.kind} ${record.id}`, record);
    cursor = page.cursor;
  } while (cursor !== undefined && known.size < MAX_KEPT);
  return known;
}
