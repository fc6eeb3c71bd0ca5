import type { SparseRows } from '../vectors/sparse-rows.ts';

/** By feature, the rows that have it: those of feature `f` are from `starts[f]` to `starts[f + 1]`, ascending. */
export type InvertedIndex = {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
  readonly values: Float32Array;
};

/** Turns rows of features into lists of rows. */
export function invert({ rows, features, offsets, indices, values }: SparseRows): InvertedIndex {
  const starts = new Int32Array(features + 1);
  for (const feature of indices) starts[feature + 1] = (starts[feature + 1] as number) + 1;
  for (let feature = 0; feature < features; feature += 1) {
    starts[feature + 1] = (starts[feature + 1] as number) + (starts[feature] as number);
  }
  const next = starts.slice(0, features);
  const inverted = { starts, rows: new Int32Array(indices.length), values: new Float32Array(indices.length) };
  for (let row = 0; row < rows; row += 1) {
    for (let at = offsets[row] as number; at < (offsets[row + 1] as number); at += 1) {
      const feature = indices[at] as number;
      const place = next[feature] as number;
      next[feature] = place + 1;
      inverted.rows[place] = row;
      inverted.values[place] = values[at] as number;
    }
  }
  return inverted;
}
