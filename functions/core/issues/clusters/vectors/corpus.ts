import { eachGram, pairKey, stemKey } from './feature-keys.ts';
import { type FeatureKey, FeatureTable } from './feature-table.ts';
import { IntList } from './int-list.ts';
import { stemOf, wordsOf } from './text-words.ts';

/** In how many texts a feature must be to count. */
const MIN_TEXTS_OF_STEM = 2;
const MIN_TEXTS_OF_GRAM = 3;

/** The kept features, in the order of their document frequencies. */
export type KeptFeatures = {
  readonly table: FeatureTable;
  readonly documentFrequency: Int32Array;
  readonly isStem: Uint8Array;
  /** The new number of each feature, or -1. */
  readonly renumbered: Int32Array;
};

/**
 * Texts as they have been read once: each word’s features are made when it is first met, a text is the list of its
 * words. 50,000 tickets are some 5 million words of 4 bytes.
 */
export class Corpus {
  readonly #words = new Map<string, number>();
  readonly #stemKeys: (FeatureKey | undefined)[] = [];
  /** By word: the feature of its stem, or -1 for a stop word. */
  readonly #stems = new IntList();
  /** By word: where its runs of characters begin in `#grams`. */
  readonly #gramStarts = new IntList();
  readonly #grams = new IntList();
  readonly #table = new FeatureTable();
  readonly #documentFrequency = new IntList();
  /** By feature and by word: the last text that had it. */
  readonly #lastText = new IntList();
  readonly #wordLastText = new IntList();
  readonly #isStem = new IntList();
  readonly #tokens = new IntList();
  readonly #textStarts = new IntList();

  constructor() {
    this.#gramStarts.push(0);
    this.#textStarts.push(0);
  }

  get texts(): number {
    return this.#textStarts.length - 1;
  }

  add(text: string): void {
    const number = this.texts;
    let before = -1;
    for (const word of wordsOf(text)) {
      const id = this.#words.get(word) ?? this.#newWord(word);
      this.#tokens.push(id);
      if (this.#wordLastText.at(id) !== number) {
        this.#wordLastText.set(id, number);
        this.#seeWord(id, number);
      }
      if (this.#stems.at(id) < 0) continue;
      if (before >= 0) this.#see(this.#pairOf(before, id), number);
      before = id;
    }
    this.#textStarts.push(this.#tokens.length);
  }

  /** Calls with each feature of a text, as often as the text has it. */
  eachFeature(text: number, visit: (feature: number) => void): void {
    let before = -1;
    for (let at = this.#textStarts.at(text); at < this.#textStarts.at(text + 1); at += 1) {
      const id = this.#tokens.at(at);
      for (let gram = this.#gramStarts.at(id); gram < this.#gramStarts.at(id + 1); gram += 1) {
        visit(this.#grams.at(gram));
      }
      if (this.#stems.at(id) < 0) continue;
      visit(this.#stems.at(id));
      if (before >= 0) visit(this.#pairOf(before, id));
      before = id;
    }
  }

  /** The features that enough texts have, the rarest first. */
  keep(): KeptFeatures {
    const size = this.#table.size;
    const order = new Float64Array(size);
    let kept = 0;
    for (let feature = 0; feature < size; feature += 1) {
      const least = this.#isStem.at(feature) === 1 ? MIN_TEXTS_OF_STEM : MIN_TEXTS_OF_GRAM;
      if (this.#documentFrequency.at(feature) < least) continue;
      order[kept] = this.#documentFrequency.at(feature) * 2 ** 31 + feature;
      kept += 1;
    }
    const ids = Int32Array.from(order.subarray(0, kept).sort(), (key) => key % 2 ** 31);
    const renumbered = new Int32Array(size).fill(-1);
    ids.forEach((id, place) => {
      renumbered[id] = place;
    });
    return {
      table: this.#table.pick(ids),
      documentFrequency: ids.map((id) => this.#documentFrequency.at(id)),
      isStem: Uint8Array.from(ids, (id) => this.#isStem.at(id)),
      renumbered,
    };
  }

  #newWord(word: string): number {
    const id = this.#words.size;
    this.#words.set(word, id);
    this.#wordLastText.push(-1);
    const stem = stemOf(word);
    eachGram(word, (hi, lo) => this.#grams.push(this.#feature(hi, lo, 0)));
    this.#gramStarts.push(this.#grams.length);
    const key = stem === '' ? undefined : stemKey(stem);
    this.#stemKeys.push(key);
    this.#stems.push(key === undefined ? -1 : this.#feature(key.hi, key.lo, 1));
    return id;
  }

  #pairOf(first: number, second: number): number {
    const key = pairKey(this.#stemKeys[first] as FeatureKey, this.#stemKeys[second] as FeatureKey);
    return this.#feature(key.hi, key.lo, 1);
  }

  #feature(hi: number, lo: number, isStem: 0 | 1): number {
    const id = this.#table.add(hi, lo);
    if (id === this.#isStem.length) {
      this.#isStem.push(isStem);
      this.#documentFrequency.push(0);
      this.#lastText.push(-1);
    }
    return id;
  }

  #seeWord(id: number, text: number): void {
    for (let gram = this.#gramStarts.at(id); gram < this.#gramStarts.at(id + 1); gram += 1) {
      this.#see(this.#grams.at(gram), text);
    }
    if (this.#stems.at(id) >= 0) this.#see(this.#stems.at(id), text);
  }

  #see(feature: number, text: number): void {
    if (this.#lastText.at(feature) === text) return;
    this.#lastText.set(feature, text);
    this.#documentFrequency.set(feature, this.#documentFrequency.at(feature) + 1);
  }
}
