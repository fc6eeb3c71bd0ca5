import { MarketplaceUnavailableError, OutOfTimeError, RateLimitedError } from '#core/errors.ts';
import type { Now, Sleep } from '#core/time/clock.ts';

/** What the marketplace allows one instance: so many requests in any 60 s, so many at once. */
export type Limits = { readonly perMinute: number; readonly concurrent: number };

/** The limits of the contract: 100 a minute, 10 at once. */
export const CONTRACT_LIMITS: Limits = { perMinute: 100, concurrent: 10 };

/**
 * The right to send one request. Call `sent` as it leaves, `answered` when its answer's headers are there,
 * and always `release` when its body is read or given up.
 */
export type Slot = { sent(): void; answered(): void; release(): void };

/** How long a caller is ready to stand in line. */
export type Patience = {
  /** Milliseconds; the caller is turned away as soon as it is certain that its turn comes later. Default Infinity. */
  readonly maxWaitMs?: number;
  readonly signal?: AbortSignal | undefined;
};

export type RateLimiter = {
  /**
   * Resolves, first come, first served, when a request may leave.
   *
   * @throws RateLimitedError | MarketplaceUnavailableError when a pause that the marketplace asked for, by a 429 or by
   *   another status, outlasts `maxWaitMs`
   * @throws OutOfTimeError when our own limits do
   * @throws the signal's reason when it aborts first
   */
  acquire(patience?: Patience): Promise<Slot>;
  /**
   * Lets nobody go for so many milliseconds from now: after an answer with `Retry-After`. A pause in force is never
   * shortened.
   * @param because what it answered, where that was no 429: told to those who are turned away
   */
  pause(ms: number, because?: MarketplaceUnavailableError): void;
};

/** What those are told who can't wait out a pause. */
export function pausedError(
  ms: number,
  because: MarketplaceUnavailableError | undefined,
): RateLimitedError | MarketplaceUnavailableError {
  const told = `The marketplace asked not to be called for another ${Math.ceil(ms / 1000)} s, which is longer than there is time now`;
  if (because === undefined) return new RateLimitedError(`${told}.`, ms);
  const { message, status } = because;
  return new MarketplaceUnavailableError(`${told}: ${message}.`, {
    cause: because,
    retryAfterMs: ms,
    ...(status === undefined ? {} : { status }),
  });
}

export const WINDOW_MS = 60_000;
/**
 * Added to the window, for a server whose clock runs faster than ours or which counts in coarse ticks.
 * It costs 0.4 % of the rate.
 */
export const MARGIN_MS = 250;
/** Timers overflow at 2^31 ms and then fire at once; a longer wait is slept in pieces. */
const LONGEST_SLEEP_MS = 3_600_000;

type Waiter = {
  readonly deadline: number;
  grant(slot: Slot): void;
  refuse(error: Error): void;
};

/**
 * Makes the limiter of one process. It belongs to the composition root, which hands the same one to every
 * client of the same marketplace: a registry inside this module would be hidden state, shared by tests too.
 *
 * **Which moment counts.** The server counts a request somewhere between the moment it left us and the moment
 * its answer's headers arrived; we can't know where. So a request holds its place from before it leaves until
 * 60 s (and a margin) after its answer arrived or was given up. Whatever moment the server took, two requests
 * that share a place are then more than 60 s apart for it, and no window of 60 s, rolling or fixed, can hold
 * more than `perMinute`. The price is one round trip per minute.
 *
 * @throws RangeError when a limit is below 1, which would let nobody go ever
 * @example const limiter = createRateLimiter({ now: Date.now, sleep }, { perMinute: 100, concurrent: 10 });
 */
export function createRateLimiter(deps: { now: Now; sleep: Sleep }, limits = CONTRACT_LIMITS): RateLimiter {
  if (!(limits.perMinute >= 1 && limits.concurrent >= 1)) {
    throw new RangeError('The limits of the marketplace client must be 1 or more.');
  }
  const clock = steadyClock(deps.now);
  const alarm = createAlarm(deps.sleep, clock);
  const places = createPlaces(limits, clock, () => advance());
  const queue: Waiter[] = [];
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let because: MarketplaceUnavailableError | undefined;

  const earliestTurn = (position: number, now: number) => Math.max(pausedUntil, places.freeAt(position, now));

  function advance(): void {
    const now = clock();
    while (places.isOpen() && earliestTurn(0, now) <= now) {
      const next = queue.shift();
      if (!next) break;
      next.grant(places.take());
    }
    turnAway(now);
    if (queue.length === 0) {
      alarm.clear();
      return;
    }
    const turn = places.isOpen() ? earliestTurn(0, now) : Number.POSITIVE_INFINITY;
    alarm.set(Math.min(turn, ...queue.map((waiter) => waiter.deadline)), advance);
  }

  /** Refuses at once whoever can't be served in time, rather than keep him until his time is over. */
  function turnAway(now: number): void {
    for (const waiter of queue.splice(0)) {
      if (earliestTurn(queue.length, now) < waiter.deadline) queue.push(waiter);
      else if (pausedUntil >= waiter.deadline) waiter.refuse(pausedError(pausedUntil - now, because));
      else waiter.refuse(tooLateError());
    }
  }

  return {
    acquire: ({ maxWaitMs = Number.POSITIVE_INFINITY, signal } = {}) =>
      standInLine(queue, clock() + maxWaitMs, signal, advance),
    pause: (ms, reason) => {
      const until = clock() + ms;
      if (until > pausedUntil) because = reason;
      pausedUntil = Math.max(pausedUntil, until);
      advance();
    },
  };
}

/** Joins the line; leaves it when the signal aborts. */
function standInLine(
  queue: Waiter[],
  deadline: number,
  signal: AbortSignal | undefined,
  advance: () => void,
): Promise<Slot> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const leave = () => {
      queue.splice(queue.indexOf(waiter), 1);
      reject(signal?.reason);
      advance();
    };
    const stay = () => signal?.removeEventListener('abort', leave);
    const waiter: Waiter = {
      deadline,
      grant: (slot) => {
        stay();
        resolve(slot);
      },
      refuse: (error) => {
        stay();
        reject(error);
      },
    };
    signal?.addEventListener('abort', leave, { once: true });
    queue.push(waiter);
    advance();
  });
}

/** Keeps count of the places: taken by requests without an answer, and held for a minute after the answer. */
function createPlaces(limits: Limits, clock: Now, onRelease: () => void) {
  /** When the places of answered requests come free, in order. */
  const freedAt: number[] = [];
  let unanswered = 0;
  let inFlight = 0;

  const settle = (counts: boolean) => {
    unanswered -= 1;
    if (counts) freedAt.push(clock() + WINDOW_MS + MARGIN_MS);
  };

  return {
    /** Whether one more may be under way. */
    isOpen: () => inFlight < limits.concurrent,
    /** The earliest moment at which there is a place for the one at this position of the line, as far as is known. */
    freeAt: (position: number, now: number): number => {
      while (freedAt[0] !== undefined && freedAt[0] <= now) freedAt.shift();
      const surplus = position - (limits.perMinute - unanswered - freedAt.length);
      return surplus < 0 ? now : (freedAt[surplus] ?? now + WINDOW_MS);
    },
    take: (): Slot => {
      inFlight += 1;
      unanswered += 1;
      let state: 'unsent' | 'sent' | 'answered' | 'released' = 'unsent';
      return {
        sent: () => {
          if (state === 'unsent') state = 'sent';
        },
        answered: () => {
          if (state !== 'sent') return;
          state = 'answered';
          settle(true);
        },
        release: () => {
          if (state === 'released') return;
          if (state !== 'answered') settle(state === 'sent');
          state = 'released';
          inFlight -= 1;
          onRelease();
        },
      };
    },
  };
}

/** A clock that stands still where the given one is set back, so that no wait grows by the difference. */
function steadyClock(now: Now): Now {
  let last = now();
  let offset = 0;
  return () => {
    const reading = now();
    if (reading < last) offset += last - reading;
    last = reading;
    return reading + offset;
  };
}

/** One timer at most, that can be moved. */
function createAlarm(sleep: Sleep, clock: Now) {
  let pending: { at: number; cancel: AbortController } | undefined;
  const clear = () => {
    pending?.cancel.abort();
    pending = undefined;
  };
  return {
    clear,
    set: (at: number, ring: () => void) => {
      if (pending?.at === at) return;
      clear();
      if (at === Number.POSITIVE_INFINITY) return;
      const mine = { at, cancel: new AbortController() };
      pending = mine;
      sleep(Math.min(Math.max(1, at - clock()), LONGEST_SLEEP_MS), mine.cancel.signal).then(
        () => {
          if (pending !== mine) return;
          pending = undefined;
          ring();
        },
        () => undefined,
      );
    },
  };
}

function tooLateError(): OutOfTimeError {
  return new OutOfTimeError(
    'The limits of the marketplace leave no request for the time that is left; the rest is done next time.',
  );
}
