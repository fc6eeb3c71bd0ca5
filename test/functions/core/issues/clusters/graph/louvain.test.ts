import { describe, expect, it } from 'vitest';
import { ApartRules } from '#core/issues/clusters/graph/apart.ts';
import { contract, type Graph, graphOf } from '#core/issues/clusters/graph/graph.ts';
import { louvain, modularity } from '#core/issues/clusters/graph/louvain.ts';
import { seededRandom } from '#core/issues/clusters/graph/random.ts';

/** Two triangles joined by an edge. */
const TRIANGLES = graphFrom(6, [
  [0, 1],
  [1, 2],
  [0, 2],
  [3, 4],
  [4, 5],
  [3, 5],
  [2, 3],
]);
const options = (seed = 1) => ({ resolution: 1, random: seededRandom(seed) });

function graphFrom(nodes: number, edges: readonly (readonly [number, number])[]): Graph {
  const lists = Array.from({ length: nodes }, (): number[] => []);
  for (const [one, other] of edges) {
    lists[one]!.push(other);
    lists[other]!.push(one);
  }
  const offsets = new Int32Array(nodes + 1);
  lists.forEach((list, node) => {
    offsets[node + 1] = offsets[node]! + list.length;
  });
  const targets = Int32Array.from(lists.flat());
  return graphOf({
    nodes,
    offsets,
    targets,
    weights: new Float64Array(targets.length).fill(1),
    inner: new Float64Array(nodes),
  });
}

describe('louvain', () => {
  it('finds the two triangles, whatever the order', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      expect([...louvain(TRIANGLES, options(seed))]).toEqual([0, 0, 0, 1, 1, 1]);
    }
  });

  it('has the modularity that is computed by hand', () => {
    // 6 of 7 edges within, each triangle has half of the ends: 6/7 - 2 · (1/2)².
    expect(modularity(TRIANGLES, Int32Array.of(0, 0, 0, 1, 1, 1), 1)).toBeCloseTo(6 / 7 - 1 / 2, 12);
    expect(modularity(TRIANGLES, new Int32Array(6), 1)).toBeCloseTo(0, 12);
  });

  it('leaves each node alone where there is no edge', () => {
    expect([...louvain(graphFrom(4, []), options())]).toEqual([0, 1, 2, 3]);
    expect(modularity(graphFrom(4, []), Int32Array.of(0, 1, 2, 3), 1)).toBe(0);
  });

  it('keeps apart what must be, and separates it where it begins together', () => {
    const apart = new ApartRules(
      new Map([
        [0, [{ rule: 0, side: 0 }]],
        [1, [{ rule: 0, side: 1 }]],
      ]),
    );
    for (const start of [undefined, new Int32Array(6)]) {
      const groups = louvain(TRIANGLES, { ...options(), apart, start });
      expect(groups[0]).not.toBe(groups[1]);
    }
  });

  it('stays where it begins when leaving gains too little', () => {
    const start = Int32Array.of(0, 0, 0, 0, 1, 1);
    expect([...louvain(TRIANGLES, { ...options(), start, inertia: 10 })]).toEqual([0, 0, 0, 0, 1, 1]);
    expect([...louvain(TRIANGLES, { ...options(), start, inertia: 0 })]).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('merges no groups where it may only move nodes', () => {
    const start = Int32Array.of(0, 0, 0, 1, 1, 1);
    const groups = louvain(TRIANGLES, {
      ...options(),
      resolution: 0.1,
      start,
      mergesGroups: false,
      inertia: 10,
    });
    expect(new Set(groups).size).toBe(2);
  });
});

describe('contract', () => {
  it('keeps the weight of the whole, and modularity', () => {
    const groups = Int32Array.of(0, 0, 0, 1, 1, 1);
    const small = contract(TRIANGLES, groups, 2);
    expect(small.total).toBe(TRIANGLES.total);
    expect([...small.inner]).toEqual([6, 6]);
    expect(modularity(small, Int32Array.of(0, 1), 1)).toBeCloseTo(modularity(TRIANGLES, groups, 1), 12);
  });
});
