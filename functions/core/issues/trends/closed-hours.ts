import { DETECTOR } from './detect-burst.ts';
import { HOURS_A_DAY, hourOf } from './hour-counts.ts';

/**
 * The hours that are tested for bursts, since 1970, the oldest first: the last 24 that are closed. An hour is closed
 * when it is over and all of its tickets have been fetched. They are all tested each time, as an analysis may come
 * hours after its ticket, and testing an hour again changes nothing; an older one never alerts, so that a backfill is
 * no burst.
 *
 * @param now by the clock; it may have been put back, which closes no hour anew
 * @param syncedUntil the tickets that were written before this time are here
 */
export function testedHours(now: number, syncedUntil: number): number[] {
  const end = hourOf(Math.min(now, syncedUntil));
  if (!Number.isFinite(end)) return [];
  return Array.from({ length: HOURS_A_DAY }, (_, index) => end - HOURS_A_DAY + index);
}

/**
 * The hours that are tested when nothing has been tested before: the same, and before them all that have enough history,
 * so that what was an incident last week is known as one, with its end. Nobody is told of those that are over by now.
 *
 * @param since the first hour that has a ticket, since 1970
 */
export function firstTestedHours(now: number, syncedUntil: number, since: number): number[] {
  const last = testedHours(now, syncedUntil);
  const [begin = 0] = last;
  const from = since + DETECTOR.baseDays * HOURS_A_DAY - 1;
  const before = Number.isFinite(from) ? Math.max(0, begin - from) : 0;
  return [...Array.from({ length: before }, (_, index) => from + index), ...last];
}
