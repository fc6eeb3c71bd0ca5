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
const LETTER = /[\p{L}\p{N}]/u;
const KEY_LENGTH = 2;

/** Lower case, without accents, one space between words: what phrases are compared in. */
export function plain(text: string): string {
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
  readonly #entries = new Map<string, Entry[]>();

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
    const key = stem.slice(0, KEY_LENGTH);
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
      const letter = text[at] ?? '';
      const isLetter = isWordLetter(letter);
      if (isLetter && (!inWord || UNSPACED.test(letter))) {
        for (const entry of this.#entriesAt(text, at)) note(entry, at);
      }
      inWord = isLetter;
    }
    return { scores, firstAt };
  }

  #entriesAt(text: string, at: number): Entry[] {
    const candidates = this.#entries.get(text.slice(at, at + KEY_LENGTH)) ?? [];
    return candidates.filter((entry) => isAt(entry, text, at));
  }
}

function isAt({ stem, whole }: Entry, text: string, at: number): boolean {
  if (!text.startsWith(stem, at)) return false;
  return !whole || !isWordLetter(text[at + stem.length] ?? ' ');
}

function isWordLetter(letter: string): boolean {
  const code = letter.charCodeAt(0);
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 39;
  return LETTER.test(letter);
}
