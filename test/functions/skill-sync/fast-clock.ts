import { setTimeout as delay } from 'node:timers/promises';
import type { Sleep } from '#core/time/clock.ts';

export type FastClock = {
  now(): number;
  readonly sleep: Sleep;
  /** Moves time on at once. */
  advance(ms: number): void;
  /** How long a marketplace call may really take; its time-out by this clock is {@link TIMEOUT_MS}. */
  realTimeoutMs: number;
};

/** The client's time-out in these tests, by their clock. */
export const TIMEOUT_MS = 30_000;
/** The heartbeat's tick: it would spin without end if it returned at once. */
const TICK_MS = 1_000;
/** So many turns of the event loop before time jumps: answers that are there already come first. */
const TURNS = 3;

/**
 * The real time plus all that was slept. A sleep moves the clock instead of waiting: backoffs, pauses and the
 * rate limit cost nothing. Only heartbeats and time-outs wait for real, since they run beside real requests.
 */
export function createFastClock(): FastClock {
  let offset = 0;
  let sleepers: { at: number; wake: () => void }[] = [];
  let isPumping = false;
  const now = () => Date.now() + offset;

  const pump = async () => {
    if (isPumping) return;
    isPumping = true;
    while (sleepers.length > 0) {
      for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers.shift();
      if (!next) break;
      offset += Math.max(0, next.at - now());
      next.wake();
    }
    isPumping = false;
  };

  const jump: Sleep = (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = { at: now() + ms, wake: resolve };
      signal?.addEventListener(
        'abort',
        () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        },
        { once: true },
      );
      sleepers.push(sleeper);
      void pump();
    });

  const clock: FastClock = {
    now,
    realTimeoutMs: 20_000,
    advance: (ms) => {
      offset += ms;
    },
    sleep: async (ms, signal) => {
      if (ms !== TIMEOUT_MS && ms !== TICK_MS) return jump(ms, signal);
      await delay(ms === TICK_MS ? ms : clock.realTimeoutMs, undefined, { signal });
      if (ms === TIMEOUT_MS) offset += ms;
    },
  };
  return clock;
}
