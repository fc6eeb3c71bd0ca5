import type { Now, Sleep } from '#core/time/clock.ts';

/** Timers overflow at 2^31 ms and then fire at once; a longer wait is slept in pieces. */
const LONGEST_SLEEP_MS = 3_600_000;

/** A clock that stands still where the given one is set back, so that no wait grows by the difference. */
export function steadyClock(now: Now): Now {
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
export class Alarm {
  readonly #sleep: Sleep;
  readonly #clock: Now;
  #pending: { readonly at: number; readonly cancel: AbortController } | undefined;

  constructor(sleep: Sleep, clock: Now) {
    this.#sleep = sleep;
    this.#clock = clock;
  }

  clear(): void {
    this.#pending?.cancel.abort();
    this.#pending = undefined;
  }

  /**
   * Replaces the timer, unless it rings at that time already. A wait of more than an hour rings early: whoever is rung
   * for sets the alarm again.
   *
   * @param at by the alarm's clock; infinity: never
   */
  set(at: number, ring: () => void): void {
    if (this.#pending?.at === at) return;
    this.clear();
    if (at === Number.POSITIVE_INFINITY) return;
    const own = { at, cancel: new AbortController() };
    this.#pending = own;
    const waitMs = Math.min(Math.max(1, at - this.#clock()), LONGEST_SLEEP_MS);
    this.#sleep(waitMs, own.cancel.signal).then(
      () => {
        if (this.#pending !== own) return;
        this.#pending = undefined;
        ring();
      },
      () => undefined,
    );
  }
}
