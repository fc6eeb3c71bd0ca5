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
  const sums = new Float64Array(count);
  const touched = new Int32Array(count);
  let length = 0;
  for (let group = 0; group < count; group += 1) {
    let touchedCount = 0;
    let within = 0;
    for (let at = starts[group] as number; at < (starts[group + 1] as number); at += 1) {
      const node = members[at] as number;
      within += graph.inner[node] as number;
      const end = graph.offsets[node + 1] as number;
      for (let edge = graph.offsets[node] as number; edge < end; edge += 1) {
        const other = groups[graph.targets[edge] as number] as number;
        if (other !== group && sums[other] === 0) touched[touchedCount++] = other;
        if (other === group) within += graph.weights[edge] as number;
        else sums[other] = (sums[other] as number) + (graph.weights[edge] as number);
      }
    }
    inner[group] = within;
    for (let at = 0; at < touchedCount; at += 1) {
      const other = touched[at] as number;
      targets[length] = other;
      weights[length] = sums[other] as number;
      sums[other] = 0;
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
