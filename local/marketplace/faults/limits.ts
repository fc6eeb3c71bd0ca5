/** The rate limits of the marketplace: so many requests in any 60 s, so many at once. */

import { createMinuteWindow } from '#local/http/minute-window.ts';

const MINUTE_MS = 60_000;

/** Limits in force; `perMinute` counts accepted requests in any 60 s. */
export type ServerLimits = {
  readonly perMinute: number;
  readonly concurrent: number;
};

/** The limits of the contract: 100 requests a minute, 10 at once. */
export const CONTRACT_SERVER_LIMITS: ServerLimits = { perMinute: 100, concurrent: 10 };

/** Decides on each request whether it may pass. */
export type Limiter = {
  /** Undefined: it may pass, and counts. A number: refused, try again after so many milliseconds. */
  admit(inFlight: number): number | undefined;
};

/** Makes a limiter; `limits` is read at every request, so that it can change while the server runs. */
export function createLimiter(options: {
  limits: () => ServerLimits | undefined;
  now: () => number;
}): Limiter {
  const accepted = createMinuteWindow();
  return {
    admit: (inFlight) => {
      const limits = options.limits();
      const nowMs = options.now();
      const recent = accepted.count(nowMs);
      if (limits && recent >= limits.perMinute) {
        return Math.max(1, (accepted.oldest() ?? nowMs) + MINUTE_MS - nowMs);
      }
      if (limits && inFlight > limits.concurrent) return 1000;
      accepted.add(nowMs);
      return undefined;
    },
  };
}
