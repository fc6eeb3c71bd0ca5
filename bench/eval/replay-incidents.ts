import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { firstDayOfWindow } from '#core/issues/grouping/old-texts.ts';
import type { TicketDays } from '#core/issues/grouping/ticket-days.ts';
import type { DayOfCounts } from '#core/issues/issue-generation.ts';
import { type BurstEvidence, createBurstEvidence } from '#core/issues/summaries/burst-evidence.ts';
import { countsOfDays, historiesOf } from '#core/issues/summaries/count-days.ts';
import { withCentroids } from '#core/issues/summaries/stored-incidents.ts';
import { advanceIncidents } from '#core/issues/trends/advance-incidents.ts';
import type { BurstAlert } from '#core/issues/trends/burst-alert.ts';
import { findBursts } from '#core/issues/trends/find-bursts.ts';
import { HOUR_MS, HOURS_A_DAY, hourOf, keyOf } from '#core/issues/trends/hour-counts.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { ReplayedIssues } from './replayed-issues.ts';

/** Days that are grouped before the window begins. */
export const BASE_DAYS = 56;

/** In milliseconds since 1970; `from` is included, `to` is not. */
export type Window = { readonly from: number; readonly to: number };

/** A series that began to burst: an alert, after which it is quiet for 24 hours before there is another. */
type Episode = Pick<BurstAlert, 'observed' | 'expected' | 'p'> & {
  readonly series: string;
  readonly hour: number;
};

export type Replay = {
  readonly incidents: readonly Incident[];
  readonly episodes: readonly Episode[];
  /** How many tickets the window has. */
  readonly tickets: number;
  /** All tickets with their issues at the end, by day. */
  readonly days: TicketDays;
};

/**
 * Goes through a window hour by hour with the rules of the hourly job, as it runs without a Claude key: the tickets of
 * each hour that closes are given to issues, their day is counted anew, and what bursts becomes incidents.
 *
 * @param tickets the oldest first
 * @param resolution how fine issues are. Default: that of the setting
 */
export function replayIncidents(
  tickets: readonly GroupedTicket[],
  { from, to }: Window,
  resolution?: number,
): Replay {
  const begin = from - BASE_DAYS * HOURS_A_DAY * HOUR_MS;
  const base = tickets.filter(({ createdAt }) => createdAt < from && createdAt >= begin);
  const coming = tickets.filter(({ createdAt }) => createdAt >= from && createdAt < to);
  const issues = new ReplayedIssues(base, from, resolution);
  const byHour = Map.groupBy(coming, ({ createdAt }) => hourOf(createdAt));
  const counts = countsOfDays(issues.days.values(), firstDayOfWindow(from));
  const episodes = new Episodes();
  let incidents: readonly Incident[] = [];
  for (let hour = hourOf(from); hour < hourOf(to - 1) + 1; hour++) {
    if (hour % HOURS_A_DAY === 0) issues.beginDay(hour * HOUR_MS);
    const changed = issues.take(byHour.get(hour) ?? [], (hour + 1) * HOUR_MS);
    recount(counts, issues.days, changed);
    const evidence = createBurstEvidence(issues.days, () => issues.corpus);
    const sources = { counts: historiesOf(counts), evidenceOf: evidence.evidenceOf };
    const alerts = findBursts([hour], sources).alerts.get(hour) ?? [];
    for (const alert of alerts) episodes.add(alert);
    incidents = advanced(incidents, { hour, alerts }, evidence);
  }
  return { incidents, episodes: episodes.begun, tickets: coming.length, days: issues.days };
}

function recount(counts: Map<string, DayOfCounts>, days: TicketDays, changed: ReadonlySet<string>): void {
  const present = [...changed].map((day) => days.get(day) ?? { day, tickets: [] });
  for (const [day, ofDay] of countsOfDays(present, '')) counts.set(day, ofDay);
}

function advanced(
  incidents: readonly Incident[],
  hour: { readonly hour: number; readonly alerts: readonly BurstAlert[] },
  evidence: BurstEvidence,
): readonly Incident[] {
  const sources = { termsOf: evidence.termsOf, titleOf: () => undefined };
  // Vectors are of the day’s vocabulary, and needed only where something is compared with them.
  const known = hour.alerts.length === 0 ? incidents : withCentroids(incidents, evidence);
  return advanceIncidents(known, hour, sources);
}

/** Alerts of a series within 24 hours of each other are one. */
class Episodes {
  readonly begun: Episode[] = [];
  readonly #last = new Map<string, number>();

  add({ series, hour, observed, expected, p }: BurstAlert): void {
    const key = keyOf(series);
    const last = this.#last.get(key);
    if (last === undefined || hour - last > HOURS_A_DAY) {
      this.begun.push({ series: key, hour, observed, expected, p });
    }
    this.#last.set(key, hour);
  }
}
