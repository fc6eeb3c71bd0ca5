import { isoFromMs } from '#core/time/instant.ts';

/** A time (ms since 1970) as the API writes it; null where there is none. */
export function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : isoFromMs(ms);
}
