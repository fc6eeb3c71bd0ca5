import { OutOfTimeError, RateLimitedError } from '#core/errors.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import { isRecent, isStillOn } from '#core/time/wrong-clock.ts';
import type { TicketSyncState } from './sync-state.ts';

/**
 * When requests of the export may leave: at most so many in any 60 s, over all invocations, and none while Zendesk has
 * asked for a pause. Whoever holds the lease of the tickets is the only one who calls.
 */
export type RequestPace = {
  /**
   * Resolves when the next request may leave, which counts from then.
   *
   * @throws OutOfTimeError when its turn comes after the invocation's end
   * @throws RateLimitedError when Zendesk asked for a pause that no run waits for
   */
  acquire(signal?: AbortSignal): Promise<void>;
  /** The answer to the last request is there: it counts from now, since nobody knows when Zendesk counted it. */
  answered(): void;
  /** Lets nothing leave for so many milliseconds; a pause in force is never shortened. */
  pause(ms: number): void;
  /** Whether a request has waited for its turn here: time passed then, whatever else did not. */
  hasWaited(): boolean;
  /** What the next invocation has to know. */
  state(): PaceState;
};

export type PaceState = Pick<TicketSyncState, 'requestTimes' | 'pausedUntil'>;

type PaceDeps = {
  readonly now: Now;
  readonly sleep: Sleep;
  /** Milliseconds until this invocation is ended. */
  readonly remainingMs: () => number;
  /** Requests in any 60 s. */
  readonly perMinute: number;
};

const WINDOW_MS = 60_000;
/** For a server whose clock runs faster than ours, or which counts in coarse ticks. */
const MARGIN_MS = 250;
const SPACE_MS = WINDOW_MS + MARGIN_MS;
/** Left to whoever waits, for writing down how far he is. */
const RESERVE_MS = 10_000;
/** The longest pause that a run waits for, over as many invocations as it takes: a longer one is for the next run. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** The longest pause that is believed. */
const LONGEST_PAUSE_MS = 3_600_000;

/** Makes the pace of one run, from what the last one left. */
export function createRequestPace(deps: PaceDeps, before: PaceState): RequestPace {
  const { now, perMinute } = deps;
  let times = [...before.requestTimes];
  let pausedUntil = before.pausedUntil;
  let hasWaited = false;

  const pauseMs = () =>
    pausedUntil !== undefined && isStillOn(pausedUntil, now(), LONGEST_PAUSE_MS) ? pausedUntil - now() : 0;
  const forget = () => {
    times = times.filter((at) => isRecent(at, now(), SPACE_MS));
    if (pauseMs() === 0) pausedUntil = undefined;
  };

  return {
    async acquire(signal) {
      for (;;) {
        signal?.throwIfAborted();
        forget();
        const pause = pauseMs();
        if (pause > LONGEST_WAIT_MS) throw tooLongPause(pause);
        const waitMs = Math.max(pause, roomAfterMs(times, perMinute, now()));
        if (waitMs <= 0) break;
        hasWaited = true;
        await waitWithin(deps, waitMs, signal);
      }
      times.push(now());
    },
    answered() {
      if (times.length > 0) times[times.length - 1] = now();
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil ?? 0, now() + ms);
    },
    hasWaited: () => hasWaited,
    state() {
      forget();
      return { requestTimes: [...times], ...(pausedUntil === undefined ? {} : { pausedUntil }) };
    },
  };
}

/** Milliseconds until fewer than `perMinute` requests lie in the last minute; 0 or less where they do now. */
function roomAfterMs(times: readonly number[], perMinute: number, now: number): number {
  const blocking = times.toSorted((a, b) => a - b).at(-perMinute);
  return blocking === undefined ? 0 : blocking + SPACE_MS - now;
}

/** Waits, or as long as the invocation lasts: the next one waits for the rest. */
async function waitWithin(
  { sleep, remainingMs }: PaceDeps,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const leftMs = Math.max(0, remainingMs() - RESERVE_MS);
  if (waitMs <= leftMs) return sleep(waitMs, signal);
  await sleep(leftMs, signal);
  const seconds = Math.ceil((waitMs - leftMs) / 1000);
  throw new OutOfTimeError(
    `The next request to Zendesk may leave in ${seconds} s, after the end of this invocation.`,
    { retryAfterMs: waitMs - leftMs },
  );
}

function tooLongPause(ms: number): RateLimitedError {
  const minutes = Math.ceil(ms / 60_000);
  return new RateLimitedError(
    `Zendesk asked not to be called for another ${minutes} minutes. A later run goes on where this one stopped.`,
    ms,
  );
}
