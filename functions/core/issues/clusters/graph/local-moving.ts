import type { ApartRules } from './apart.ts';
import type { Graph } from './graph.ts';
import { shuffled } from './random.ts';

/** A move must gain more than rounding does. */
const LEAST_GAIN = 1e-10;

export type MovingOptions = {
  readonly resolution: number;
  readonly random: () => number;
  readonly apart: ApartRules;
  /** What a move must gain above nothing, as a share of the node’s degree: by it old groups stay. Default 0. */
  readonly inertia?: number;
};

/**
 * Moves nodes between groups, one after the other, as long as modularity grows. A node whose neighbour has moved is
 * tried again. The groups are changed in place; returns whether any node has moved.
 */
export function moveNodes(graph: Graph, groups: Int32Array, options: MovingOptions): boolean {
  return graph.total > 0 && new LocalMoving(graph, groups, options).run();
}

class LocalMoving {
  readonly #graph: Graph;
  readonly #groups: Int32Array;
  readonly #options: MovingOptions;
  /** By group: the degrees’ sum, and how many nodes. */
  readonly #totals: Float64Array;
  readonly #sizes: Int32Array;
  readonly #empty: number[] = [];
  /** By group: the weight of the present node’s edges into it. */
  readonly #links: Float64Array;
  readonly #near: Int32Array;
  readonly #queue: Int32Array;
  readonly #isQueued: Uint8Array;

  constructor(graph: Graph, groups: Int32Array, options: MovingOptions) {
    this.#graph = graph;
    this.#groups = groups;
    this.#options = options;
    this.#totals = new Float64Array(graph.nodes);
    this.#sizes = new Int32Array(graph.nodes);
    this.#links = new Float64Array(graph.nodes).fill(-1);
    this.#near = new Int32Array(graph.nodes);
    this.#queue = shuffled(graph.nodes, options.random);
    this.#isQueued = new Uint8Array(graph.nodes).fill(1);
    for (let node = 0; node < graph.nodes; node += 1) this.#enter(node, groups[node] as number);
    for (let group = graph.nodes - 1; group >= 0; group -= 1) {
      if (this.#sizes[group] === 0) this.#empty.push(group);
    }
    options.apart.reset(groups);
  }

  run(): boolean {
    let hasMoved = false;
    let head = 0;
    let waiting = this.#graph.nodes;
    const length = this.#queue.length;
    while (waiting > 0) {
      const node = this.#queue[head] as number;
      head = head + 1 === length ? 0 : head + 1;
      waiting -= 1;
      this.#isQueued[node] = 0;
      const from = this.#groups[node] as number;
      const to = this.#bestGroup(node, from);
      if (to === from) continue;
      this.#move(node, from, to);
      hasMoved = true;
      waiting = this.#queueNeighbours(node, to, head, waiting);
    }
    return hasMoved;
  }

  #bestGroup(node: number, own: number): number {
    const { apart, resolution } = this.#options;
    const nearCount = this.#link(node, own);
    const degree = this.#graph.degrees[node] as number;
    const scale = (resolution * degree) / this.#graph.total;
    let best = own;
    let bestGain = (this.#links[own] as number) - scale * ((this.#totals[own] as number) - degree);
    if ((this.#sizes[own] as number) > 1) bestGain += (this.#options.inertia ?? 0) * degree;
    if (bestGain < -LEAST_GAIN || apart.isForbidden(node, own)) {
      if ((this.#sizes[own] as number) > 1) best = this.#empty.at(-1) ?? own;
      bestGain = 0;
    }
    for (let at = 0; at < nearCount; at += 1) {
      const group = this.#near[at] as number;
      const gain = (this.#links[group] as number) - scale * (this.#totals[group] as number);
      this.#links[group] = -1;
      if (group === own || gain <= bestGain + LEAST_GAIN) continue;
      if (apart.isForbidden(node, group)) continue;
      best = group;
      bestGain = gain;
    }
    return best;
  }

  /** Adds up the node’s edges by the groups they lead to; returns how many groups those are, its own with them. */
  #link(node: number, own: number): number {
    const { offsets, targets, weights } = this.#graph;
    this.#near[0] = own;
    this.#links[own] = 0;
    let nearCount = 1;
    const end = offsets[node + 1] as number;
    for (let at = offsets[node] as number; at < end; at += 1) {
      const group = this.#groups[targets[at] as number] as number;
      if ((this.#links[group] as number) < 0) {
        this.#links[group] = 0;
        this.#near[nearCount] = group;
        nearCount += 1;
      }
      this.#links[group] = (this.#links[group] as number) + (weights[at] as number);
    }
    return nearCount;
  }

  #move(node: number, from: number, to: number): void {
    if (to === this.#empty.at(-1)) this.#empty.pop();
    this.#totals[from] = (this.#totals[from] as number) - (this.#graph.degrees[node] as number);
    this.#sizes[from] = (this.#sizes[from] as number) - 1;
    if (this.#sizes[from] === 0) this.#empty.push(from);
    this.#groups[node] = to;
    this.#enter(node, to);
    this.#options.apart.leave(node, from);
    this.#options.apart.enter(node, to);
  }

  #enter(node: number, group: number): void {
    this.#totals[group] = (this.#totals[group] as number) + (this.#graph.degrees[node] as number);
    this.#sizes[group] = (this.#sizes[group] as number) + 1;
  }

  #queueNeighbours(node: number, group: number, head: number, waiting: number): number {
    const { offsets, targets } = this.#graph;
    let count = waiting;
    const end = offsets[node + 1] as number;
    for (let at = offsets[node] as number; at < end; at += 1) {
      const other = targets[at] as number;
      if (this.#isQueued[other] === 1 || this.#groups[other] === group) continue;
      this.#isQueued[other] = 1;
      this.#queue[(head + count) % this.#queue.length] = other;
      count += 1;
    }
    return count;
  }
}
