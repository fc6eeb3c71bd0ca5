import { ApartRules } from './apart.ts';
import { contract, type Graph, renumber } from './graph.ts';
import { type MovingOptions, moveNodes } from './local-moving.ts';

/** How often all levels are gone through again from what was found. */
const MAX_ROUNDS = 8;

/** How groups are found. */
export type LouvainOptions = Omit<MovingOptions, 'apart'> & {
  readonly apart?: ApartRules;
  /** The groups to begin with; without them each node begins alone. */
  readonly start?: Int32Array;
};

/**
 * Groups nodes by modularity (Louvain): nodes are moved, groups become nodes of the next level, until nothing moves;
 * then once more from the nodes, since one that fitted early may fit elsewhere by now. The groups are numbered from 0 on.
 */
export function louvain(graph: Graph, options: LouvainOptions): Int32Array {
  const moving = { ...options, apart: options.apart ?? new ApartRules() };
  const groups = options.start?.slice() ?? Int32Array.from({ length: graph.nodes }, (_, node) => node);
  for (let round = 0; round < MAX_ROUNDS && moveLevels(graph, groups, moving); round += 1);
  renumber(groups);
  return groups;
}

/** One round through all levels, finer to coarser; returns whether anything has moved. */
function moveLevels(graph: Graph, groups: Int32Array, options: MovingOptions): boolean {
  renumber(groups);
  let hasMoved = moveNodes(graph, groups, options);
  let count = renumber(groups);
  let level = graph;
  let { apart } = options;
  let levelGroups = groups;
  while (count < level.nodes) {
    apart = apart.contract(levelGroups);
    level = contract(level, levelGroups, count);
    levelGroups = Int32Array.from({ length: count }, (_, node) => node);
    if (!moveNodes(level, levelGroups, { ...options, apart, inertia: 0 })) break;
    hasMoved = true;
    count = renumber(levelGroups);
    for (let node = 0; node < groups.length; node += 1) {
      groups[node] = levelGroups[groups[node] as number] as number;
    }
  }
  return hasMoved;
}

/** The modularity of a grouping, whose groups are numbered from 0 on. */
export function modularity(graph: Graph, groups: Int32Array, resolution: number): number {
  if (graph.total === 0) return 0;
  const totals = new Float64Array(graph.nodes);
  let within = 0;
  for (let node = 0; node < graph.nodes; node += 1) {
    const group = groups[node] as number;
    totals[group] = (totals[group] as number) + (graph.degrees[node] as number);
    within += graph.inner[node] as number;
    const end = graph.offsets[node + 1] as number;
    for (let at = graph.offsets[node] as number; at < end; at += 1) {
      if (groups[graph.targets[at] as number] === group) within += graph.weights[at] as number;
    }
  }
  let expected = 0;
  for (const total of totals) expected += (total / graph.total) ** 2;
  return within / graph.total - resolution * expected;
}
