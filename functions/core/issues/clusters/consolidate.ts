import { groupRows, regroupRows, rowGraphOf } from './cluster-vectors.ts';
import type { Constraints } from './constraints.ts';
import { type Matched, matchIssues, type TicketRow } from './match-issues.ts';
import type { SparseRows } from './vectors/sparse-rows.ts';

/** What share of the tickets that have an issue gets another one at most. */
const MAX_CHANGED = 0.03;

/**
 * How freely tickets move, most freely first: what a ticket must gain to leave its issue, as a share of its ties, and
 * whether whole issues are merged. The first that changes no more than it may is taken.
 */
const STEPS = [
  { inertia: 0.15, mergesGroups: true },
  { inertia: 0.3, mergesGroups: true },
  { inertia: 0.6, mergesGroups: true },
  { inertia: 0.2, mergesGroups: false },
  { inertia: 0.4, mergesGroups: false },
  { inertia: 0.8, mergesGroups: false },
  { inertia: 10, mergesGroups: false },
];

/** What an operator decided, in ids of tickets. Tickets that are gone are passed over. */
export type OperatorDecisions = {
  /** Tickets of each list stay in one issue. */
  readonly together: readonly (readonly string[])[];
  /** Tickets of different lists of one rule never share an issue. */
  readonly apart: readonly (readonly (readonly string[])[])[];
  /** Issues that were named, muted or merged: each stays whole, keeps its id, and is not merged with another of them. */
  readonly pinned: readonly string[];
};

/** Everything of a consolidation; resolution and seed as in `GroupingOptions`. */
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
 * has an issue it is the first grouping. At most three in a hundred tickets get another issue, unless an operator’s
 * decisions need more; what does not fit into that waits for the next consolidation.
 */
export function consolidate(options: Consolidation): Matched {
  const { tickets, newId } = options;
  const decisions = options.decisions ?? NO_DECISIONS;
  const rows = rowGraphOf(options.vectors, constraintsOf(tickets, decisions));
  const pinned = new Set(decisions.pinned);
  const start = startOf(tickets);
  if (start.every((group) => group < 0)) {
    return matchIssues(tickets, groupRows(rows, options), { pinned, newId });
  }
  let groups = start;
  for (const step of STEPS) {
    groups = regroupRows(rows, { groups: start, ...step }, options);
    const { issues } = matchIssues(tickets, groups, { pinned, newId: () => '' });
    if (shareChanged(tickets, issues) <= MAX_CHANGED) break;
  }
  return matchIssues(tickets, groups, { pinned, newId });
}

function shareChanged(tickets: readonly TicketRow[], issues: readonly string[]): number {
  const known = tickets.filter(({ issue }) => issue !== undefined).length;
  const changed = tickets.filter(({ issue }, row) => issue !== undefined && issue !== issues[row]).length;
  return changed / Math.max(1, known);
}

/** Each ticket begins in the issue that it has; -1: it has none. */
function startOf(tickets: readonly TicketRow[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(tickets, ({ issue }) => {
    if (issue === undefined) return -1;
    const number = numbers.get(issue) ?? numbers.size;
    numbers.set(issue, number);
    return number;
  });
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
