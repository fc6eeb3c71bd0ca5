import { LONGEST_PAUSE_MS } from './request-window.ts';

const IMF_FIXDATE_OR_RFC_850 =
  /^[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2}(?:\d{2})? \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * Reads how long an answer asks us to stay away.
 *
 * A date is compared with the answer's own `Date` header, so that a clock that is wrong on either side does no
 * harm; our clock only serves where that header is missing. Both are whole seconds rounded down, so the
 * difference is never too short.
 *
 * @param nowMs our clock, milliseconds since 1970
 * @returns milliseconds, more than 0 and at most an hour, whatever a broken server says; undefined where the header is missing or says nothing
 *   usable: garbage, 0, a negative number, a time that is past. The usual backoff is better then.
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  const ms = /^\d+(?:\.\d+)?$/.test(value)
    ? Math.ceil(Number(value) * 1000)
    : untilDate(value, headers, nowMs);
  return ms !== undefined && ms > 0 ? Math.min(ms, LONGEST_PAUSE_MS) : undefined;
}

function untilDate(value: string, headers: Headers, nowMs: number): number | undefined {
  const date = parseHttpDate(value);
  if (date === undefined) return undefined;
  return date - (parseHttpDate(headers.get('date')?.trim() ?? '') ?? nowMs);
}

/** The `Date` headers are whole seconds: differences up to this, and the way of the answer, are no difference. */
const DATE_TOLERANCE_MS = 2_000;

/**
 * How far the clock of whoever answered is ahead of ours, by the `Date` of the answer: negative when it is behind, 0
 * where the two agree as far as a `Date` can tell, or where there is none.
 *
 * @param requestedAt when the question left; @param nowMs when the answer was there (our clock, ms since 1970)
 */
export function clockAheadMs(headers: Headers, requestedAt: number, nowMs: number): number {
  const date = parseHttpDate(headers.get('date')?.trim() ?? '');
  if (date === undefined) return 0;
  // A Date is rounded down: on average half a second has passed since.
  const aheadMs = Math.round(date + 500 - (requestedAt + nowMs) / 2);
  return Math.abs(aheadMs) <= DATE_TOLERANCE_MS + (nowMs - requestedAt) / 2 ? 0 : aheadMs;
}

/** `Date.parse` alone would take `-5` for a year, and an asctime date for local time. */
function parseHttpDate(text: string): number | undefined {
  const zoned = IMF_FIXDATE_OR_RFC_850.test(text) ? text : ASCTIME.test(text) ? `${text} GMT` : '';
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? undefined : ms;
}
