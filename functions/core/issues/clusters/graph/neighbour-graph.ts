import { type Graph, graphOf } from './graph.ts';
import type { Neighbours } from './neighbours.ts';

/** What an edge keeps of its weight where only one end has the other among its nearest. */
const ONE_SIDED = 0.5;

/** The graph of the nearest neighbours. An edge weighs what the cosine says, or half of it where it is one-sided. */
export function neighbourGraph(neighbours: Neighbours): Graph {
  const { rows, most, ids, similarities } = neighbours;
  const counts = new Int32Array(rows + 1);
  const edges: { from: Int32Array; to: Int32Array; weight: Float64Array } = {
    from: new Int32Array(rows * most),
    to: new Int32Array(rows * most),
    weight: new Float64Array(rows * most),
  };
  let length = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let place = row * most; place < (row + 1) * most; place += 1) {
      const other = ids[place] as number;
      if (other < 0) break;
      const isMutual = has(neighbours, other, row);
      if (isMutual && other < row) continue;
      edges.from[length] = row;
      edges.to[length] = other;
      edges.weight[length] = (similarities[place] as number) * (isMutual ? 1 : ONE_SIDED);
      counts[row + 1] = (counts[row + 1] as number) + 1;
      counts[other + 1] = (counts[other + 1] as number) + 1;
      length += 1;
    }
  }
  return fromEdges(counts, edges, length);
}

function has({ most, ids }: Neighbours, row: number, other: number): boolean {
  for (let place = row * most; place < (row + 1) * most; place += 1) if (ids[place] === other) return true;
  return false;
}

function fromEdges(
  counts: Int32Array,
  edges: { from: Int32Array; to: Int32Array; weight: Float64Array },
  length: number,
): Graph {
  const nodes = counts.length - 1;
  for (let node = 0; node < nodes; node += 1) {
    counts[node + 1] = (counts[node + 1] as number) + (counts[node] as number);
  }
  const next = counts.slice(0, nodes);
  const targets = new Int32Array(2 * length);
  const weights = new Float64Array(2 * length);
  const put = (from: number, to: number, weight: number) => {
    const place = next[from] as number;
    next[from] = place + 1;
    targets[place] = to;
    weights[place] = weight;
  };
  for (let edge = 0; edge < length; edge += 1) {
    const from = edges.from[edge] as number;
    const to = edges.to[edge] as number;
    put(from, to, edges.weight[edge] as number);
    put(to, from, edges.weight[edge] as number);
  }
  return graphOf({ nodes, offsets: counts, targets, weights, inner: new Float64Array(nodes) });
}
