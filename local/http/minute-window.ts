const MINUTE_MS = 60_000;

/** Counts times in a sliding window of one minute. */
export type MinuteWindow = {
  add(timeMs: number): void;
  /** How many of the times added lie within the minute before `nowMs`. */
  count(nowMs: number): number;
  /** The oldest time still in the window at the last count. */
  oldest(): number | undefined;
};

/** Makes an empty window. Times must not go back. */
export function createMinuteWindow(): MinuteWindow {
  let times: number[] = [];
  let first = 0;
  return {
    add: (timeMs) => {
      times.push(timeMs);
    },
    count: (nowMs) => {
      while (first < times.length && (times[first] ?? nowMs) <= nowMs - MINUTE_MS) first += 1;
      if (first > 10_000) {
        times = times.slice(first);
        first = 0;
      }
      return times.length - first;
    },
    oldest: () => times[first],
  };
}
