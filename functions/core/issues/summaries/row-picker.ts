import { rowOf, type SparseRows } from '../clusters/vectors/sparse-rows.ts';

/**
 * Takes rows out of many, with only the features that they have: what is made of a small issue then costs as much as
 * the issue is large, not as the vocabulary is.
 */
export class RowPicker {
  readonly #rows: SparseRows;
  /** By feature of all rows, its number among the picked ones; -1: none. */
  readonly #numbers: Int32Array;

  constructor(rows: SparseRows) {
    this.#rows = rows;
    this.#numbers = new Int32Array(rows.features).fill(-1);
  }

  /** The rows, in the order they are named. Features are numbered as they are met. */
  pick(picked: readonly number[]): SparseRows {
    const vectors = picked.map((row) => rowOf(this.#rows, row));
    const offsets = new Int32Array(picked.length + 1);
    vectors.forEach(({ indices }, place) => {
      offsets[place + 1] = (offsets[place] ?? 0) + indices.length;
    });
    const indices = new Int32Array(offsets[picked.length] ?? 0);
    const values = new Float32Array(indices.length);
    const met: number[] = [];
    vectors.forEach((vector, place) => {
      const from = offsets[place] ?? 0;
      values.set(vector.values, from);
      for (let at = 0; at < vector.indices.length; at += 1) {
        indices[from + at] = this.#numberOf(vector.indices[at] as number, met);
      }
    });
    for (const feature of met) this.#numbers[feature] = -1;
    return { rows: picked.length, features: met.length, offsets, indices, values };
  }

  #numberOf(feature: number, met: number[]): number {
    const known = this.#numbers[feature] as number;
    if (known >= 0) return known;
    this.#numbers[feature] = met.length;
    return met.push(feature) - 1;
  }
}
