import { describeFailure } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { listRejectedRecords, MAX_KEPT_REJECTIONS, noteRejection } from '#core/records/note-rejection.ts';
import type {
  RejectedRecord,
  RejectedRecordRemover,
  RejectedRecordStore,
} from '#core/records/rejected-record-store.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import { isFromWrongClock } from '#core/time/wrong-clock.ts';
import type { FeedTiming } from './feed-timing.ts';

/** The kind under which rejected frames are listed. */
const FRAME_KIND = 'frame';
/** What stands where a rejected record names its run. */
const RUN_ID = 'realtime-feed';

export type FrameRejectionsDeps = {
  readonly rejected: RejectedRecordStore & RejectedRecordRemover;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly log: Log;
  readonly timing: Pick<FeedTiming, 'rejectionRetryMs'>;
  /** Default 1,000. */
  readonly maxKept?: number;
};

type Kept = { readonly record: RejectedRecord; readonly isStored: boolean };

/**
 * Keeps the newest rejected frames in the table (of each a name, the reason, and when it was seen) and removes the older
 * ones. It writes one at a time, beside the feed and never in its way: a server that sends nothing but garbage costs a
 * write now and then, and a frame that is evicted before its turn costs none.
 *
 * Its steps: {@link reject} notes a frame in memory; `#work` runs while anything is left to do: first it reads what an
 * earlier task has stored, then it removes evicted records, then it writes new ones.
 */
export class FrameRejections {
  readonly #deps: FrameRejectionsDeps;
  readonly #maxKept: number;
  readonly #stopping = new AbortController();
  /** By id, in order of when they were seen last: the first is evicted first. */
  readonly #kept = new Map<string, Kept>();
  readonly #unwritten = new Set<string>();
  /** Ids of stored records that have been evicted. */
  readonly #evicted: string[] = [];
  #isLoaded = false;
  #isWorking = false;
  #working = Promise.resolve();

  constructor(deps: FrameRejectionsDeps) {
    this.#deps = deps;
    this.#maxKept = deps.maxKept ?? MAX_KEPT_REJECTIONS;
  }

  /** @param id a fingerprint of the frame, so that the same frame twice is one record */
  reject(id: string, reason: string): void {
    this.#note(id, reason);
    if (!this.#isWorking && this.#hasWork()) this.#working = this.#work();
  }

  /** Resolves when everything is written. */
  async idle(): Promise<void> {
    while (this.#isWorking) await this.#working;
  }

  /** Ends the work; what is not written by then is lost. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Makes this frame the newest, to be written unless it is stored already. */
  #note(id: string, reason: string): void {
    const before = this.#kept.get(id);
    const rejection = { id, kind: FRAME_KIND, reason, runId: RUN_ID };
    const record = noteRejection(rejection, before?.record, this.#deps.now());
    // Map keeps the order of insertion: deleted and set again, it is the last.
    this.#kept.delete(id);
    if (record !== undefined) {
      this.#kept.set(id, { record, isStored: false });
      this.#unwritten.add(id);
    } else if (before !== undefined) {
      this.#kept.set(id, before);
    }
    this.#evict();
  }

  #evict(): void {
    for (const [oldest, { isStored }] of this.#kept) {
      if (this.#kept.size <= this.#maxKept) break;
      this.#kept.delete(oldest);
      this.#unwritten.delete(oldest);
      if (isStored) this.#evicted.push(oldest);
    }
  }

  #hasWork(): boolean {
    return this.#unwritten.size > 0 || this.#evicted.length > 0;
  }

  async #work(): Promise<void> {
    const { sleep, log, timing } = this.#deps;
    this.#isWorking = true;
    while (!this.#stopping.signal.aborted && this.#hasWork()) {
      try {
        await this.#step();
      } catch (error) {
        log.warn('refused frames can not be kept', { code: describeFailure(error).code });
        await sleep(timing.rejectionRetryMs, this.#stopping.signal).catch(() => undefined);
      }
    }
    // In the same tick as the check of what is left: a rejection after it starts the work again.
    this.#isWorking = false;
  }

  async #step(): Promise<void> {
    if (!this.#isLoaded) return this.#load();
    const [evicted] = this.#evicted;
    const [unwritten] = this.#unwritten;
    if (evicted !== undefined) await this.#removeEvicted(evicted);
    else if (unwritten !== undefined) await this.#write(unwritten);
  }

  /** Puts what an earlier task has stored before what this task has seen while it was read. */
  async #load(): Promise<void> {
    const stored = await this.#listStored();
    const seenMeanwhile = [...this.#kept];
    this.#kept.clear();
    for (const record of stored) this.#kept.set(record.id, { record, isStored: true });
    for (const [id, { record }] of seenMeanwhile) this.#note(id, record.reason);
    for (const id of this.#unwritten) if (this.#kept.get(id)?.isStored) this.#unwritten.delete(id);
    this.#isLoaded = true;
  }

  /** The frames in the table, the oldest first; those of a wrong clock, which lie in the future, before all others. */
  async #listStored(): Promise<RejectedRecord[]> {
    const { rejected, now } = this.#deps;
    const frames: RejectedRecord[] = [];
    for await (const record of listRejectedRecords(rejected, now)) {
      if (record.kind === FRAME_KIND) frames.push(record);
    }
    const nowMs = now();
    const seenAt = ({ lastSeenAt }: RejectedRecord) =>
      isFromWrongClock(lastSeenAt, nowMs, 0) ? 0 : lastSeenAt;
    return frames.sort((a, b) => seenAt(a) - seenAt(b));
  }

  async #write(id: string): Promise<void> {
    this.#unwritten.delete(id);
    const entry = this.#kept.get(id);
    if (entry === undefined) return;
    this.#kept.set(id, { ...entry, isStored: true });
    try {
      await this.#deps.rejected.put(entry.record);
    } catch (error) {
      this.#unwritten.add(id);
      throw error;
    }
  }

  async #removeEvicted(id: string): Promise<void> {
    // It may have been seen again since.
    if (!this.#kept.has(id)) await this.#deps.rejected.remove({ kind: FRAME_KIND, id });
    this.#evicted.shift();
  }
}
