import { type Incident, recountedIncident } from '../trends/incident.ts';
import { incidentTitle } from '../trends/incident-title.ts';
import { centroidOf } from '../trends/text-vector.ts';
import type { BurstEvidence } from './burst-evidence.ts';
import type { GoneTexts } from './issue-tickets.ts';

/** What incidents are recounted by. */
export type Recount = {
  readonly gone: GoneTexts;
  /** Where the tickets of an issue went when it was merged; the same id for another one. */
  leadsTo(issueId: string): string;
  /** The stored title of an issue, where it has one. */
  titleOf(issueId: string): string | undefined;
  readonly evidence: BurstEvidence;
};

/**
 * Incidents after tickets were deleted and issues merged. Where a ticket of it is gone, nothing of what it said stays:
 * terms are those of the others, and a title that was its text is made anew. What was measured stays.
 */
export function recountedIncidents(
  incidents: readonly Incident[],
  { gone, leadsTo, titleOf, evidence }: Recount,
): Incident[] {
  return incidents.map((incident) => {
    const recounted = recountedIncident(incident, { isDeleted: (id) => gone.ids.has(id), leadsTo });
    const hasLost = recounted.tickets.length < incident.tickets.length;
    const isUntitled = gone.lines.has(incident.title);
    if (!hasLost && !isUntitled) return recounted;
    const tickets = recounted.tickets.flatMap(({ id }) => evidence.ticket(id) ?? []);
    const terms = tickets.length === 0 ? [] : evidence.termsOf(tickets.map(({ text }) => text));
    if (!isUntitled && tickets.length > 0) return { ...recounted, terms };
    const centroid = centroidOf(tickets.map(({ vector }) => vector));
    const [lead] = recounted.issues;
    const stored = lead === undefined ? undefined : titleOf(lead);
    return { ...recounted, terms, title: incidentTitle(stored, tickets, { terms, centroid }) };
  });
}

/**
 * Incidents as they were stored, with the direction of their texts in the vectors of now: the features of a corpus are
 * numbered anew with each of them.
 */
export function withCentroids(incidents: readonly Incident[], evidence: BurstEvidence): Incident[] {
  return incidents.map((incident) => ({
    ...incident,
    centroid: centroidOf(incident.tickets.flatMap(({ id }) => evidence.ticket(id)?.vector ?? [])),
  }));
}

/** The incidents that are others than they were, or new. A centroid alone is no difference. */
export function changedIncidents(before: readonly Incident[], after: readonly Incident[]): Incident[] {
  const known = new Map(before.map((incident) => [incident.id, asText(incident)]));
  return after.filter((incident) => known.get(incident.id) !== asText(incident));
}

function asText(incident: Incident): string {
  const { centroid: _, ...compared } = incident;
  return JSON.stringify(Object.entries(compared).sort(([a], [b]) => (a < b ? -1 : 1)));
}
