import type { SparseRows, SparseVector } from '../vectors/sparse-rows.ts';
import { BestList } from './best-list.ts';
import { type InvertedIndex, invert } from './inverted-index.ts';

/** A first guess of how near the neighbours are: what lies below need not be found yet. */
const FIRST_BOUND = 0.6;

/**
 * Finds the rows with the greatest cosine to a vector, exactly. Features are taken rarest first, so that few rows are
 * touched; once the rest of the vector is shorter than the cosine of the last of the best, no further row can be
 * among them, and of the touched ones only those that still can are completed, each by itself.
 */
export class NearestSearch {
  readonly #vectors: SparseRows;
  readonly #index: InvertedIndex;
  readonly #sums: Float32Array;
  readonly #dense: Float32Array;
  readonly #touched: Int32Array;
  #touchedCount = 0;
  readonly #best: BestList;
  #rest = new Float32Array(64);

  /** @param most how many are found at most */
  constructor(vectors: SparseRows, most: number) {
    this.#vectors = vectors;
    this.#index = invert(vectors);
    this.#sums = new Float32Array(vectors.rows);
    this.#dense = new Float32Array(vectors.features);
    this.#touched = new Int32Array(vectors.rows);
    this.#best = new BestList(most);
  }

  /**
   * The nearest rows, best first, with cosines above zero. The list is valid until the next search.
   *
   * @param except a row that is not found: the vector’s own
   */
  search(vector: SparseVector, except = -1): BestList {
    const best = this.#best;
    best.clear();
    this.#measureRest(vector);
    let next = this.#accumulate(vector, 0, FIRST_BOUND);
    if (next < vector.indices.length) {
      this.#scatter(vector);
      const bound = this.#boundOf(vector, next, except);
      const after = this.#accumulate(vector, next, bound);
      next = this.#completeOrAccumulate(vector, after, bound, except);
      this.#unscatter(vector);
    }
    if (next === vector.indices.length) this.#takeSums(except);
    this.#clearSums();
    return best;
  }

  /** How long the vector is from each of its features on. */
  #measureRest({ values }: SparseVector): void {
    if (this.#rest.length <= values.length) this.#rest = new Float32Array(values.length * 2);
    let squares = 0;
    this.#rest[values.length] = 0;
    for (let at = values.length - 1; at >= 0; at -= 1) {
      squares += (values[at] as number) ** 2;
      this.#rest[at] = Math.sqrt(squares);
    }
  }

  /** Adds up the products of features, from one on, until the rest is shorter than `bound`. Returns the next one. */
  #accumulate({ indices, values }: SparseVector, from: number, bound: number): number {
    const { starts, rows, values: weights } = this.#index;
    const sums = this.#sums;
    const touched = this.#touched;
    let count = this.#touchedCount;
    let at = from;
    for (; at < indices.length && (this.#rest[at] as number) > bound; at += 1) {
      const weight = values[at] as number;
      const end = starts[(indices[at] as number) + 1] as number;
      for (let place = starts[indices[at] as number] as number; place < end; place += 1) {
        const row = rows[place] as number;
        const sum = sums[row] as number;
        if (sum === 0) touched[count++] = row;
        sums[row] = sum + weight * (weights[place] as number);
      }
    }
    this.#touchedCount = count;
    return at;
  }

  /** The least cosine of the best so far, each of them completed: no row below it can be among the best. */
  #boundOf(vector: SparseVector, next: number, except: number): number {
    this.#takeSums(except);
    const best = this.#best;
    const ids = best.ids.slice(0, best.length);
    best.clear();
    const first = vector.indices[next] as number;
    for (const id of ids) best.offer(id, (this.#sums[id] as number) + this.#dotFrom(id, first));
    return best.threshold;
  }

  /** Completes the rows that can still be among the best, or, where those are too many, adds up the whole rest. */
  #completeOrAccumulate(vector: SparseVector, next: number, bound: number, except: number): number {
    const length = vector.indices.length;
    if (next === length) return length;
    const rest = this.#rest[next] as number;
    const first = vector.indices[next] as number;
    let candidates = 0;
    for (let at = 0; at < this.#touchedCount; at += 1) {
      if ((this.#sums[this.#touched[at] as number] as number) + rest >= bound) candidates += 1;
    }
    if (candidates * this.#meanRow() > this.#costFrom(vector, next))
      return this.#accumulate(vector, next, -1);
    const best = this.#best;
    best.clear();
    for (let at = 0; at < this.#touchedCount; at += 1) {
      const row = this.#touched[at] as number;
      const sum = this.#sums[row] as number;
      if (row !== except && sum + rest >= best.threshold) best.offer(row, sum + this.#dotFrom(row, first));
    }
    return next;
  }

  #meanRow(): number {
    return (0.5 * this.#vectors.indices.length) / Math.max(1, this.#vectors.rows);
  }

  #costFrom({ indices }: SparseVector, from: number): number {
    let cost = 0;
    for (let at = from; at < indices.length; at += 1) {
      const feature = indices[at] as number;
      cost += (this.#index.starts[feature + 1] as number) - (this.#index.starts[feature] as number);
    }
    return cost;
  }

  /** What the features from `first` on add to a row’s cosine. */
  #dotFrom(row: number, first: number): number {
    const { offsets, indices, values } = this.#vectors;
    const dense = this.#dense;
    let sum = 0;
    const from = offsets[row] as number;
    for (let at = (offsets[row + 1] as number) - 1; at >= from; at -= 1) {
      const feature = indices[at] as number;
      if (feature < first) break;
      sum += (dense[feature] as number) * (values[at] as number);
    }
    return sum;
  }

  #takeSums(except: number): void {
    this.#best.clear();
    for (let at = 0; at < this.#touchedCount; at += 1) {
      const row = this.#touched[at] as number;
      const sum = this.#sums[row] as number;
      if (row !== except && sum >= this.#best.threshold) this.#best.offer(row, sum);
    }
  }

  #scatter({ indices, values }: SparseVector): void {
    for (let at = 0; at < indices.length; at += 1) this.#dense[indices[at] as number] = values[at] as number;
  }

  #unscatter({ indices }: SparseVector): void {
    for (const feature of indices) this.#dense[feature] = 0;
  }

  #clearSums(): void {
    for (let at = 0; at < this.#touchedCount; at += 1) this.#sums[this.#touched[at] as number] = 0;
    this.#touchedCount = 0;
  }
}
