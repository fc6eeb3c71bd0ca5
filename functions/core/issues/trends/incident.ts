import type { BurstAlert } from './burst-alert.ts';
import type { Reading } from './detect-burst.ts';
import type { Centroid } from './text-vector.ts';

/** Who wrote which ticket of an incident. */
type IncidentTicket = Pick<BurstAlert['tickets'][number], 'id' | 'requester'>;

/** Several series that burst for one reason. Its reading is that of the least likely alert. */
export type Incident = Reading & {
  /** By the hour and the series that opened it: the same data give the same id. */
  readonly id: string;
  readonly title: string;
  /** The end of the first hour that alerted, in milliseconds since 1970. */
  readonly openedAt: number;
  /** When it had been quiet for {@link QUIET_HOURS}; null while it is open. */
  readonly closedAt: number | null;
  /** It was over when its tickets came in, so nobody was alerted. */
  readonly isRetrospective: boolean;
  /** The first and the last hour with an alert, since 1970. */
  readonly openedHour: number;
  readonly lastHour: number;
  /** The series that alerted, by key, in the order they did. */
  readonly series: readonly string[];
  /** The issues that burst; as long as none did, those that most of its requesters are in. */
  readonly issues: readonly string[];
  /** The tickets of the issues that burst; as long as none did, of whatever did. At most {@link MOST_TICKETS}. */
  readonly tickets: readonly IncidentTicket[];
  /** What marks its tickets out, the most telling first. */
  readonly terms: readonly string[];
  readonly centroid: Centroid;
};

/** An incident ends after this many hours without an alert. */
export const QUIET_HOURS = 24;
/** The most tickets that are listed with an incident. */
export const MOST_TICKETS = 1_000;

/** How many people an incident is known to hit. */
export function requestersOf({ tickets }: Pick<Incident, 'tickets'>): number {
  return new Set(tickets.map(({ id, requester }) => requester ?? `ticket ${id}`)).size;
}

/**
 * An incident after tickets were deleted, or issues merged. What was measured when it alerted stays as it was.
 *
 * @param leadsTo the issue that another one was merged into, or the same id
 */
export function recountedIncident(
  incident: Incident,
  { isDeleted, leadsTo }: { isDeleted(ticketId: string): boolean; leadsTo(issueId: string): string },
): Incident {
  return {
    ...incident,
    issues: [...new Set(incident.issues.map(leadsTo))],
    series: [...new Set(incident.series.map((key) => renamedSeries(key, leadsTo)))],
    tickets: incident.tickets.filter(({ id }) => !isDeleted(id)),
  };
}

function renamedSeries(key: string, leadsTo: (issueId: string) => string): string {
  return key.startsWith(ISSUE) ? `${ISSUE}${leadsTo(key.slice(ISSUE.length))}` : key;
}

const ISSUE = 'issue#';

/**
 * Incidents of which those that are new and had their last alert before the tested hours (since 1970) are marked as found
 * in retrospect.
 */
export function markedRetrospective(
  incidents: readonly Incident[],
  { known, tested }: { readonly known: readonly Pick<Incident, 'id'>[]; readonly tested: readonly number[] },
): Incident[] {
  const ids = new Set(known.map(({ id }) => id));
  const [first = Number.NEGATIVE_INFINITY] = tested;
  return incidents.map((one) =>
    ids.has(one.id) || one.lastHour >= first ? one : { ...one, isRetrospective: true },
  );
}
