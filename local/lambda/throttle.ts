/** How often a route may be called. */
export type ThrottleSettings = {
  /** Requests a second that it bears for long. */
  readonly ratePerSecond: number;
  /** Requests that it takes at once. */
  readonly burst: number;
};

/** Takes a request, or tells how many milliseconds until the next one may come. */
export type Throttle = () => { allowed: true } | { allowed: false; retryAfterMs: number };

/** A token bucket, as API Gateway's. `now` is in milliseconds. */
export function createThrottle({ ratePerSecond, burst }: ThrottleSettings, now: () => number): Throttle {
  let tokens = burst;
  let filledAt = now();
  return () => {
    const time = now();
    tokens = Math.min(burst, tokens + ((time - filledAt) / 1000) * ratePerSecond);
    filledAt = time;
    if (tokens >= 1) {
      tokens -= 1;
      return { allowed: true };
    }
    return { allowed: false, retryAfterMs: Math.ceil(((1 - tokens) / ratePerSecond) * 1000) };
  };
}
