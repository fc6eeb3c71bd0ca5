/** The simulator's clock: another clock, moved by what a test asks for. */
export type Clock = {
  /** Epoch milliseconds. */
  now(): number;
  /** Unix seconds. */
  seconds(): number;
  /** Moves it, back as well, by milliseconds; it goes on from there. */
  advance(ms: number): void;
  /** Sets it to a time, epoch milliseconds; it goes on from there. */
  set(epochMs: number): void;
  /** How far it is ahead of the clock that it follows, milliseconds. */
  offsetMs(): number;
};

/** A clock that shows the time of another one until it is moved. */
export function createClock(now: () => number): Clock {
  let offsetMs = 0;
  return {
    now: () => now() + offsetMs,
    seconds: () => Math.floor((now() + offsetMs) / 1000),
    advance: (ms) => {
      offsetMs += ms;
    },
    set: (epochMs) => {
      offsetMs = epochMs - now();
    },
    offsetMs: () => offsetMs,
  };
}
