import type { SparseRows, SparseVector } from './sparse-rows.ts';

/** Collects sparse vectors, row by row, in typed arrays that grow. */
export class RowBuilder {
  #indices = new Int32Array(1 << 14);
  #values = new Float32Array(1 << 14);
  #length = 0;
  readonly #offsets: Int32Array;
  #rows = 0;

  /** @param rows how many rows will be added */
  constructor(rows: number) {
    this.#offsets = new Int32Array(rows + 1);
  }

  add({ indices, values }: SparseVector): void {
    const end = this.#length + indices.length;
    if (end > this.#indices.length) this.#grow(end);
    this.#indices.set(indices, this.#length);
    this.#values.set(values, this.#length);
    this.#length = end;
    this.#rows += 1;
    this.#offsets[this.#rows] = end;
  }

  /** @param features how many features there are */
  finish(features: number): SparseRows {
    return {
      rows: this.#rows,
      features,
      offsets: this.#offsets,
      indices: this.#indices.subarray(0, this.#length),
      values: this.#values.subarray(0, this.#length),
    };
  }

  #grow(atLeast: number): void {
    const capacity = Math.max(atLeast, Math.ceil(this.#indices.length * 1.5));
    const indices = new Int32Array(capacity);
    const values = new Float32Array(capacity);
    indices.set(this.#indices.subarray(0, this.#length));
    values.set(this.#values.subarray(0, this.#length));
    this.#indices = indices;
    this.#values = values;
  }
}
