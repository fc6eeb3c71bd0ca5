import type { BurstAlert } from './burst-alert.ts';
import { Dimension, keyOf } from './hour-counts.ts';
import { type Centroid, centroidOf, cosineOf } from './text-vector.ts';

/** What of a burst is compared with another. */
export type Likeness = {
  readonly ticketIds: ReadonlySet<string>;
  /** The most telling terms of its tickets. */
  readonly terms: readonly string[];
  readonly centroid: Centroid;
  /** Whether it is of all tickets, a kind or an area: then its texts are of many things, and only tickets count. */
  readonly isBroad: boolean;
};

/** An alert with what it is compared by. */
export type ComparedAlert = BurstAlert & Likeness & { readonly key: string };

const LIKE = { cosine: 0.2, terms: 2, firstTerms: 5, tickets: 2 } as const;

/** @param termsOf the telling terms of texts, the first first */
export function comparedAlert(
  alert: BurstAlert,
  termsOf: (texts: readonly string[]) => string[],
): ComparedAlert {
  return {
    ...alert,
    key: keyOf(alert.series),
    ticketIds: new Set(alert.tickets.map(({ id }) => id)),
    terms: termsOf(alert.tickets.map(({ text }) => text)),
    centroid: centroidOf(alert.tickets.map(({ vector }) => vector)),
    isBroad: alert.series.dimension !== Dimension.issue,
  };
}

/**
 * Whether two bursts are of one thing: they have half of the smaller one's tickets in common, or telling terms, or
 * their texts point the same way. As all of an issue's tickets are of the total, too, what bursts in an hour in which
 * the total does is one. An area or a kind holds many things, so its words say less than its tickets.
 */
export function areAlike(a: Likeness, b: Likeness): boolean {
  return haveTicketsInCommon(a, b) || (!(a.isBroad || b.isBroad) && haveLikeTexts(a, b));
}

/** Whether half of the smaller one's tickets, and two at least, are in the other. */
export function haveTicketsInCommon(a: Likeness, b: Likeness): boolean {
  const shared = sharedCount(a.ticketIds, b.ticketIds);
  const smaller = Math.min(a.ticketIds.size, b.ticketIds.size);
  return shared >= LIKE.tickets && shared * 2 >= smaller;
}

/**
 * Whether two bursts that begin together are of one thing. An area that bursts in the very hour in which an issue does,
 * or another area, has one ticket of it at least, or speaks of the same: two causes in one hour are rare.
 */
export function beginAlike(a: Likeness, b: Likeness): boolean {
  if (areAlike(a, b)) return true;
  if (!(a.isBroad || b.isBroad)) return false;
  return sharedCount(a.ticketIds, b.ticketIds) > 0 || haveLikeTexts(a, b);
}

function haveLikeTexts(a: Likeness, b: Likeness): boolean {
  const first = new Set(b.terms.slice(0, LIKE.firstTerms));
  if (a.terms.slice(0, LIKE.firstTerms).filter((term) => first.has(term)).length >= LIKE.terms) return true;
  return cosineOf(a.centroid, b.centroid) >= LIKE.cosine;
}

/** Alerts of one hour in groups that are of one thing each, whatever order they come in. */
export function groupAlerts(alerts: readonly ComparedAlert[]): ComparedAlert[][] {
  const groups: ComparedAlert[][] = [];
  for (const alert of [...alerts].sort(byLikelihood)) {
    const linked = groups.filter((group) => group.some((other) => beginAlike(alert, other)));
    const joined = [...linked.flat(), alert];
    for (const group of linked) groups.splice(groups.indexOf(group), 1);
    groups.push(joined);
  }
  return groups.map((group) => group.sort(byLikelihood));
}

/** The least likely first, issues before what they are parts of. */
export function byLikelihood(a: ComparedAlert, b: ComparedAlert): number {
  return Number(a.isBroad) - Number(b.isBroad) || a.p - b.p || (a.key < b.key ? -1 : 1);
}

function sharedCount(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const id of small) if (large.has(id)) shared++;
  return shared;
}
