import { OutOfTimeError } from '#core/errors.ts';
import { ClaudeRateLimitedError, ClaudeUnavailableError } from '#core/tickets/claude-errors.ts';
import { centredJitter, exponentialDelay } from '#core/time/backoff.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';

export type BackoffDeps = {
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
  /** Milliseconds left for this invocation. */
  readonly remainingMs: () => number;
  readonly signal: AbortSignal;
};

const delayAfter = exponentialDelay(1_000, 60_000);
const jitter = centredJitter(0.25);
/** Requests that waited together come back within so long of each other. */
const SPREAD_MS = 1_000;
/** Claude is not waited for any longer than this without one answer: the run ends, and what waits is for the next. */
const LONGEST_OUTAGE_MS = 11 * 60_000;
/** A wish to be left alone for longer ends the analysis of this run. */
const LONGEST_RETRY_AFTER_MS = 10 * 60_000;
/** No request begins with less time left: it could not be answered, and would be paid for nothing. */
const REQUEST_RESERVE_MS = 45_000;

/**
 * The backoff that all requests of one invocation share: when Claude is overloaded or asks for time, none of them is
 * sent, and each wave of failures counts as one.
 */
export class SharedBackoff {
  readonly #deps: BackoffDeps;
  #failures = 0;
  #pausedUntil = 0;
  /** When the newest wave of failures was noticed: what was asked before belongs to it. */
  #waveAt = Number.NEGATIVE_INFINITY;
  #outageSince: number | undefined;

  constructor(deps: BackoffDeps) {
    this.#deps = deps;
  }

  /**
   * Waits until a request may be sent.
   *
   * @returns when that was: what `failed` is to be handed
   * @throws OutOfTimeError where the invocation has no time for one; the reason of the run's signal
   */
  async ready(): Promise<number> {
    const { now, sleep, random, remainingMs, signal } = this.#deps;
    for (;;) {
      signal.throwIfAborted();
      const waitMs = this.#pausedUntil - now();
      if (remainingMs() - Math.max(0, waitMs) < REQUEST_RESERVE_MS) {
        throw new OutOfTimeError('The invocation has no time left for another request to Claude.');
      }
      if (waitMs <= 0) return now();
      await sleep(waitMs + Math.round(random() * SPREAD_MS), signal);
    }
  }

  /** Makes a call that costs nothing until it is answered, as far as waiting helps. @throws what `ready` and `failed` do */
  async untilAnswered<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      const askedAt = await this.ready();
      try {
        const answer = await call();
        this.succeeded();
        return answer;
      } catch (error) {
        this.failed(error, askedAt);
      }
    }
  }

  /** A request was answered. */
  succeeded(): void {
    this.#failures = 0;
    this.#outageSince = undefined;
  }

  /**
   * A request came to nothing: whoever asks again has to wait.
   *
   * @throws the error, where it is none that passes, or has not passed for too long
   */
  failed(error: unknown, askedAt: number): void {
    const isOverload = error instanceof ClaudeUnavailableError;
    const isLimit = error instanceof ClaudeRateLimitedError;
    if (!isOverload && !isLimit) throw error;
    const { retryAfterMs } = error;
    if (isLimit && retryAfterMs === undefined) throw error;
    if (retryAfterMs !== undefined && retryAfterMs > LONGEST_RETRY_AFTER_MS) throw error;
    const at = this.#deps.now();
    this.#outageSince ??= at;
    if (at - this.#outageSince > LONGEST_OUTAGE_MS) throw error;
    if (askedAt >= this.#waveAt) {
      this.#failures += 1;
      this.#waveAt = at;
      this.#pausedUntil = at + jitter(delayAfter(this.#failures), this.#deps.random);
    }
    if (retryAfterMs !== undefined) this.#pausedUntil = Math.max(this.#pausedUntil, at + retryAfterMs);
  }
}
