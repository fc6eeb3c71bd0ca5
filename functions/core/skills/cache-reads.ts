import { describeFailure, OutOfTimeError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import { withDeadline } from '#core/time/deadline.ts';

/** Reads of single skills: those that the cache answered, and those of skills that it does not have or that expired. */
export type CacheReads = { readonly hits: number; readonly misses: number };

/** Keeps the counts of all processes. */
export type CacheReadStore = {
  /** Adds to the counts. @throws StorageError */
  add(reads: CacheReads): Promise<void>;
  /** @throws StorageError */
  totals(): Promise<CacheReads>;
};

/** Counts the reads of one process. */
export type CacheReadCounter = {
  /** Never rejects, and takes 300 ms at most: a count is no reason not to answer, or to answer late. */
  count(isHit: boolean): Promise<void>;
  /**
   * Of all processes, as far as they are stored: what one alone knows would be missing from the next scrape, which
   * another one answers, and a counter must not fall.
   *
   * @throws StorageError
   */
  totals(): Promise<CacheReads>;
};

/** At most one write a minute and process, however many reads there are. */
const STORED_EVERY_MS = 60_000;
/** A slow write is not waited for any longer, but goes on. Nor is it left alone at once: Lambda freezes it then. */
const LONGEST_WAIT_MS = 300;

/**
 * Counts in memory, and stores with the first read and then with the next one after a minute: what a process counted
 * since is lost with it.
 *
 * @example const cacheReads = createCacheReadCounter({ store: createCacheReadStore(table), now: Date.now, sleep, log });
 */
export function createCacheReadCounter({
  store,
  now,
  sleep,
  log,
}: {
  readonly store: CacheReadStore;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly log: Pick<Log, 'warn'>;
}): CacheReadCounter {
  let waiting: CacheReads = { hits: 0, misses: 0 };
  let storedAt: number | undefined;

  const isDue = () => {
    const sinceMs = now() - (storedAt ?? Number.NEGATIVE_INFINITY);
    return sinceMs >= STORED_EVERY_MS || sinceMs < 0;
  };

  async function save(): Promise<void> {
    const reads = waiting;
    waiting = { hits: 0, misses: 0 };
    storedAt = now();
    try {
      await store.add(reads);
    } catch (error) {
      waiting = sum(waiting, reads);
      log.warn('reads of the cache could not be counted', { code: describeFailure(error).code });
    }
  }

  /** What a write that is not waited for comes to, it sees to itself. */
  async function saveOrLeave(): Promise<void> {
    const error = () => new OutOfTimeError('The count was not stored in time.');
    await withDeadline(sleep, { ms: LONGEST_WAIT_MS, error }, save).catch(() => undefined);
  }

  return {
    async count(isHit) {
      waiting = sum(waiting, isHit ? { hits: 1, misses: 0 } : { hits: 0, misses: 1 });
      if (isDue()) await saveOrLeave();
    },
    totals: () => store.totals(),
  };
}

function sum(a: CacheReads, b: CacheReads): CacheReads {
  return { hits: a.hits + b.hits, misses: a.misses + b.misses };
}
