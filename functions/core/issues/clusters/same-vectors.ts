import { rowOf, type SparseRows } from './vectors/sparse-rows.ts';

/**
 * By row, the first row with the same vector and the same mark. Rows without any feature are like no other.
 *
 * @param markOf rows of different marks are not the same
 */
export function firstOfSame(vectors: SparseRows, markOf: (row: number) => string): Int32Array {
  const firsts = new Int32Array(vectors.rows);
  const buckets = new Map<number, number[]>();
  for (let row = 0; row < vectors.rows; row += 1) {
    firsts[row] = row;
    const { indices, values } = rowOf(vectors, row);
    if (indices.length === 0) continue;
    let hash = indices.length;
    for (const feature of indices) hash = Math.imul(hash ^ feature, 0x01000193);
    hash = Math.imul(hash ^ Math.round((values[0] as number) * 1e6), 0x01000193);
    const bucket = buckets.get(hash) ?? [];
    const first = bucket.find((other) => isSame(vectors, other, row) && markOf(other) === markOf(row));
    if (first === undefined) buckets.set(hash, [...bucket, row]);
    else firsts[row] = first;
  }
  return firsts;
}

function isSame(vectors: SparseRows, one: number, other: number): boolean {
  const first = rowOf(vectors, one);
  const second = rowOf(vectors, other);
  if (first.indices.length !== second.indices.length) return false;
  return first.indices.every(
    (feature, at) => feature === second.indices[at] && first.values[at] === second.values[at],
  );
}

/** The rows that `picked` lists, in its order. */
export function pickRows(vectors: SparseRows, picked: Int32Array): SparseRows {
  let length = 0;
  for (const row of picked) {
    length += (vectors.offsets[row + 1] as number) - (vectors.offsets[row] as number);
  }
  const offsets = new Int32Array(picked.length + 1);
  const indices = new Int32Array(length);
  const values = new Float32Array(length);
  picked.forEach((row, place) => {
    const vector = rowOf(vectors, row);
    const from = offsets[place] as number;
    indices.set(vector.indices, from);
    values.set(vector.values, from);
    offsets[place + 1] = from + vector.indices.length;
  });
  return { rows: picked.length, features: vectors.features, offsets, indices, values };
}
