import { describeFailure } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type {
  RejectedRecord,
  RejectedRecordRemover,
  RejectedRecordStore,
} from '#core/records/rejected-record-store.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import { isFromWrongClock, isRecent } from '#core/time/wrong-clock.ts';

/** Refused frames that are kept with their reason. */
const MAX_KEPT = 1_000;
/** A refusal that is known already is written again only when it was written this long ago: it lives for a week. */
const REFRESH_MS = 12 * 3_600_000;
const RETRY_MS = 5_000;
const PAGE = 200;

/** The kind under which refused frames are listed, and what stands where a refused record names its run. */
export const FRAME_KIND = 'frame';
const FEED = 'realtime-feed';

/** Keeps refused frames: of each only a name, the reason, and when it was seen. */
export type FrameRefusals = {
  /** @param id a fingerprint of the frame, so that the same frame twice is one record */
  refuse(id: string, reason: string): void;
  /** Resolves when everything is written. */
  settled(): Promise<void>;
  /** Writes no more. */
  stop(): void;
};

export type RefusalDeps = {
  readonly rejected: RejectedRecordStore & RejectedRecordRemover;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly log: Log;
  /** Default 1,000. */
  readonly maxKept?: number;
};

type Kept = { readonly record: RejectedRecord; readonly isStored: boolean };

/**
 * Keeps the newest refused frames in the table, and forgets the older ones. It writes one at a time, beside the feed
 * and never in its way: a server that sends nothing but garbage costs a write now and then, and what has been pushed
 * out before its turn costs none.
 */
export function createFrameRefusals(deps: RefusalDeps): FrameRefusals {
  const { now, sleep, log, maxKept = MAX_KEPT } = deps;
  const life = new AbortController();
  /** By id, the one that was seen last at the end. */
  const kept = new Map<string, Kept>();
  const outdated: string[] = [];
  const unwritten = new Set<string>();
  let isWorking = false;
  let working = Promise.resolve();
  let isLoaded = false;

  const note = (id: string, reason: string) => {
    const before = kept.get(id);
    const seenAt = now();
    const isKnown =
      before?.record.reason === reason && isRecent(before.record.lastSeenAt, seenAt, REFRESH_MS);
    // Map keeps the order of insertion: taken out and put back, it is the newest again.
    kept.delete(id);
    kept.set(id, isKnown ? before : { record: recordOf(id, reason, before, seenAt), isStored: false });
    if (!isKnown) unwritten.add(id);
    for (const [oldest, { isStored }] of kept) {
      if (kept.size <= maxKept) break;
      kept.delete(oldest);
      unwritten.delete(oldest);
      if (isStored) outdated.push(oldest);
    }
  };
  const load = async () => {
    const stored = await listFrames(deps);
    const seenMeanwhile = [...kept];
    kept.clear();
    for (const record of stored) kept.set(record.id, { record, isStored: true });
    for (const [id, { record }] of seenMeanwhile) note(id, record.reason);
    for (const id of unwritten) if (kept.get(id)?.isStored) unwritten.delete(id);
    isLoaded = true;
  };
  const writeOne = async (id: string) => {
    unwritten.delete(id);
    const entry = kept.get(id);
    if (entry === undefined) return;
    kept.set(id, { ...entry, isStored: true });
    try {
      await deps.rejected.put(entry.record);
    } catch (error) {
      unwritten.add(id);
      throw error;
    }
  };
  const forgetOne = async (id: string) => {
    if (!kept.has(id)) await deps.rejected.remove({ kind: FRAME_KIND, id });
    outdated.shift();
  };
  const step = async () => {
    if (!isLoaded) return load();
    const [id] = unwritten;
    const [oldest] = outdated;
    if (oldest !== undefined) await forgetOne(oldest);
    else if (id !== undefined) await writeOne(id);
  };
  const work = async () => {
    isWorking = true;
    while (!life.signal.aborted && (unwritten.size > 0 || outdated.length > 0)) {
      try {
        await step();
      } catch (error) {
        log.warn('refused frames can not be kept', { code: describeFailure(error).code });
        await sleep(RETRY_MS, life.signal).catch(() => undefined);
      }
    }
    // In the same breath as the look at what is left: a refusal after it starts the work anew.
    isWorking = false;
  };

  return {
    refuse: (id, reason) => {
      note(id, reason);
      if (!isWorking && (unwritten.size > 0 || outdated.length > 0)) working = work();
    },
    settled: async () => {
      while (isWorking) await working;
    },
    stop: () => life.abort(),
  };
}

function recordOf(id: string, reason: string, before: Kept | undefined, seenAt: number): RejectedRecord {
  const firstSeenAt = Math.min(before?.record.firstSeenAt ?? seenAt, seenAt);
  return { id, kind: FRAME_KIND, reason, runId: FEED, firstSeenAt, lastSeenAt: seenAt };
}

/** What an earlier task has kept, the oldest first. What a wrong clock has put into the future goes before all others. */
async function listFrames({ rejected, now }: RefusalDeps): Promise<RejectedRecord[]> {
  const frames: RejectedRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await rejected.list(PAGE, cursor, now());
    frames.push(...page.items.filter(({ kind }) => kind === FRAME_KIND));
    cursor = page.cursor;
  } while (cursor !== undefined);
  const nowMs = now();
  const age = ({ lastSeenAt }: RejectedRecord) => (isFromWrongClock(lastSeenAt, nowMs, 0) ? 0 : lastSeenAt);
  return frames.sort((a, b) => age(a) - age(b));
}
