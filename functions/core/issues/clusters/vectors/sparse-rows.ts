/**
 * Sparse vectors, one a row: row `r` has the entries from `offsets[r]` to `offsets[r + 1]`, its features ascending. A
 * feature with a lower number is in fewer texts. Rows have length 1 or, without any known feature, none.
 */
export type SparseRows = {
  readonly rows: number;
  /** How many features there are. */
  readonly features: number;
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
};

/** One sparse vector. */
export type SparseVector = { readonly indices: Int32Array; readonly values: Float32Array };

/** A row as a vector, not copied. */
export function rowOf(rows: SparseRows, row: number): SparseVector {
  const from = rows.offsets[row] ?? 0;
  const to = rows.offsets[row + 1] ?? from;
  return { indices: rows.indices.subarray(from, to), values: rows.values.subarray(from, to) };
}
