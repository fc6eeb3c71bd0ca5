import { OutOfTimeError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { RequestWindow } from '#core/marketplace/request-window.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import {
  type AcquireOptions,
  CONTRACT_LIMITS,
  createRateLimiter,
  HOLD_MS,
  type Limits,
  type Permit,
  pausedError,
  type RateLimiter,
} from './rate-limiter.ts';
import { REREAD_AFTER_MS, WindowShare } from './window-share.ts';

export type SharedLimiterDeps = {
  /** The process's own limiter: how many requests at once. */
  readonly local: RateLimiter;
  readonly window: RequestWindow;
  readonly now: Now;
  readonly sleep: Sleep;
  /** Requests in any 60 s, over all processes. Default: the contract's. */
  readonly perMinute?: number | undefined;
  /** Permits to be taken ahead in one write, for a process that makes many requests. Default 0. */
  readonly ahead?: number | undefined;
  /**
   * Where given, a table that can't be reached is warned of here and does not stop a call: the local limiter alone
   * counts then.
   * @default - `acquire` throws StorageError
   */
  readonly withoutTable?: Log | undefined;
  /**
   * Called, at most once a minute, where most of the requests a minute are in use over all processes.
   * @default - nobody is told
   */
  readonly onHighUse?: ((percent: number) => void) | undefined;
};

/** A limiter whose permits are shared with other processes. */
export type SharedLimiter = RateLimiter & {
  /** Tells what became of the permits, and gives back those that were not used: after each batch or run. @throws StorageError */
  flush(): Promise<void>;
  /** Until when the marketplace asked everybody to stay away (ms since 1970), 0 where it did not. @throws StorageError */
  pausedUntil(): Promise<number>;
  /** Ends such a pause, for all: somebody asks for a try by hand. The next rejection begins another. @throws StorageError */
  resume(): Promise<void>;
};

/** The limiter of one process, its own part and the shared one together: `limits` are how many at once, and a minute. */
export function createProcessLimiter(
  deps: Omit<SharedLimiterDeps, 'local' | 'perMinute'> & { readonly limits?: Limits },
): SharedLimiter {
  const local = createRateLimiter(deps, deps.limits);
  return createSharedLimiter({ ...deps, local, perMinute: deps.limits?.perMinute });
}

/** What to do when `flush` fails: its permits come free by themselves, and what the work came to stands. */
export function warnUnflushed(log: Log): (error: unknown) => void {
  return (error) => log.warn('the shared limit of requests could not be told what was used', { error });
}

/**
 * Makes a limiter that obeys the marketplace's requests a minute, and its wish to be left alone, together with other
 * processes. Permits are taken for as many requests as wait (and `ahead`) in one write, which also tells what became of
 * those before.
 *
 * `acquire` throws RateLimitedError when a pause that the marketplace asked for outlasts the caller's `maxWaitMs`,
 * OutOfTimeError with the wait when no permit comes free in time, StorageError when the shared permits can't be read,
 * and whatever the local limiter throws.
 */
export function createSharedLimiter(deps: SharedLimiterDeps): SharedLimiter {
  const { local, window, now, withoutTable, onHighUse } = deps;
  const { ahead = 0, perMinute = CONTRACT_LIMITS.perMinute } = deps;
  const share = new WindowShare({ window, now, withoutTable, onHighUse, ahead, perMinute });
  return {
    async acquire({ maxWaitMs = Number.POSITIVE_INFINITY, signal }: AcquireOptions = {}) {
      const deadline = now() + maxWaitMs;
      const permit = await local.acquire({ maxWaitMs, signal });
      try {
        return withSharedPermit(permit, await takeShared(deps, share, deadline, signal), deps, share);
      } catch (error) {
        permit.release();
        throw error;
      }
    },
    pause: (ms, because) => share.pause(ms, because),
    flush: () => share.flush(),
    async pausedUntil() {
      await share.tell();
      return share.pausedUntil();
    },
    resume: () => share.resume(),
  };
}

/** Waits for a permit of the shared window. @returns until when it is held */
async function takeShared(
  { now, sleep }: Pick<SharedLimiterDeps, 'now' | 'sleep'>,
  share: WindowShare,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  for (;;) {
    await share.rereadIfDue();
    const held = share.takeAtHand();
    if (held !== undefined) return held;
    const { waitMs, isPaused } = await share.refill();
    if (waitMs === 0) continue;
    if (now() + waitMs >= deadline) {
      throw isPaused ? pausedError(waitMs, share.because) : noPermitError(waitMs);
    }
    await sleep(Math.min(waitMs, REREAD_AFTER_MS), signal);
  }
}

/** A permit of the local limiter that also holds a permit of the shared window. */
function withSharedPermit(
  permit: Permit,
  held: number,
  { now }: Pick<SharedLimiterDeps, 'now'>,
  share: WindowShare,
): Permit {
  let isSent = false;
  let isReturned = false;
  const returnPermit = () => {
    if (isReturned) return;
    isReturned = true;
    if (isSent) share.release(held, now() + HOLD_MS);
    else share.giveBack(held);
  };
  return {
    sent: () => {
      isSent = true;
      permit.sent();
    },
    answered: () => {
      if (isSent) returnPermit();
      permit.answered();
    },
    release: () => {
      returnPermit();
      permit.release();
    },
  };
}

function noPermitError(ms: number): OutOfTimeError {
  const seconds = Math.ceil(ms / 1000);
  return new OutOfTimeError(
    `The marketplace's limit of requests a minute is used up for another ${seconds} s; the rest is done next time.`,
    { retryAfterMs: ms },
  );
}
