import { rowOf, type SparseRows } from '../vectors/sparse-rows.ts';
import { NearestSearch } from './nearest.ts';

/** The nearest rows of each row: those of row `r` are from `r · most` on, best first; -1 where there are no more. */
export type Neighbours = {
  readonly rows: number;
  readonly most: number;
  readonly ids: Int32Array;
  readonly similarities: Float32Array;
};

/** The `most` nearest rows of each row by cosine, exact. */
export function neighboursOf(vectors: SparseRows, most: number): Neighbours {
  const search = new NearestSearch(vectors, most);
  const ids = new Int32Array(vectors.rows * most).fill(-1);
  const similarities = new Float32Array(vectors.rows * most);
  for (let row = 0; row < vectors.rows; row += 1) {
    const best = search.search(rowOf(vectors, row), row);
    ids.set(best.ids.subarray(0, best.length), row * most);
    similarities.set(best.scores.subarray(0, best.length), row * most);
  }
  return { rows: vectors.rows, most, ids, similarities };
}
