/**
 * An undirected graph with weights: the neighbours of node `n` are from `offsets[n]` to `offsets[n + 1]`, each edge is
 * there from both ends. What lies within a node that stands for several is its `inner` weight, counted from both ends.
 */
export type Graph = {
  readonly nodes: number;
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  readonly weights: Float64Array;
  readonly inner: Float64Array;
  /** By node: the weight of its edges, with what lies within. */
  readonly degrees: Float64Array;
  /** The degrees’ sum: twice the weight of all edges. */
  readonly total: number;
};

/** Makes a graph’s degrees of its edges. */
export function graphOf(parts: Omit<Graph, 'degrees' | 'total'>): Graph {
  const degrees = parts.inner.slice();
  let total = 0;
  for (let node = 0; node < parts.nodes; node += 1) {
    let degree = degrees[node] as number;
    const end = parts.offsets[node + 1] as number;
    for (let at = parts.offsets[node] as number; at < end; at += 1) degree += parts.weights[at] as number;
    degrees[node] = degree;
    total += degree;
  }
  return { ...parts, degrees, total };
}

/** Gives groups the numbers from 0 on, in the order of their first members. Returns how many there are. */
export function renumber(groups: Int32Array): number {
  const numbers = new Map<number, number>();
  for (let node = 0; node < groups.length; node += 1) {
    const group = groups[node] as number;
    let number = numbers.get(group);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(group, number);
    }
    groups[node] = number;
  }
  return numbers.size;
}

/** The graph in which each group of nodes is one node. `groups` are numbered from 0 to `count - 1`. */
export function contract(graph: Graph, groups: Int32Array, count: number): Graph {
  const { starts, members } = membersOf(groups, count);
  const inner = new Float64Array(count);
  const offsets = new Int32Array(count + 1);
  const targets = new Int32Array(graph.targets.length);
  const weights = new Float64Array(graph.targets.length);
  const ties = new Ties(count);
  let length = 0;
  for (let group = 0; group < count; group += 1) {
    for (let at = starts[group] as number; at < (starts[group + 1] as number); at += 1) {
      const node = members[at] as number;
      ties.add(group, graph.inner[node] as number);
      const end = graph.offsets[node + 1] as number;
      for (let edge = graph.offsets[node] as number; edge < end; edge += 1) {
        ties.add(groups[graph.targets[edge] as number] as number, graph.weights[edge] as number);
      }
    }
    inner[group] = ties.take(group);
    for (const other of ties.groups()) {
      const weight = ties.take(other);
      if (weight === 0) continue;
      targets[length] = other;
      weights[length] = weight;
      length += 1;
    }
    offsets[group + 1] = length;
  }
  return graphOf({
    nodes: count,
    offsets,
    targets: targets.slice(0, length),
    weights: weights.slice(0, length),
    inner,
  });
}

/** Sums of weights by group, of which few are not zero. */
class Ties {
  readonly #sums: Float64Array;
  readonly #isTouched: Uint8Array;
  readonly #touched: Int32Array;
  #count = 0;

  constructor(groups: number) {
    this.#sums = new Float64Array(groups);
    this.#isTouched = new Uint8Array(groups);
    this.#touched = new Int32Array(groups);
  }

  add(group: number, weight: number): void {
    this.#sums[group] = (this.#sums[group] as number) + weight;
    if (this.#isTouched[group] === 1) return;
    this.#isTouched[group] = 1;
    this.#touched[this.#count] = group;
    this.#count += 1;
  }

  /** The sum of a group, which is zero from then on. */
  take(group: number): number {
    const sum = this.#sums[group] as number;
    this.#sums[group] = 0;
    this.#isTouched[group] = 0;
    return sum;
  }

  /** The groups that were added to since the last call, not copied. */
  groups(): Int32Array {
    const groups = this.#touched.subarray(0, this.#count);
    this.#count = 0;
    return groups;
  }
}

/** The members of each group: those of group `g` are from `starts[g]` to `starts[g + 1]`. */
export function membersOf(groups: Int32Array, count: number): { starts: Int32Array; members: Int32Array } {
  const starts = new Int32Array(count + 1);
  for (const group of groups) starts[group + 1] = (starts[group + 1] as number) + 1;
  for (let group = 0; group < count; group += 1) {
    starts[group + 1] = (starts[group + 1] as number) + (starts[group] as number);
  }
  const next = starts.slice(0, count);
  const members = new Int32Array(groups.length);
  for (let node = 0; node < groups.length; node += 1) {
    const group = groups[node] as number;
    members[next[group] as number] = node;
    next[group] = (next[group] as number) + 1;
  }
  return { starts, members };
}
