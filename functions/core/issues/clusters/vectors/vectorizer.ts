import { Corpus, type KeptFeatures } from './corpus.ts';
import { eachGram, pairKey, stemKey } from './feature-keys.ts';
import type { FeatureKey, FeatureTable } from './feature-table.ts';
import { RowCounter, type RowOptions } from './feature-weights.ts';
import { RowBuilder } from './row-builder.ts';
import type { SparseRows, SparseVector } from './sparse-rows.ts';
import { stemOf, wordsOf } from './text-words.ts';

/** Makes a vector of a text that was not there when the vocabulary was made. Vocabulary and idf do not change. */
export type Vectorizer = { readonly embed: (text: string) => SparseVector };

/** How vectors are weighted; what is left out has the value that was measured to be best. */
export type VectorizerOptions = Partial<RowOptions> & { readonly idfPower?: number };

const DEFAULTS = { stemWeight: 0.9, idfPower: 0.6 };

/** Entries of all rows together, for which there is memory and time: long texts keep fewer the more there are. */
const ENTRIES = 6_000_000;
const LEAST_FEATURES = 80;
const MOST_FEATURES = 1_000;

/**
 * Makes vectors of texts: stems and pairs of stems, runs of three to five characters, weighted by tf-idf. Everything
 * else knows vectors only, so this is the place where an embedding would replace them.
 *
 * @param texts read once; texts without a known feature get an empty vector
 */
export function createVectorizer(
  texts: Iterable<string>,
  options: VectorizerOptions = {},
): { readonly vectors: SparseRows; readonly vectorizer: Vectorizer } {
  const corpus = new Corpus();
  for (const text of texts) corpus.add(text);
  const kept = corpus.keep();
  const { idfPower, ...rowOptions } = { ...DEFAULTS, maxFeatures: maxFeaturesFor(corpus.texts), ...options };
  const idf = idfOf(kept.documentFrequency, corpus.texts, idfPower);
  const counter = new RowCounter({ idf, isStem: kept.isStem }, rowOptions);
  return {
    vectors: rowsOf(corpus, kept, counter),
    vectorizer: { embed: (text) => embed(text, kept.table, counter) },
  };
}

function maxFeaturesFor(texts: number): number {
  return Math.min(MOST_FEATURES, Math.max(LEAST_FEATURES, Math.floor(ENTRIES / Math.max(1, texts))));
}

/** Weakened, because a cosine multiplies it by itself: to its full power, one rare word in common decides too much. */
function idfOf(documentFrequency: Int32Array, texts: number, power: number): Float32Array {
  return Float32Array.from(documentFrequency, (count) => (Math.log((1 + texts) / (1 + count)) + 1) ** power);
}

function rowsOf(corpus: Corpus, { renumbered, table }: KeptFeatures, counter: RowCounter): SparseRows {
  const builder = new RowBuilder(corpus.texts);
  const count = (feature: number) => counter.count(renumbered[feature] as number);
  for (let text = 0; text < corpus.texts; text += 1) {
    corpus.eachFeature(text, count);
    builder.add(counter.finish());
  }
  return builder.finish(table.size);
}

function embed(text: string, table: FeatureTable, counter: RowCounter): SparseVector {
  let before: FeatureKey | undefined;
  for (const word of wordsOf(text)) {
    eachGram(word, (hi, lo) => counter.count(table.find(hi, lo)));
    const stem = stemOf(word);
    if (stem === '') continue;
    const key = stemKey(stem);
    counter.count(table.find(key.hi, key.lo));
    if (before !== undefined) {
      const pair = pairKey(before, key);
      counter.count(table.find(pair.hi, pair.lo));
    }
    before = key;
  }
  return counter.finish();
}
