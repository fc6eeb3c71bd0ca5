import { retryAfterMs } from '#core/marketplace/retry-after.ts';

/** Where an answer does not say how long to wait: Zendesk counts by the minute. */
const DEFAULT_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 3_600_000;

/**
 * How long a 429 asks to wait, in milliseconds: by `Retry-After`, else by when the limit of the incremental exports or
 * of the account begins anew, else a minute. At most an hour, whatever it says.
 */
export function waitAskedMs(headers: Headers, now: number): number {
  return retryAfterMs(headers, now) ?? resetMs(headers) ?? DEFAULT_WAIT_MS;
}

/** `zendesk-ratelimit-incremental-exports: total=10; remaining=0; resets=23`, or `ratelimit-reset: 23`. */
function resetMs(headers: Headers): number | undefined {
  const exports = [...headers].find(([name]) => name.startsWith('zendesk-ratelimit-incremental-exports'));
  const seconds = /\bresets=(\d{1,6})\b/.exec(exports?.[1] ?? '')?.[1] ?? headers.get('ratelimit-reset');
  if (seconds === null || !/^\d{1,6}$/.test(seconds)) return undefined;
  // The second that has begun is not over: one more.
  return Math.min((Number(seconds) + 1) * 1000, LONGEST_WAIT_MS);
}
