import { assignTickets } from '#core/issues/clusters/assign-tickets.ts';
import { consolidate } from '#core/issues/clusters/consolidate.ts';
import { seededRandom, shuffled } from '#core/issues/clusters/graph/random.ts';
import { createVectorizer } from '#core/issues/clusters/vectors/vectorizer.ts';
import type { LabelledSet } from './labelled-set.ts';
import { scoresOf } from './scores.ts';

const NIGHTS = 10;

/** How many ids change over ten nights and the consolidation after them. */
export type IdChurn = {
  /** The greatest share of tickets in a night that have another id than before. */
  readonly nightly: number;
  /** The share of tickets to which the consolidation gave another id. */
  readonly weekly: number;
  /** V-measure after the nights, and after the consolidation. */
  readonly vAssigned: number;
  readonly vConsolidated: number;
};

/**
 * Begins with half of a set, assigns a tenth of the other half in each of ten nights, and consolidates. Each night’s
 * vocabulary has that night’s texts.
 */
export function simulateIdChurn({ texts, intents }: LabelledSet, seed: number): IdChurn {
  const order = shuffled(texts.length, seededRandom(seed));
  const labels = Array.from(order, (row) => intents[row] ?? '');
  const vectorsOf = (count: number) =>
    createVectorizer(Array.from(order.subarray(0, count), (row) => texts[row] ?? '')).vectors;
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `issue-${ids}`;
  };
  const regroup = (issues: readonly (string | undefined)[]) =>
    consolidate({
      vectors: vectorsOf(issues.length),
      tickets: issues.map((issue, place) => ({ id: `${place}`, requester: `${place}`, issue })),
      newId,
      seed,
    }).issues;

  const half = Math.floor(texts.length / 2);
  let issues = regroup(new Array(half).fill(undefined));
  let nightly = 0;
  for (let night = 1; night <= NIGHTS; night += 1) {
    const until = half + Math.floor(((texts.length - half) * night) / NIGHTS);
    const known = Array.from({ length: until }, (_, place) => issues[place]);
    const assigned = assignTickets(vectorsOf(until), known, { newId });
    const after = known.map((issue, place) => assigned[place]?.issue ?? issue ?? '');
    nightly = Math.max(nightly, shareChanged(issues, after));
    issues = after;
  }
  const after = regroup(issues);
  return {
    nightly,
    weekly: shareChanged(issues, after),
    vAssigned: scoresOf(labels, issues).v,
    vConsolidated: scoresOf(labels, after).v,
  };
}

function shareChanged(before: readonly string[], after: readonly string[]): number {
  if (before.length === 0) return 0;
  return before.filter((issue, place) => issue !== after[place]).length / before.length;
}
