import type { PiiSpan } from './pii-span.ts';

/** Scripts without spaces between words: there an address begins and ends where its own letters do. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}`;
const LETTER = String.raw`[\p{L}--[${UNSPACED}]]`;
const WORD = String.raw`${LETTER}\p{M}\p{N}`;
const LOCAL_CHARACTER = String.raw`[${WORD}.!#$%&'*+_\-]`;
/** A run of the characters of a local part is read once: it begins where none stands before. */
const LOCAL = `(?<!${LOCAL_CHARACTER})${LOCAL_CHARACTER}+`;
const DOMAIN = String.raw`(?:[${WORD}][${WORD}_\-]{0,62}\.)+(?:xn--[a-z\d\-]{2,59}|${LETTER}{2,24})`;
const UNSPACED_LOCAL = String.raw`(?<![\p{L}\p{N}._\-])[\p{L}\p{N}._\-]*[${UNSPACED}]`;
const UNSPACED_DOMAIN = String.raw`(?:[\p{L}\p{N}\-]{1,63}\.)+[${UNSPACED}]{2,6}`;
const SPACES = String.raw`[^\S\n]{0,3}`;
/** "at" and "dot" in brackets, in the languages in which people write so. */
const BRACKETED_AT = String.raw`${SPACES}[\(\[\{<]${SPACES}(?:@|at|ät|a\.t|arroba|chez|chiocciola|apenstaartje|собака|ат)${SPACES}[\)\]\}>]${SPACES}`;
const WORD_AT = String.raw`[^\S\n]{1,3}(?:at|arroba|chiocciola|собака)[^\S\n]{1,3}`;
const BRACKETED_DOT = String.raw`${SPACES}[\(\[\{<]${SPACES}(?:\.|dot|punkt|punto|point|ponto|punt|nokta|точка)${SPACES}[\)\]\}>]${SPACES}`;
const WORD_DOT = String.raw`[^\S\n]{1,3}(?:dot|punkt|punto|point|ponto|punt|nokta|точка)[^\S\n]{1,3}`;
const LABEL = String.raw`[${WORD}][${WORD}_\-]{0,62}`;
const LAST_LABEL = `${LETTER}{2,24}`;
const SPELT_DOT = `(?:${BRACKETED_DOT}|${WORD_DOT})`;
const SPELT_DOMAIN = `(?:${LABEL}(?:\\.|${SPELT_DOT})){1,5}${LAST_LABEL}`;
/** A spelt-out "at" between words means an address only if the dot is spelt out, too. */
const ONLY_WORDS = `(?:${LABEL}(?:\\.|${SPELT_DOT})){0,4}${LABEL}${SPELT_DOT}${LAST_LABEL}`;
const SPACED = String.raw`(?:${LABEL}(?:\.|[^\S\n]{1,3}\.[^\S\n]{1,3})){1,5}${LAST_LABEL}`;

const EMAIL = new RegExp(
  String.raw`(?:"[^"\n]{1,64}"|${LOCAL}|${UNSPACED_LOCAL})(?:@|%40|&#64;)(?:${DOMAIN}|${UNSPACED_DOMAIN})`,
  'giv',
);
const SPELT = new RegExp(
  String.raw`${LOCAL}(?:${BRACKETED_AT}${SPELT_DOMAIN}|${WORD_AT}${ONLY_WORDS}|@${ONLY_WORDS}|[^\S\n]{1,3}@[^\S\n]{0,3}${SPACED}|@[^\S\n]{1,3}${SPACED})`,
  'giv',
);
/** Made once: a pattern of such classes takes longer to make than to use. */
const SPELT_AT_SIGN = new RegExp(`${BRACKETED_AT}|${WORD_AT}`, 'iv');
const SPELT_DOT_SIGN = new RegExp(`${BRACKETED_DOT}|${WORD_DOT}`, 'giv');
/** Names of pictures for sharp screens read like addresses. */
const FILE = /@\d{1,2}x\.(?:png|jpe?g|gif|webp|svg|avif)$/i;

/** Addresses of mail as they are usually written. */
export function emailSpans(text: string): PiiSpan[] {
  return [...spansOf(text, EMAIL)].filter(({ key }) => !FILE.test(key));
}

/** Addresses with spelt-out or spaced-out signs: "name (at) host dot com". */
export function speltEmailSpans(text: string): PiiSpan[] {
  return [...spansOf(text, SPELT)];
}

function* spansOf(text: string, pattern: RegExp): Generator<PiiSpan> {
  for (const { 0: match, index } of text.matchAll(pattern)) {
    // A full stop that ends a sentence, or a quote around the address, is none of it.
    const start = index + (/^[.'*_!#$%&]+/.exec(match)?.[0].length ?? 0);
    yield {
      kind: 'email',
      start,
      end: index + match.length,
      key: plainAddress(text.slice(start, index + match.length)),
    };
  }
}

/** One spelling for all that mean the same address. */
function plainAddress(written: string): string {
  return written
    .toLowerCase()
    .replace(/%40|&#64;/, '@')
    .replace(SPELT_AT_SIGN, '@')
    .replace(SPELT_DOT_SIGN, '.')
    .replace(/\s/g, '');
}
