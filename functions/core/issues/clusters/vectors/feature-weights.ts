import type { SparseVector } from './sparse-rows.ts';

/** What is known of each feature once the texts have been read. */
export type FeatureFacts = {
  /** Inverse document frequency. */
  readonly idf: Float32Array;
  /** 1: a stem or a pair of stems; 0: a run of characters. */
  readonly isStem: Uint8Array;
};

/** How a row is weighted. */
export type RowOptions = {
  /** How many features a row keeps at most: its heaviest. */
  readonly maxFeatures: number;
  /** The weight of the stems beside that of the characters, which is 1. */
  readonly stemWeight: number;
};

/** Counts the features of one text after the other and weighs them. */
export class RowCounter {
  readonly #facts: FeatureFacts;
  readonly #options: RowOptions;
  readonly #counts: Int32Array;
  #touched = new Int32Array(256);
  #length = 0;

  constructor(facts: FeatureFacts, options: RowOptions) {
    this.#facts = facts;
    this.#options = options;
    this.#counts = new Int32Array(facts.idf.length);
  }

  /** Counts a feature; a negative number is a feature that has been dropped. */
  count(feature: number): void {
    if (feature < 0) return;
    const before = this.#counts[feature] as number;
    this.#counts[feature] = before + 1;
    if (before > 0) return;
    if (this.#length === this.#touched.length) {
      const more = new Int32Array(this.#length * 2);
      more.set(this.#touched);
      this.#touched = more;
    }
    this.#touched[this.#length] = feature;
    this.#length += 1;
  }

  /**
   * The row of what was counted since the last one: `(1 + ln tf) · idf`, stems and characters each of length 1, then
   * the heaviest of both, then length 1. Rows that share no memory with the next.
   */
  finish(): SparseVector {
    const indices = this.#touched.slice(0, this.#length).sort();
    const values = new Float32Array(this.#length);
    let stems = 0;
    let grams = 0;
    for (let at = 0; at < indices.length; at += 1) {
      const feature = indices[at] as number;
      const weight = (1 + Math.log(this.#counts[feature] as number)) * (this.#facts.idf[feature] as number);
      this.#counts[feature] = 0;
      values[at] = weight;
      if (this.#facts.isStem[feature] === 1) stems += weight * weight;
      else grams += weight * weight;
    }
    this.#length = 0;
    const stemScale = stems > 0 ? this.#options.stemWeight / Math.sqrt(stems) : 0;
    const gramScale = grams > 0 ? 1 / Math.sqrt(grams) : 0;
    for (let at = 0; at < indices.length; at += 1) {
      const scale = this.#facts.isStem[indices[at] as number] === 1 ? stemScale : gramScale;
      values[at] = (values[at] as number) * scale;
    }
    return normalised(heaviest({ indices, values }, this.#options.maxFeatures));
  }
}

/** The `most` heaviest entries, in their order; of equal ones those with the lower numbers. */
function heaviest({ indices, values }: SparseVector, most: number): SparseVector {
  if (indices.length <= most) return { indices, values };
  const least = values.slice().sort()[values.length - most] as number;
  let equal = most;
  for (const value of values) if (value > least) equal -= 1;
  const keptIndices = new Int32Array(most);
  const keptValues = new Float32Array(most);
  let kept = 0;
  for (let at = 0; at < indices.length; at += 1) {
    const value = values[at] as number;
    if (value < least || (value === least && equal === 0)) continue;
    if (value === least) equal -= 1;
    keptIndices[kept] = indices[at] as number;
    keptValues[kept] = value;
    kept += 1;
  }
  return { indices: keptIndices, values: keptValues };
}

function normalised(vector: SparseVector): SparseVector {
  let squares = 0;
  for (const value of vector.values) squares += value * value;
  if (squares === 0) return { indices: new Int32Array(0), values: new Float32Array(0) };
  const scale = 1 / Math.sqrt(squares);
  for (let at = 0; at < vector.values.length; at += 1) {
    vector.values[at] = (vector.values[at] as number) * scale;
  }
  return vector;
}
