import type { FeatureKey } from './feature-table.ts';

/** Lengths of the runs of characters. */
const MIN_GRAM = 3;
const MAX_GRAM = 5;

/** Start values that keep stems and runs of characters apart. */
const STEM = { hi: 0x2545f491, lo: 0x1b873593 };
const GRAM = { hi: 0x85ebca6b, lo: 0xc2b2ae35 };

/** The key of a stem. */
export function stemKey(stem: string): FeatureKey {
  let { hi, lo } = STEM;
  for (let at = 0; at < stem.length; at += 1) {
    hi = mixHi(hi, stem.charCodeAt(at));
    lo = mixLo(lo, stem.charCodeAt(at));
  }
  return { hi: finish(hi), lo: finish(lo) };
}

/** The key of two stems that follow each other. */
export function pairKey(first: FeatureKey, second: FeatureKey): FeatureKey {
  return {
    hi: finish(mixHi(mixHi(0x7feb352d, first.hi), second.hi)),
    lo: finish(mixLo(mixLo(0x846ca68b, first.lo), second.lo)),
  };
}

/** Calls with the key of each run of three to five characters of a word, which has a space at either end. */
export function eachGram(word: string, visit: (hi: number, lo: number) => void): void {
  const padded = ` ${word} `;
  for (let from = 0; from + MIN_GRAM <= padded.length; from += 1) {
    let { hi, lo } = GRAM;
    const end = Math.min(from + MAX_GRAM, padded.length);
    for (let at = from; at < end; at += 1) {
      hi = mixHi(hi, padded.charCodeAt(at));
      lo = mixLo(lo, padded.charCodeAt(at));
      if (at - from + 1 >= MIN_GRAM) visit(finish(hi), finish(lo));
    }
  }
}

function mixHi(hash: number, code: number): number {
  const mixed = Math.imul(hash ^ code, 0x01000193);
  return mixed ^ (mixed >>> 15);
}

function mixLo(hash: number, code: number): number {
  const mixed = Math.imul(hash ^ code, 0x5bd1e995);
  return mixed ^ (mixed >>> 13);
}

function finish(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) | 0;
}
