import { describeFailure } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { type Delay, exponentialDelay, fullJitter, type Jitter } from '#core/time/backoff.ts';
import type { Random, Sleep } from '#core/time/clock.ts';
import { coalesce, type Pending } from './coalesce-updates.ts';
import type { FeedTiming } from './feed-timing.ts';

export type BufferLimits = {
  /** Skills and categories that wait or are being written. Default 1,000. */
  readonly entries: number;
  /** What their frames weighed. Default 16 MB. */
  readonly bytes: number;
  /** Writes under way at once. Default 48: what one connection pool carries, with room for readers. */
  readonly concurrent: number;
};

const LIMITS: BufferLimits = { entries: 1_000, bytes: 16 * 1024 * 1024, concurrent: 48 };
/** Below this share of a limit reading is resumed, so that it does not stutter frame by frame. */
const RESUME_BELOW = 0.5;
/** After this many tries of an entry, while others could be written, it is the entry that is at fault. */
const MAX_TRIES = 25;

export type BufferDeps = {
  readonly write: (pending: Pending) => Promise<void>;
  /** Keeps an entry that can't be written although others can. */
  readonly reject: (key: string, reason: string) => void;
  /** Called with each entry that has been written. */
  readonly stored: (pending: Pending) => void;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly log: Log;
  readonly timing: Pick<FeedTiming, 'writeRetryMs' | 'longestWriteRetryMs' | 'leastBackoffMs'>;
  readonly limits?: Partial<BufferLimits> | undefined;
};

/** Where updates come from; a full buffer stops it. */
export type Reader = { setPaused(isPaused: boolean): void };

/** An entry, the tries of writing it that failed, and how many others had been written before the first of them. */
type Entry = { readonly pending: Pending; readonly tries: number; readonly writtenBefore: number };

/**
 * What was read from the socket and is not written yet. Updates of the same skill are coalesced to the newest; nothing
 * is ever dropped. While it is full, or the table can't be written, its reader is paused: TCP makes the server wait.
 * The limits may be exceeded by what one read of the socket holds (64 KB).
 *
 * An entry goes `put` → `#waiting` → `#pump` → `#busy` → `stored`, or, where its write failed, back to `#waiting` and a
 * backoff of the whole buffer.
 */
export class WriteBuffer {
  readonly #deps: BufferDeps;
  readonly #limits: BufferLimits;
  readonly #delay: Delay;
  readonly #jitter: Jitter;
  readonly #stopped = new AbortController();
  /** By key, in order of arrival. */
  readonly #waiting = new Map<string, Entry>();
  /** Keys that are being written: one write of a skill at a time, since two would only meet in the table. */
  readonly #busy = new Set<string>();
  #reader: Reader | undefined;
  #bytes = 0;
  /** Entries written, ever. */
  #written = 0;
  /** Failures in a row. Those under way at the same time fail together, and are one. */
  #failures = 0;
  #isBackingOff = false;
  #isPumpDue = false;
  #isPaused = false;
  #onDrained: (() => void)[] = [];

  constructor(deps: BufferDeps) {
    const { writeRetryMs, longestWriteRetryMs, leastBackoffMs } = deps.timing;
    this.#deps = deps;
    this.#limits = { ...LIMITS, ...deps.limits };
    this.#delay = exponentialDelay(writeRetryMs, longestWriteRetryMs);
    this.#jitter = fullJitter(leastBackoffMs);
  }

  /** Names the reader that is paused while the buffer is full. */
  throttle(reader: Reader): void {
    this.#reader = reader;
  }

  /** Entries that wait or are being written. */
  get size(): number {
    return this.#waiting.size + this.#busy.size;
  }

  /** Entries that may be put without the reader being paused for them, with half of the buffer left to it. */
  get room(): number {
    return Math.max(0, Math.floor(this.#limits.entries * RESUME_BELOW) - this.size);
  }

  put(pending: Pending): void {
    this.#enqueue({ pending, tries: 0, writtenBefore: 0 });
    this.#pauseOrResume();
    if (this.#isPumpDue) return;
    // After what the socket has read in one go: its frames are coalesced, and a change comes before its aggregates.
    this.#isPumpDue = true;
    queueMicrotask(this.#pump);
  }

  /** Resolves when everything is written. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (this.size === 0) resolve();
      else this.#onDrained.push(resolve);
    });
  }

  /** Starts no more writes. */
  stop(): void {
    this.#stopped.abort();
  }

  #enqueue(entry: Entry): void {
    const { key, bytes } = entry.pending;
    const other = this.#waiting.get(key);
    if (other === undefined) {
      this.#bytes += bytes;
      this.#waiting.set(key, entry);
      return;
    }
    const pending = coalesce(other.pending, entry.pending);
    this.#bytes += pending.bytes - other.pending.bytes;
    const { tries, writtenBefore } = other.tries > entry.tries ? other : entry;
    this.#waiting.set(key, { pending, tries, writtenBefore });
  }

  #pauseOrResume(): void {
    const load = Math.max(this.size / this.#limits.entries, this.#bytes / this.#limits.bytes);
    const mustWait = this.#failures > 0 || load >= (this.#isPaused ? RESUME_BELOW : 1);
    if (mustWait === this.#isPaused) return;
    this.#isPaused = mustWait;
    this.#reader?.setPaused(mustWait);
  }

  /** Starts as many writes as there may be. A field, so that no call of it has to be wrapped. */
  readonly #pump = (): void => {
    this.#isPumpDue = false;
    if (this.#isBackingOff || this.#stopped.signal.aborted) return;
    for (const [key, entry] of this.#waiting) {
      if (this.#busy.size >= this.#limits.concurrent) return;
      if (this.#busy.has(key)) continue;
      this.#waiting.delete(key);
      this.#busy.add(key);
      void this.#write(entry);
    }
  };

  async #write(entry: Entry): Promise<void> {
    const { pending } = entry;
    try {
      await this.#deps.write(pending);
      this.#written += 1;
      this.#failures = 0;
      this.#deps.stored(pending);
    } catch (error) {
      this.#fail(entry, error);
    }
    this.#busy.delete(pending.key);
    this.#bytes -= pending.bytes;
    this.#pauseOrResume();
    this.#pump();
    if (this.size > 0) return;
    for (const resolve of this.#onDrained.splice(0)) resolve();
  }

  #fail({ pending, tries, writtenBefore }: Entry, error: unknown): void {
    const { log, reject } = this.#deps;
    const { code, message } = describeFailure(error);
    if (tries + 1 >= MAX_TRIES && this.#written > writtenBefore) {
      log.error('an update can not be stored and is refused', { key: pending.key, code });
      reject(pending.key, message);
      return;
    }
    this.#enqueue({ pending, tries: tries + 1, writtenBefore: tries === 0 ? this.#written : writtenBefore });
    if (!this.#isBackingOff) this.#backOff(code);
  }

  /** Starts no write for a while. */
  #backOff(code: string): void {
    const { sleep, random, log } = this.#deps;
    this.#isBackingOff = true;
    this.#failures += 1;
    const waitMs = this.#jitter(this.#delay(this.#failures), random);
    log.warn('updates can not be stored; reading is paused', { code, waiting: this.size, waitMs });
    sleep(waitMs, this.#stopped.signal).then(
      () => {
        this.#isBackingOff = false;
        this.#pump();
      },
      () => undefined,
    );
  }
}
