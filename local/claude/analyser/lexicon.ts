/**
 * Finds words and phrases of many languages in a text at once. A phrase matches from the beginning of a word; one that
 * ends with `$` up to the end of a word, every other as a stem (`refund` finds `refunded`). `*` before a phrase makes it
 * count three times. Accents and letter case make no difference.
 */

/** Phrases by the name of what they speak for, separated by `|`. */
export type Phrases = Readonly<Record<string, string>>;

/** What was found: how much speaks for each name. */
export type Findings = {
  readonly scores: ReadonlyMap<string, number>;
  /** Where the first phrase of each name begins in the plain text. */
  readonly firstAt: ReadonlyMap<string, number>;
};

type Entry = {
  readonly name: string;
  readonly stem: string;
  readonly whole: boolean;
  readonly weight: number;
};

/** Writing without spaces, where a word may begin anywhere. */
const UNSPACED = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/;
const FIRST_UNSPACED = 0x0e00;
const LETTER = /[\p{L}\p{N}]/u;
const ASCII = /^[\0-\x7f]*$/;
const NO_ENTRIES: readonly Entry[] = [];

/** Lower case, without accents, one space between words: what phrases are compared in. */
export function plain(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase().replace(/\s+/g, ' ');
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ı', 'i')
    .replaceAll('’', "'")
    .replace(/\s+/g, ' ');
}

/** Phrases, ready to be looked for. */
export class Lexicon {
  /** By the first two letters. */
  readonly #entries = new Map<number, Entry[]>();

  /** @param lists several lists may speak for the same name */
  constructor(...lists: readonly Phrases[]) {
    for (const phrases of lists) {
      for (const [name, list] of Object.entries(phrases)) {
        for (const phrase of list.split('|')) this.#add(name, phrase.trim());
      }
    }
  }

  #add(name: string, phrase: string): void {
    const [, star, written = '', end] = /^(\*?)(.*?)(\$?)$/.exec(phrase) ?? [];
    const stem = plain(written);
    if (stem === '') return;
    const key = keyAt(stem, 0);
    const entries = this.#entries.get(key) ?? [];
    entries.push({ name, stem, whole: end === '$', weight: star === '*' ? 3 : 1 });
    this.#entries.set(key, entries);
  }

  /** Finds all phrases. @param text as {@link plain} makes it; what lies before `headEnd` counts twice */
  find(text: string, headEnd = 0): Findings {
    const scores = new Map<string, number>();
    const firstAt = new Map<string, number>();
    const note = ({ name, weight }: Entry, at: number) => {
      scores.set(name, (scores.get(name) ?? 0) + weight * (at < headEnd ? 2 : 1));
      if (!firstAt.has(name)) firstAt.set(name, at);
    };
    let inWord = false;
    for (let at = 0; at < text.length; at += 1) {
      const isLetter = isWordLetter(text, at);
      if (isLetter && (!inWord || isUnspaced(text, at))) {
        for (const entry of this.#entriesAt(text, at)) note(entry, at);
      }
      inWord = isLetter;
    }
    return { scores, firstAt };
  }

  #entriesAt(text: string, at: number): readonly Entry[] {
    const candidates = this.#entries.get(keyAt(text, at));
    return candidates === undefined ? NO_ENTRIES : candidates.filter((entry) => isAt(entry, text, at));
  }
}

/** The two letters at a place as one number, which is quicker to find than a text. */
function keyAt(text: string, at: number): number {
  const second = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
  return text.charCodeAt(at) * 0x1_0000 + second;
}

function isAt({ stem, whole }: Entry, text: string, at: number): boolean {
  if (!text.startsWith(stem, at)) return false;
  return !whole || !isWordLetter(text, at + stem.length);
}

function isUnspaced(text: string, at: number): boolean {
  return text.charCodeAt(at) >= FIRST_UNSPACED && UNSPACED.test(text.charAt(at));
}

function isWordLetter(text: string, at: number): boolean {
  if (at >= text.length) return false;
  const code = text.charCodeAt(at);
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 39;
  return LETTER.test(text.charAt(at));
}
