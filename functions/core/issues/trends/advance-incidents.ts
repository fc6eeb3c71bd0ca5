import type { BurstAlert, EvidenceTicket } from './burst-alert.ts';
import {
  areAlike,
  beginAlike,
  byLikelihood,
  type ComparedAlert,
  comparedAlert,
  groupAlerts,
  haveTicketsInCommon,
} from './group-alerts.ts';
import { HOUR_MS, TOTAL } from './hour-counts.ts';
import { type Incident, MOST_TICKETS, QUIET_HOURS } from './incident.ts';
import { incidentTitle } from './incident-title.ts';
import { isSpamWave } from './spam-wave.ts';
import { centroidOf } from './text-vector.ts';

/** What incidents are described by. */
export type IncidentSources = {
  /** The words that mark texts out from what is usual, the most telling first. */
  termsOf(texts: readonly string[]): string[];
  /** The stored title of an issue, where it has one. */
  titleOf(issueId: string): string | undefined;
};

/**
 * How long an incident is beginning: a burst of all tickets takes in whatever bursts beside it, an area whatever speaks
 * of the same. Later there are tickets left for other things.
 */
const BEGINNING_HOURS = 12;
/**
 * Whoever an incident brings writes about other things as well. As long as all tickets burst with it, an issue that bursts
 * with fewer requesters than these is one of them, however long ago it began; more are a thing of their own.
 */
const FEW_REQUESTERS = 10;
const MOST_CONTRIBUTORS = 10;
const LEAST_OF_CONTRIBUTOR = 3;

/**
 * The incidents after one closed hour: its alerts join those that are open, or open others, and what has been quiet for
 * 24 hours closes. Doing an hour again, or one that lies before the last, changes nothing but what late tickets add.
 *
 * @param hour since 1970
 * @param alerts of this hour; waves of spam are left out
 */
export function advanceIncidents(
  incidents: readonly Incident[],
  { hour, alerts }: { readonly hour: number; readonly alerts: readonly BurstAlert[] },
  sources: IncidentSources,
): Incident[] {
  const compared = alerts
    .filter(({ tickets }) => !isSpamWave(tickets))
    .map((alert) => comparedAlert(alert, sources.termsOf));
  const continuing = new Map<Incident, ComparedAlert[]>();
  const others: ComparedAlert[] = [];
  for (const alert of compared) {
    const own = incidents.findLast(
      (incident) => covers(incident, hour) && incident.series.includes(alert.key),
    );
    if (own === undefined) others.push(alert);
    else continuing.set(own, [...(continuing.get(own) ?? []), alert]);
  }
  let next = [...incidents];
  const place = (group: readonly ComparedAlert[], into: Incident | undefined) => {
    const changed = into === undefined ? opened(group, hour, sources) : joined(into, group, sources);
    next = into === undefined ? [...next, changed] : next.map((one) => (one.id === into.id ? changed : one));
  };
  for (const [incident, group] of continuing) place(group.sort(byLikelihood), incident);
  for (const group of groupAlerts(others)) {
    place(
      group,
      next.findLast((incident) => isPartOf(group, incident, { hour, continuing })),
    );
  }
  return next.map((incident) => closedWhenQuiet(incident, hour));
}

type Present = {
  readonly hour: number;
  /** The alerts of the hour whose series is in an incident already. */
  readonly continuing: ReadonlyMap<Incident, readonly ComparedAlert[]>;
};

/**
 * Whether new alerts belong to an incident: they are of the same thing, or they are part of a burst of all tickets, or
 * of an area, which the incident began with. Such a burst takes in what is beside it for some hours only, and areas
 * that join a burst of an issue or of all tickets need less in common with it than others. A new burst of all tickets
 * needs tickets in common: words alone are not enough to hide it in something that is older.
 */
function isPartOf(
  group: readonly ComparedAlert[],
  incident: Incident,
  { hour, continuing }: Present,
): boolean {
  if (!covers(incident, hour)) return false;
  const isOfAll = group.some(({ key }) => key === TOTAL);
  const areSame = isOfAll ? haveTicketsInCommon : areAlike;
  const likeness = {
    ticketIds: new Set(incident.tickets.map(({ id }) => id)),
    terms: incident.terms,
    centroid: incident.centroid,
    isBroad: !incident.series.some(isIssue),
  };
  if (group.some((alert) => areSame(alert, likeness))) return true;
  const own = [...continuing].flatMap(([{ id }, alerts]) => (id === incident.id ? alerts : []));
  if (hour - incident.openedHour > BEGINNING_HOURS) {
    return own.some(({ key }) => key === TOTAL) && group.every(isSmall);
  }
  const isAreas = group.every(({ key, isBroad }) => isBroad && key !== TOTAL);
  const isLike =
    isAreas && incident.series.some((key) => isIssue(key) || key === TOTAL) ? beginAlike : areSame;
  const broad = own.filter(({ isBroad }) => isBroad);
  return [likeness, ...broad].some((other) => group.some((alert) => isLike(alert, other)));
}

function isSmall({ isBroad, observed }: ComparedAlert): boolean {
  return !isBroad && observed < FEW_REQUESTERS;
}

/** An hour may come again, and one before the first when tickets were late: up to as far as hours are tested. */
function covers({ openedHour, lastHour }: Incident, hour: number): boolean {
  return hour > openedHour - QUIET_HOURS && hour < lastHour + QUIET_HOURS;
}

function opened(group: readonly ComparedAlert[], hour: number, sources: IncidentSources): Incident {
  const [lead] = group;
  if (lead === undefined) throw new RangeError('an incident has an alert');
  const openedAt = (hour + 1) * HOUR_MS;
  const incident: Incident = {
    ...readingOf(lead),
    id: `${new Date(openedAt).toISOString().slice(0, 13)}-${lead.key}`,
    title: '',
    ...{ openedAt, closedAt: null, isRetrospective: false, openedHour: hour, lastHour: hour },
    series: [],
    ...{ issues: [], tickets: [], terms: [], centroid: new Map() },
  };
  return joined(incident, group, sources);
}

function joined(incident: Incident, group: readonly ComparedAlert[], sources: IncidentSources): Incident {
  const hour = group[0]?.hour ?? incident.lastHour;
  const isLater = hour > incident.lastHour;
  const before = { hadIssue: incident.series.some(isIssue), isNew: incident.series.length === 0 };
  const issueAlerts = group.filter(({ isBroad }) => !isBroad);
  const next: Incident = {
    ...incident,
    ...leastLikely(incident, group),
    lastHour: isLater ? hour : incident.lastHour,
    closedAt: isLater ? null : incident.closedAt,
    series: [...new Set([...incident.series, ...group.map(({ key }) => key)])],
  };
  if (before.hadIssue && issueAlerts.length === 0) return next;
  const isFirstIssue = issueAlerts.length > 0 && !before.hadIssue;
  const evidence = distinct((issueAlerts.length > 0 ? issueAlerts : group).flatMap(({ tickets }) => tickets));
  const kept = isFirstIssue ? { ...next, issues: [], tickets: [] } : next;
  const withTickets = withEvidence(kept, evidence, issueAlerts);
  return before.isNew || isFirstIssue ? described(withTickets, evidence, sources) : withTickets;
}

function withEvidence(
  incident: Incident,
  evidence: readonly EvidenceTicket[],
  issueAlerts: readonly ComparedAlert[],
): Incident {
  const known = new Set(incident.tickets.map(({ id }) => id));
  const added = evidence.filter(({ id }) => !known.has(id)).map(({ id, requester }) => ({ id, requester }));
  const issues =
    issueAlerts.length > 0 ? issueAlerts.map(({ series }) => series.id) : contributorsOf(evidence);
  return {
    ...incident,
    issues: [...new Set([...incident.issues, ...issues])],
    tickets: [...incident.tickets, ...added].slice(0, MOST_TICKETS),
  };
}

/** Title, terms and centroid, by the tickets that it has when it opens and when its first issue bursts. */
function described(
  incident: Incident,
  evidence: readonly EvidenceTicket[],
  sources: IncidentSources,
): Incident {
  const terms = sources.termsOf(evidence.map(({ text }) => text));
  const centroid = centroidOf(evidence.map(({ vector }) => vector));
  const [lead] = incident.issues;
  const stored = lead === undefined || !incident.series.some(isIssue) ? undefined : sources.titleOf(lead);
  return { ...incident, terms, centroid, title: incidentTitle(stored, evidence, { terms, centroid }) };
}

/** The issues that most requesters of a broad burst are in. */
function contributorsOf(tickets: readonly EvidenceTicket[]): string[] {
  const requesters = new Map<string, Set<string>>();
  for (const { id, requester, issueId } of tickets) {
    if (issueId === null) continue;
    const who = requesters.get(issueId) ?? new Set();
    requesters.set(issueId, who.add(requester ?? `ticket ${id}`));
  }
  return [...requesters]
    .filter(([, who]) => who.size >= LEAST_OF_CONTRIBUTOR)
    .sort(([a, x], [b, y]) => y.size - x.size || (a < b ? -1 : 1))
    .slice(0, MOST_CONTRIBUTORS)
    .map(([issueId]) => issueId);
}

function leastLikely(incident: Incident, group: readonly ComparedAlert[]) {
  return group.map(readingOf).reduce((least, next) => (next.p < least.p ? next : least), readingOf(incident));
}

function readingOf({
  p,
  observed,
  expected,
  windowHours,
}: Pick<Incident, 'p' | 'observed' | 'expected' | 'windowHours'>) {
  return { p, observed, expected, windowHours };
}

function closedWhenQuiet(incident: Incident, hour: number): Incident {
  const end = incident.lastHour + QUIET_HOURS;
  return incident.closedAt !== null || hour < end ? incident : { ...incident, closedAt: (end + 1) * HOUR_MS };
}

function distinct(tickets: readonly EvidenceTicket[]): EvidenceTicket[] {
  return [...new Map(tickets.map((ticket) => [ticket.id, ticket])).values()];
}

function isIssue(key: string): boolean {
  return key.startsWith('issue#');
}
