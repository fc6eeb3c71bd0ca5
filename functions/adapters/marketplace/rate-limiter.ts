import { MarketplaceUnavailableError, OutOfTimeError, RateLimitedError } from '#core/errors.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import { Alarm, steadyClock } from './alarm.ts';

/** What the marketplace allows one instance: requests in any 60 s, and requests at once. */
export type Limits = { readonly perMinute: number; readonly concurrent: number };

/** The limits of the contract: 100 a minute, 10 at once. */
export const CONTRACT_LIMITS: Limits = { perMinute: 100, concurrent: 10 };

/**
 * The permit to send one request. Call `sent` as it leaves, `answered` when its answer's headers are there,
 * and always `release` when its body is read or given up.
 */
export type Permit = { sent(): void; answered(): void; release(): void };

export type AcquireOptions = {
  /** Milliseconds; the caller is rejected as soon as it is certain that its turn comes later. Default Infinity. */
  readonly maxWaitMs?: number;
  /** Ends the wait. */
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
  acquire(options?: AcquireOptions): Promise<Permit>;
  /**
   * Lets no request leave for so many milliseconds from now: after an answer with `Retry-After`. A pause in force is
   * never shortened.
   * @param because what it answered, where that was no 429: the cause of the errors of those who are rejected
   */
  pause(ms: number, because?: MarketplaceUnavailableError): void;
};

/** The error of those who can't wait out a pause of so many milliseconds. */
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

/** The time that the limit counts requests in. */
const WINDOW_MS = 60_000;
/**
 * Added to the window, for a server whose clock runs faster than ours or which counts in coarse ticks.
 * It costs 0.4 % of the rate.
 */
const MARGIN_MS = 250;
/** How long a permit is held after the answer to its request. */
export const HOLD_MS = WINDOW_MS + MARGIN_MS;

/**
 * Makes the limiter of one process. It belongs to the composition root, which hands the same one to every
 * client of the same marketplace: a registry inside this module would be hidden state, shared by tests too.
 *
 * **Which moment counts.** The server counts a request somewhere between the moment it left us and the moment
 * its answer's headers arrived; we can't know where. So a request holds its permit from before it leaves until
 * 60 s (and a margin) after its answer arrived or was given up. Whatever moment the server took, two requests
 * that share a permit are then more than 60 s apart for it, and no window of 60 s, rolling or fixed, can hold
 * more than `perMinute`. The price is one round trip per minute.
 *
 * @throws RangeError when a limit is below 1, which would let no request leave ever
 * @example const limiter = createRateLimiter({ now: Date.now, sleep }, { perMinute: 100, concurrent: 10 });
 */
export function createRateLimiter(deps: { now: Now; sleep: Sleep }, limits = CONTRACT_LIMITS): RateLimiter {
  if (!(limits.perMinute >= 1 && limits.concurrent >= 1)) {
    throw new RangeError('The limits of the marketplace client must be 1 or more.');
  }
  return new QueueingLimiter(deps, limits);
}

/** A caller in the queue. */
type Waiter = {
  readonly deadline: number;
  grant(permit: Permit): void;
  reject(error: Error): void;
};

/**
 * Callers wait in one queue. Whenever something changes (a caller comes or leaves, a permit is released, a pause begins)
 * and when the alarm rings, `#advance` serves those whose turn it is, rejects those whose turn comes too late, and sets
 * the alarm to the next moment at which either can happen.
 */
class QueueingLimiter implements RateLimiter {
  readonly #clock: Now;
  readonly #alarm: Alarm;
  readonly #permits: Permits;
  readonly #queue: Waiter[] = [];
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #because: MarketplaceUnavailableError | undefined;

  constructor(deps: { now: Now; sleep: Sleep }, limits: Limits) {
    this.#clock = steadyClock(deps.now);
    this.#alarm = new Alarm(deps.sleep, this.#clock);
    this.#permits = new Permits(limits, this.#clock, () => this.#advance());
  }

  acquire({ maxWaitMs = Number.POSITIVE_INFINITY, signal }: AcquireOptions = {}): Promise<Permit> {
    return this.#enqueue(this.#clock() + maxWaitMs, signal);
  }

  pause(ms: number, because?: MarketplaceUnavailableError): void {
    const until = this.#clock() + ms;
    if (until > this.#pausedUntil) this.#because = because;
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
    this.#advance();
  }

  /** Joins the queue; leaves it when the signal aborts. */
  #enqueue(deadline: number, signal: AbortSignal | undefined): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        reject(signal?.reason);
        this.#advance();
      };
      const unlisten = () => signal?.removeEventListener('abort', leave);
      const waiter: Waiter = {
        deadline,
        grant: (permit) => {
          unlisten();
          resolve(permit);
        },
        reject: (error) => {
          unlisten();
          reject(error);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#queue.push(waiter);
      this.#advance();
    });
  }

  #advance(): void {
    const now = this.#clock();
    while (this.#permits.isOpen() && this.#earliestTurn(0, now) <= now) {
      const next = this.#queue.shift();
      if (!next) break;
      next.grant(this.#permits.take());
    }
    this.#rejectLate(now);
    this.#setAlarm(now);
  }

  #earliestTurn(position: number, now: number): number {
    return Math.max(this.#pausedUntil, this.#permits.freeAt(position, now));
  }

  /** Rejects at once whoever can't be served in time, rather than keep him until his time is over. */
  #rejectLate(now: number): void {
    for (const waiter of this.#queue.splice(0)) {
      if (this.#earliestTurn(this.#queue.length, now) < waiter.deadline) this.#queue.push(waiter);
      else if (this.#pausedUntil < waiter.deadline) waiter.reject(tooLateError());
      else waiter.reject(pausedError(this.#pausedUntil - now, this.#because));
    }
  }

  #setAlarm(now: number): void {
    if (this.#queue.length === 0) {
      this.#alarm.clear();
      return;
    }
    const turn = this.#permits.isOpen() ? this.#earliestTurn(0, now) : Number.POSITIVE_INFINITY;
    const deadlines = this.#queue.map((waiter) => waiter.deadline);
    this.#alarm.set(Math.min(turn, ...deadlines), () => this.#advance());
  }
}

/** A request as its permit sees it. */
type RequestState = 'unsent' | 'sent' | 'answered' | 'released';

/**
 * The permits of one process: each is taken by a request without an answer, then held for a minute after the answer.
 * Times are those of the clock it is given.
 */
class Permits {
  readonly #limits: Limits;
  readonly #clock: Now;
  readonly #onRelease: () => void;
  /** When the permits of answered requests come free, in order. */
  readonly #freedAt: number[] = [];
  #unanswered = 0;
  #inFlight = 0;

  /** @param onRelease called when a request is over */
  constructor(limits: Limits, clock: Now, onRelease: () => void) {
    this.#limits = limits;
    this.#clock = clock;
    this.#onRelease = onRelease;
  }

  /** Whether one more request may be under way. */
  isOpen(): boolean {
    return this.#inFlight < this.#limits.concurrent;
  }

  /** The earliest moment at which there is a permit for the one at this position of the queue, as far as is known. */
  freeAt(position: number, now: number): number {
    const freedAt = this.#freedAt;
    while (freedAt[0] !== undefined && freedAt[0] <= now) freedAt.shift();
    const surplus = position - (this.#limits.perMinute - this.#unanswered - freedAt.length);
    return surplus < 0 ? now : (freedAt[surplus] ?? now + WINDOW_MS);
  }

  take(): Permit {
    this.#inFlight += 1;
    this.#unanswered += 1;
    let state: RequestState = 'unsent';
    return {
      sent: () => {
        if (state === 'unsent') state = 'sent';
      },
      answered: () => {
        if (state !== 'sent') return;
        state = 'answered';
        this.#hold();
      },
      release: () => {
        if (state === 'released') return;
        // One that was sent counts, whatever became of it; one that never was gives its permit back.
        if (state === 'sent') this.#hold();
        else if (state === 'unsent') this.#unanswered -= 1;
        state = 'released';
        this.#inFlight -= 1;
        this.#onRelease();
      },
    };
  }

  #hold(): void {
    this.#unanswered -= 1;
    this.#freedAt.push(this.#clock() + HOLD_MS);
  }
}

function tooLateError(): OutOfTimeError {
  return new OutOfTimeError(
    'The limits of the marketplace leave no request for the time that is left; the rest is done next time.',
  );
}
