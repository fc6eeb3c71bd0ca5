import { describeFailure } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Random, Sleep } from '#core/time/clock.ts';
import { backoffMs } from './backoff.ts';
import { type Arrival, coalesce, type Pending, pendingOf } from './coalesce-updates.ts';

export type BufferLimits = {
  /** Skills and categories that wait or are being written. */
  readonly entries: number;
  /** What their frames weighed. */
  readonly bytes: number;
  /** Writes under way at once: what one connection pool carries, with room for readers. */
  readonly concurrent: number;
};

const LIMITS: BufferLimits = { entries: 1_000, bytes: 16 * 1024 * 1024, concurrent: 48 };
/** Below this share of a limit reading goes on, so that it does not stutter frame by frame. */
const RELIEVED = 0.5;
/** After so many tries of an entry, while others could be written, it is the entry that is at fault. */
const MAX_TRIES = 25;

/** The backoff grows to that of so many failures, 8 s at most: a table that is back should not be left waiting. */
const LONGEST_BACKOFF = 4;

export type BufferDeps = {
  readonly write: (pending: Pending) => Promise<void>;
  /** Keeps an entry that can't be written although others can. */
  readonly refuse: (key: string, reason: string) => void;
  /** Called when reading has to stop, and when it may go on. */
  readonly setPaused: (isPaused: boolean) => void;
  /** Called with each entry that is settled. */
  readonly settled: (pending: Pending) => void;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly log: Log;
  readonly limits?: Partial<BufferLimits>;
};

/**
 * What was read from the socket and is not written yet. Updates of the same skill are coalesced to the newest; nothing
 * is ever dropped. When it is full, or the table can't be written, reading stops until that is over: TCP makes
 * the server wait. The limits may be exceeded by what one read of the socket holds (64 KB).
 */
export type WriteBuffer = {
  readonly size: number;
  add(arrival: Arrival): void;
  /** Resolves when everything is written. */
  drained(): Promise<void>;
  /** Starts no more writes. */
  stop(): void;
};

type Tried = { readonly pending: Pending; readonly tries: number; readonly writtenBefore: number };

/** Makes an empty buffer. */
export function createWriteBuffer(deps: BufferDeps): WriteBuffer {
  const limits = { ...LIMITS, ...deps.limits };
  const life = new AbortController();
  const waiting = new Map<string, Tried>();
  const busy = new Set<string>();
  let bytes = 0;
  let written = 0;
  let failures = 0;
  let isBackingOff = false;
  let isPumpDue = false;
  let isPaused = false;
  let onDrained: (() => void)[] = [];

  const size = () => waiting.size + busy.size;
  const load = () => Math.max(size() / limits.entries, bytes / limits.bytes);
  const judge = () => {
    const isHeld = failures > 0 || load() >= (isPaused ? RELIEVED : 1);
    if (isHeld === isPaused) return;
    isPaused = isHeld;
    deps.setPaused(isHeld);
  };
  const put = (tried: Tried) => {
    const { key } = tried.pending;
    const other = waiting.get(key);
    const pending = other ? coalesce(other.pending, tried.pending) : tried.pending;
    bytes += pending.bytes - (other?.pending.bytes ?? 0);
    const { tries, writtenBefore } = other && other.tries > tried.tries ? other : tried;
    waiting.set(key, { pending, tries, writtenBefore });
  };
  const pump = () => {
    isPumpDue = false;
    if (isBackingOff || life.signal.aborted) return;
    for (const [key, tried] of waiting) {
      if (busy.size >= limits.concurrent) return;
      // One write of a skill at a time: two would only meet in the table.
      if (busy.has(key)) continue;
      waiting.delete(key);
      busy.add(key);
      void write(tried);
    }
  };
  const write = async (tried: Tried) => {
    const { pending } = tried;
    try {
      await deps.write(pending);
      written += 1;
      failures = 0;
      deps.settled(pending);
    } catch (error) {
      fail(tried, error);
    }
    busy.delete(pending.key);
    bytes -= pending.bytes;
    judge();
    pump();
    if (size() > 0) return;
    for (const resolve of onDrained) resolve();
    onDrained = [];
  };
  const fail = ({ pending, tries, writtenBefore }: Tried, error: unknown) => {
    const { code, message } = describeFailure(error);
    if (tries + 1 >= MAX_TRIES && written > writtenBefore) {
      deps.log.error('an update can not be stored and is refused', { key: pending.key, code });
      deps.refuse(pending.key, message);
      return;
    }
    put({ pending, tries: tries + 1, writtenBefore: tries === 0 ? written : writtenBefore });
    // All that were under way fail together: that is one failure.
    if (isBackingOff) return;
    isBackingOff = true;
    failures += 1;
    const waitMs = backoffMs(Math.min(failures, LONGEST_BACKOFF), deps.random);
    deps.log.warn('updates can not be stored; reading is paused', { code, waiting: size(), waitMs });
    deps.sleep(waitMs, life.signal).then(
      () => {
        isBackingOff = false;
        pump();
      },
      () => undefined,
    );
  };

  return {
    get size() {
      return size();
    },
    add: (arrival) => {
      put({ pending: pendingOf(arrival), tries: 0, writtenBefore: 0 });
      judge();
      if (isPumpDue) return;
      // After what the socket has read in one go: its frames coalesce, and a change comes before its figures.
      isPumpDue = true;
      queueMicrotask(pump);
    },
    drained: () =>
      new Promise((resolve) => {
        if (size() === 0) resolve();
        else onDrained.push(resolve);
      }),
    stop: () => life.abort(),
  };
}
