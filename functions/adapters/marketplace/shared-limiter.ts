import { RateLimitedError } from '#core/errors.ts';
import type { Now, Sleep } from '#core/ports.ts';
import { type RequestWindow, type Settlement, settled, taken } from '#core/request-window.ts';
import {
  CONTRACT_LIMITS,
  MARGIN_MS,
  type Patience,
  type RateLimiter,
  type Slot,
  WINDOW_MS,
} from './rate-limiter.ts';

export type SharedLimiterDeps = {
  /** The process's own limiter: how many at once, and its pauses. */
  readonly local: RateLimiter;
  readonly window: RequestWindow;
  readonly now: Now;
  readonly sleep: Sleep;
  /** Requests in any 60 s, over all processes. Default: the contract's. */
  readonly perMinute?: number;
};

/** A limiter whose places are shared with other processes. */
export type SharedLimiter = RateLimiter & {
  /** Tells what became of the places, and gives back those that were not used: after each batch. @throws StorageError */
  flush(): Promise<void>;
};

/**
 * How long a place is held for a request of which nothing more is heard, its process having been killed: the longest
 * that a function runs, and the minute after.
 */
const HOLD_MS = 3 * 60_000;
/** Looked at again at the latest after this: places may come free before their time. */
const LONGEST_LOOK_MS = 5_000;

/**
 * Makes a limiter that obeys the marketplace's requests a minute together with other processes. Places are taken
 * for as many requests as wait, in one write, and settled in the next one; a batch of five costs two writes.
 *
 * `acquire` throws RateLimitedError with the wait when no place comes free in time, StorageError when the shared
 * places can't be had, and whatever the local limiter throws.
 */
export function createSharedLimiter(deps: SharedLimiterDeps): SharedLimiter {
  const { local, window, now, sleep, perMinute = CONTRACT_LIMITS.perMinute } = deps;
  /** Places that are ours and not used yet, by the time until which they are held. */
  let pool: number[] = [];
  let settlements: Settlement[] = [];
  let pausedUntil = 0;
  let waiting = 0;
  let refilling: Promise<number> | undefined;

  const exchange = <T>(act: Parameters<typeof window.change<T>>[0]): Promise<T> => {
    const telling = settlements;
    const pause = pausedUntil;
    settlements = [];
    return window
      .change((state) =>
        act({
          ...settled(state, telling, now()),
          pausedUntil: Math.max(state.pausedUntil, pause),
        }),
      )
      .catch((error: unknown) => {
        settlements = [...telling, ...settlements];
        throw error;
      });
  };

  /** Takes places for all who wait. @returns how long to wait before asking again, 0 when there are some */
  const refill = async (): Promise<number> => {
    const heldUntil = now() + HOLD_MS;
    const { count, waitMs } = await exchange((state) =>
      taken(state, Math.max(1, waiting), { limit: perMinute, now: now(), heldUntil }),
    );
    pool.push(...Array.from({ length: count }, () => heldUntil));
    return waitMs;
  };

  /** Waits for the next refill, counted among those for whom it takes places. */
  const morePlaces = async (): Promise<number> => {
    waiting += 1;
    try {
      refilling ??= refill().finally(() => {
        refilling = undefined;
      });
      return await refilling;
    } finally {
      waiting -= 1;
    }
  };

  const takePlace = async (deadline: number, signal: AbortSignal | undefined): Promise<number> => {
    let place = pool.pop();
    while (place === undefined) {
      const waitMs = await morePlaces();
      place = pool.pop();
      if (place !== undefined || waitMs === 0) continue;
      if (now() + waitMs >= deadline) throw noPlace(waitMs);
      await sleep(Math.min(waitMs, LONGEST_LOOK_MS), signal);
    }
    return place;
  };

  const acquire = async ({ maxWaitMs = Number.POSITIVE_INFINITY, signal }: Patience = {}): Promise<Slot> => {
    const deadline = now() + maxWaitMs;
    const slot = await local.acquire({ maxWaitMs, signal });
    try {
      return slotWithPlace(slot, await takePlace(deadline, signal));
    } catch (error) {
      slot.release();
      throw error;
    }
  };

  const slotWithPlace = (slot: Slot, held: number): Slot => {
    let isSent = false;
    let isSettled = false;
    const settle = () => {
      if (isSettled) return;
      isSettled = true;
      if (isSent) settlements.push({ held, freeAt: now() + WINDOW_MS + MARGIN_MS });
      else pool.push(held);
    };
    return {
      sent: () => {
        isSent = true;
        slot.sent();
      },
      answered: () => {
        if (isSent) settle();
        slot.answered();
      },
      release: () => {
        settle();
        slot.release();
      },
    };
  };

  return {
    acquire,
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, now() + ms);
      local.pause(ms);
    },
    async flush() {
      settlements.push(...pool.map((held) => ({ held })));
      pool = [];
      if (settlements.length === 0 && pausedUntil <= now()) return;
      await exchange((state) => ({ state, result: undefined }));
    },
  };
}

function noPlace(waitMs: number): RateLimitedError {
  const seconds = Math.ceil(waitMs / 1000);
  return new RateLimitedError(
    `The marketplace's limit of requests a minute is used up for another ${seconds} s.`,
    waitMs,
  );
}
