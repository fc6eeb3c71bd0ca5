import { type MarketplaceUnavailableError, OutOfTimeError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import {
  LONGEST_HOLD_MS,
  LONGEST_SPARE_MS,
  type PermitRelease,
  paused,
  pauseInForce,
  type RequestWindow,
  resumed,
  taken,
  type Wanted,
  type WindowState,
  withReleases,
} from '#core/marketplace/request-window.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import {
  CONTRACT_LIMITS,
  createRateLimiter,
  type Limits,
  MARGIN_MS,
  type Patience,
  pausedError,
  type RateLimiter,
  type Slot,
  WINDOW_MS,
} from './rate-limiter.ts';

export type SharedLimiterDeps = {
  /** The process's own limiter: how many at once. */
  readonly local: RateLimiter;
  readonly window: RequestWindow;
  readonly now: Now;
  readonly sleep: Sleep;
  /** Requests in any 60 s, over all processes. Default: the contract's. */
  readonly perMinute?: number | undefined;
  /** Places to be taken ahead in one write, for a process that makes many requests. Default 0. */
  readonly ahead?: number | undefined;
  /**
   * Where given, a table that can't be had is warned of here and does not stop a call: the local limiter alone
   * counts then.
   * @default - `acquire` throws StorageError
   */
  readonly withoutTable?: Log | undefined;
};

/** A limiter whose places are shared with other processes. */
export type SharedLimiter = RateLimiter & {
  /** Tells what became of the places, and gives back those that were not used: after each batch or run. @throws StorageError */
  flush(): Promise<void>;
  /** Until when the marketplace asked everybody to stay away (ms since 1970), 0 where it did not. @throws StorageError */
  pausedUntil(): Promise<number>;
  /** Ends such a pause, for all: somebody asks for a try by hand. The next refusal begins another. @throws StorageError */
  resume(): Promise<void>;
};

/** Looked at again at the latest after this: places may come free, and a pause end, before their time. */
const LONGEST_LOOK_MS = 5_000;
/** Without the table: how long nobody asks it again. */
const WITHOUT_TABLE_MS = 60_000;

/** The limiter of one process, its own part and the shared one together: `limits` are how many at once, and a minute. */
export function createProcessLimiter(
  deps: Omit<SharedLimiterDeps, 'local' | 'perMinute'> & { readonly limits?: Limits },
): SharedLimiter {
  const local = createRateLimiter(deps, deps.limits);
  return createSharedLimiter({ ...deps, local, perMinute: deps.limits?.perMinute });
}

/** What to do when `flush` fails: its places come free by themselves, and what the work came to stands. */
export function notTold(log: Log): (error: unknown) => void {
  return (error) => log.warn('the shared limit of requests could not be told what was used', { error });
}

/**
 * Makes a limiter that obeys the marketplace's requests a minute, and its wish to be left alone, together with other
 * processes. Places are taken for as many requests as wait (and `ahead`), in one write, and settled in the next one.
 *
 * `acquire` throws RateLimitedError when a pause that the marketplace asked for outlasts the caller's patience,
 * OutOfTimeError with the wait when no place comes free in time, StorageError when the shared places can't be had,
 * and whatever the local limiter throws.
 */
export function createSharedLimiter(deps: SharedLimiterDeps): SharedLimiter {
  const { local, now, sleep } = deps;
  const share = newShare(deps);

  const takePlace = async (deadline: number, signal: AbortSignal | undefined): Promise<number> => {
    for (;;) {
      await lookAgain(share);
      const place = placeAtHand(share);
      if (place !== undefined) return place;
      const { waitMs, isPaused } = await refill(share);
      if (waitMs === 0) continue;
      if (now() + waitMs >= deadline) throw isPaused ? pausedError(waitMs, share.because) : noPlace(waitMs);
      await sleep(Math.min(waitMs, LONGEST_LOOK_MS), signal);
    }
  };

  return {
    acquire: async ({ maxWaitMs = Number.POSITIVE_INFINITY, signal }: Patience = {}) => {
      const deadline = now() + maxWaitMs;
      const slot = await local.acquire({ maxWaitMs, signal });
      try {
        return slotWithPlace(slot, await takePlace(deadline, signal), share);
      } catch (error) {
        slot.release();
        throw error;
      }
    },
    pause(ms, because) {
      if (ms > pauseLeftMs(share)) share.because = because;
      share.askedUntil = Math.max(share.askedUntil, now() + ms);
      // The others should know at once. What fails here is told by the next exchange, or by `flush`.
      share.telling = Promise.all([share.telling, tell(share).catch(() => undefined)]);
    },
    async flush() {
      await share.telling;
      share.settlements.push(...share.pool.map((held) => ({ held })));
      share.pool = [];
      if (share.settlements.length > 0 || share.askedUntil > now()) await tell(share);
    },
    async pausedUntil() {
      await tell(share);
      return pauseInForce(share.knownUntil, now());
    },
    async resume() {
      await share.telling;
      share.askedUntil = 0;
      await exchange(share, (state) => ({ state: resumed(state, now()), result: undefined }));
    },
  };
}

/** The window as one process knows it. */
type Share = Pick<SharedLimiterDeps, 'window' | 'now' | 'withoutTable'> & {
  readonly perMinute: number;
  readonly ahead: number;
  /** Places that are ours and not used yet, by the time until which they are held. */
  pool: number[];
  /** What the window has to be told of places. */
  settlements: PermitRelease[];
  /** A pause that the window has not been told of, and the one that it last told us. */
  askedUntil: number;
  knownUntil: number;
  /** Why, where it was this process that was told to stay away, and by another status than 429. */
  because?: MarketplaceUnavailableError | undefined;
  seenAt: number;
  /** Requests that wait for a place, and the exchange that takes places for all of them. */
  waiting: number;
  refilling?: Promise<Refill> | undefined;
  telling?: Promise<unknown>;
  withoutTableUntil: number;
};

function newShare({ window, now, withoutTable, ahead = 0, perMinute }: SharedLimiterDeps): Share {
  return {
    ...{ window, now, withoutTable, ahead, perMinute: perMinute ?? CONTRACT_LIMITS.perMinute },
    ...{ pool: [], settlements: [], waiting: 0 },
    ...{ askedUntil: 0, knownUntil: 0, seenAt: 0, withoutTableUntil: 0 },
  };
}

/** How long to wait before asking again, 0 where there are places; and whether a pause is the reason. */
type Refill = { readonly waitMs: number; readonly isPaused: boolean };

type Transition<T> = (state: WindowState) => { readonly state: WindowState; readonly result: T };

/** Changes the window, tells it what there is to tell, and learns of a pause. @throws StorageError */
async function exchange<T>(share: Share, act: Transition<T>): Promise<T> {
  const { window, now, settlements: told, askedUntil: asked } = share;
  share.settlements = [];
  try {
    const { result, pause } = await window.change((stored) => {
      const after = act(paused(withReleases(stored, told, now()), asked, now()));
      return { state: after.state, result: { result: after.result, pause: after.state.pausedUntil } };
    });
    if (share.askedUntil === asked) share.askedUntil = 0;
    // Lifted, or lengthened by somebody else: what was told here is not the reason any more.
    if (pause !== asked && pause !== share.knownUntil) share.because = undefined;
    share.knownUntil = pause;
    share.seenAt = now();
    return result;
  } catch (error) {
    share.settlements = [...told, ...share.settlements];
    throw error;
  }
}

function tell(share: Share): Promise<undefined> {
  return exchange(share, (state) => ({ state, result: undefined }));
}

function pauseLeftMs({ askedUntil, knownUntil, now }: Share): number {
  return Math.max(0, Math.max(pauseInForce(askedUntil, now()), pauseInForce(knownUntil, now())) - now());
}

/** Whoever has places at hand need not ask for any, and would not learn that somebody else was told to stay away. */
async function lookAgain(share: Share): Promise<void> {
  const { pool, seenAt, withoutTableUntil, now } = share;
  if (pool.length === 0 || now() - seenAt < LONGEST_LOOK_MS || now() < withoutTableUntil) return;
  try {
    await tell(share);
  } catch (error) {
    countAlone(share, error);
  }
}

/** A place that may be used now. One that was taken too long ago would not be held until its request's end. */
function placeAtHand(share: Share): number | undefined {
  if (pauseLeftMs(share) > 0) return undefined;
  const isFresh = (held: number) => held - share.now() >= LONGEST_HOLD_MS - LONGEST_SPARE_MS;
  share.settlements.push(...share.pool.filter((held) => !isFresh(held)).map((held) => ({ held })));
  share.pool = share.pool.filter(isFresh);
  return share.pool.pop();
}

/** Waits for the next refill, counted among those for whom it takes places. */
async function refill(share: Share): Promise<Refill> {
  share.waiting += 1;
  try {
    share.refilling ??= refillOnce(share).finally(() => {
      share.refilling = undefined;
    });
    return await share.refilling;
  } finally {
    share.waiting -= 1;
  }
}

async function refillOnce(share: Share): Promise<Refill> {
  const { now, ahead, perMinute: limit } = share;
  const heldUntil = now() + LONGEST_HOLD_MS;
  const wanted = { waiting: Math.max(1, share.waiting), ahead, limit, now: now(), heldUntil };
  if (now() < share.withoutTableUntil) return refillAlone(share, wanted);
  try {
    const { count, waitMs } = await exchange(share, (state) => taken(state, wanted));
    share.pool.push(...Array.from({ length: count }, () => heldUntil));
    return { waitMs, isPaused: pauseLeftMs(share) > 0 };
  } catch (error) {
    countAlone(share, error);
    return refillAlone(share, wanted);
  }
}

/** Does without the table for a while, where that is wanted. @throws the error where it is not */
function countAlone(share: Share, error: unknown): void {
  if (share.withoutTable === undefined) throw error;
  const told = 'the shared limit of requests can not be had; this process counts alone for a minute';
  share.withoutTable.warn(told, { error });
  share.withoutTableUntil = share.now() + WITHOUT_TABLE_MS;
}

/** Without the table: places of our own making, which the window is told of once it is there again. */
function refillAlone(share: Share, { waiting, heldUntil }: Pick<Wanted, 'waiting' | 'heldUntil'>): Refill {
  const waitMs = pauseLeftMs(share);
  if (waitMs === 0) share.pool.push(...Array.from({ length: waiting }, () => heldUntil));
  return { waitMs, isPaused: waitMs > 0 };
}

function slotWithPlace(slot: Slot, held: number, share: Share): Slot {
  let isSent = false;
  let isSettled = false;
  const settle = () => {
    if (isSettled) return;
    isSettled = true;
    if (isSent) share.settlements.push({ held, freeAt: share.now() + WINDOW_MS + MARGIN_MS });
    else share.pool.push(held);
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
}

function noPlace(ms: number): OutOfTimeError {
  const seconds = Math.ceil(ms / 1000);
  return new OutOfTimeError(
    `The marketplace's limit of requests a minute is used up for another ${seconds} s; the rest is done next time.`,
    { retryAfterMs: ms },
  );
}
