import { type Constraints, NO_CONSTRAINTS } from './constraints.ts';
import { ApartRules, type Side } from './graph/apart.ts';
import { contract, type Graph, renumber } from './graph/graph.ts';
import { louvain, modularity } from './graph/louvain.ts';
import { neighbourGraph } from './graph/neighbour-graph.ts';
import { neighboursOf } from './graph/neighbours.ts';
import { seededRandom } from './graph/random.ts';
import { RowSets } from './graph/row-sets.ts';
import { firstOfSame, pickRows } from './same-vectors.ts';
import type { SparseRows } from './vectors/sparse-rows.ts';

/** How fine the groups are: the one knob, `TICKET_CLUSTER_RESOLUTION`. */
export const DEFAULT_RESOLUTION = 2;

/** Nearest neighbours of a text: so many for each doubling of the texts, within bounds. */
const NEIGHBOURS_PER_DOUBLING = 0.6;
const MIN_NEIGHBOURS = 5;
const MAX_NEIGHBOURS = 12;

/**
 * So many copies of a text count as texts of their own: more than those would be each other’s only neighbours, and hide
 * what they resemble.
 */
const MAX_COPIES = 3;

/** Tries with other orders of the nodes, of which the one with the greatest modularity counts. */
const TRIES = 12;

/** Every option has a default: resolution 2, seed 1, no constraints, no start. */
export type ClusterOptions = {
  readonly resolution?: number;
  readonly seed?: number;
  readonly constraints?: Constraints;
  /** By row, the group to begin with; negative: none. Then there is one try, with `inertia`. */
  readonly start?: Int32Array;
  /** What a move away from `start` must gain, as a share of a node’s edges. Default 0. */
  readonly inertia?: number;
};

/**
 * Groups rows by what they have in common: nearest neighbours by cosine, then modularity. Each row gets the number of
 * its group, from 0 on; a row that resembles no other is alone. The same rows and seed give the same groups.
 */
export function clusterVectors(vectors: SparseRows, options: ClusterOptions = {}): Int32Array {
  const constraints = options.constraints ?? NO_CONSTRAINTS;
  const sides = sidesByRow(constraints);
  const firsts = firstOfSame(vectors, (row) => JSON.stringify(sides.get(row) ?? []));
  const nodeOf = nodesOf(firsts, constraints);
  const nodes = renumber(nodeOf);
  const counted = countedRows(firsts);
  const nodeOfPlace = counted.map((row) => nodeOf[row] as number);
  const edges = neighbourGraph(neighboursOf(pickRows(vectors, counted), neighboursFor(counted.length)));
  const graph = contract(edges, nodeOfPlace, nodes);
  const rules = new ApartRules(sides).contract(nodeOf);
  const groups = bestGroups(graph, { ...options, rules, start: startOf(options.start, nodeOf, nodes) });
  return nodeOf.map((node) => groups[node] as number);
}

/** The rows without those that are one copy too many. */
function countedRows(firsts: Int32Array): Int32Array {
  const copies = new Int32Array(firsts.length);
  return Int32Array.from(firsts.keys()).filter((row) => {
    const first = firsts[row] as number;
    copies[first] = (copies[first] as number) + 1;
    return (copies[first] as number) <= MAX_COPIES;
  });
}

function neighboursFor(texts: number): number {
  const count = Math.round(NEIGHBOURS_PER_DOUBLING * Math.log2(Math.max(2, texts)));
  return Math.min(MAX_NEIGHBOURS, Math.max(MIN_NEIGHBOURS, count));
}

function sidesByRow({ apart }: Constraints): Map<number, Side[]> {
  const sides = new Map<number, Side[]>();
  apart.forEach((lists, rule) => {
    lists.forEach((rows, side) => {
      for (const row of rows) sides.set(row, [...(sides.get(row) ?? []), { rule, side }]);
    });
  });
  return sides;
}

/** By row, the node it is part of: one for rows that are the same, or that are to stay together. */
function nodesOf(firsts: Int32Array, { together }: Constraints): Int32Array {
  const sets = new RowSets(firsts.length);
  firsts.forEach((first, row) => {
    sets.join(first, row);
  });
  for (const [first, ...others] of together) for (const row of others) sets.join(first as number, row);
  return firsts.map((_, row) => sets.find(row));
}

/** By node, the group that its first row with one begins in; those without begin alone. */
function startOf(start: Int32Array | undefined, nodeOf: Int32Array, nodes: number): Int32Array | undefined {
  if (start === undefined) return undefined;
  const groups = new Int32Array(nodes).fill(-1);
  nodeOf.forEach((node, row) => {
    if ((groups[node] as number) < 0) groups[node] = start[row] as number;
  });
  const next = start.reduce((most, group) => Math.max(most, group), -1) + 1;
  return groups.map((group, node) => (group < 0 ? next + node : group));
}

function bestGroups(graph: Graph, options: ClusterOptions & { readonly rules: ApartRules }): Int32Array {
  const { resolution = DEFAULT_RESOLUTION, seed = 1, start, inertia } = options;
  let best: Int32Array | undefined;
  let bestModularity = Number.NEGATIVE_INFINITY;
  for (let attempt = 0; attempt < (start === undefined ? TRIES : 1); attempt += 1) {
    const random = seededRandom(seed * TRIES + attempt);
    const groups = louvain(graph, { resolution, random, apart: options.rules, start, inertia });
    const reached = modularity(graph, groups, resolution);
    if (reached <= bestModularity) continue;
    best = groups;
    bestModularity = reached;
  }
  return best ?? new Int32Array(0);
}
