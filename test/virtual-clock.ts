import type { Sleep } from '#core/time/clock.ts';

export type VirtualClock = {
  now(): number;
  sleep: Sleep;
  /** How many sleeps are under way: 0 when nothing was left behind. */
  pending(): number;
  /** When the next sleep ends; undefined where none is under way. */
  nextAt(): number | undefined;
  /** Moves time on, through every sleep that ends meanwhile. */
  advance(ms: number): Promise<void>;
  /** Lets time run until the promise settles; fails where it waits for nothing. */
  run<T>(promise: Promise<T>): Promise<T>;
};

/** A clock that moves only when it is told to. */
export function createVirtualClock(startMs = 1_700_000_000_000): VirtualClock {
  let now = startMs;
  let sleepers: { at: number; wake: () => void }[] = [];

  const sleep: Sleep = (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = {
        at: now + ms,
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        sleepers = sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      sleepers.push(sleeper);
    });

  function wakeNext(until: number): boolean {
    sleepers.sort((a, b) => a.at - b.at);
    const next = sleepers[0];
    if (!next || next.at > until) return false;
    sleepers.shift();
    now = Math.max(now, next.at);
    next.wake();
    return true;
  }

  return {
    now: () => now,
    sleep,
    pending: () => sleepers.length,
    nextAt: () => sleepers.reduce<number | undefined>((next, { at }) => Math.min(next ?? at, at), undefined),
    advance: async (ms) => {
      const until = now + ms;
      await settle();
      while (wakeNext(until)) await settle();
      now = until;
      await settle();
    },
    run: async (promise) => {
      let settled = false;
      const done = () => {
        settled = true;
      };
      promise.then(done, done);
      await settle();
      while (!settled) {
        if (!wakeNext(Number.POSITIVE_INFINITY))
          throw new Error('Everything waits, and no sleep is under way.');
        await settle();
      }
      return promise;
    },
  };
}

/** Lets every promise that can go on go on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
