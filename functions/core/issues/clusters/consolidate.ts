import { clusterVectors } from './cluster-vectors.ts';
import type { Constraints } from './constraints.ts';
import { type Matched, matchIssues, type TicketRow } from './match-issues.ts';
import type { SparseRows } from './vectors/sparse-rows.ts';

/** What a ticket must gain by another issue to leave its own, as a share of its ties. */
const INERTIA = 0.15;

/** What an operator decided, in ids of tickets. Tickets that are gone are passed over. */
export type OperatorDecisions = {
  /** Tickets of each list stay in one issue. */
  readonly together: readonly (readonly string[])[];
  /** Tickets of different lists of one rule never share an issue. */
  readonly apart: readonly (readonly (readonly string[])[])[];
  /** Issues that were named, muted or merged: each stays whole, keeps its id, and is not merged with another of them. */
  readonly pinned: readonly string[];
};

/** Everything of a consolidation; resolution and seed as in {@link clusterVectors}. */
export type Consolidation = {
  readonly vectors: SparseRows;
  /** By row of the vectors. */
  readonly tickets: readonly TicketRow[];
  readonly decisions?: OperatorDecisions;
  readonly newId: () => string;
  readonly resolution?: number;
  readonly seed?: number;
};

const NO_DECISIONS: OperatorDecisions = { together: [], apart: [], pinned: [] };

/**
 * Groups all tickets again, beginning with the issues that they have, and says what became of those. Where no ticket
 * has an issue it is the first grouping. Tickets move only where they gain by it, so that few ids change.
 */
export function consolidate(options: Consolidation): Matched {
  const { vectors, tickets, resolution, seed, newId } = options;
  const decisions = options.decisions ?? NO_DECISIONS;
  const groups = clusterVectors(vectors, {
    resolution,
    seed,
    constraints: constraintsOf(tickets, decisions),
    ...startOf(tickets),
  });
  return matchIssues(tickets, groups, { pinned: new Set(decisions.pinned), newId });
}

/** Each ticket begins in the issue that it has. */
function startOf(tickets: readonly TicketRow[]): { start?: Int32Array; inertia?: number } {
  const numbers = new Map<string, number>();
  const start = Int32Array.from(tickets, ({ issue }) => {
    if (issue === undefined) return -1;
    const number = numbers.get(issue) ?? numbers.size;
    numbers.set(issue, number);
    return number;
  });
  return numbers.size === 0 ? {} : { start, inertia: INERTIA };
}

function constraintsOf(tickets: readonly TicketRow[], decisions: OperatorDecisions): Constraints {
  const rowOf = new Map(tickets.map(({ id }, row) => [id, row]));
  const rowsOf = (ids: readonly string[]) => ids.flatMap((id) => rowOf.get(id) ?? []);
  const pinned = new Map<string, number[]>(decisions.pinned.map((issue) => [issue, []]));
  tickets.forEach(({ issue }, row) => {
    if (issue !== undefined) pinned.get(issue)?.push(row);
  });
  const together = [...decisions.together.map(rowsOf), ...pinned.values()];
  const apart = [...decisions.apart.map((lists) => lists.map(rowsOf)), [...pinned.values()]];
  return { together: together.filter((rows) => rows.length > 1), apart };
}
