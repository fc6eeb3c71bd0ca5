import { cleanText } from './clean-text.ts';
import { CUES } from './injection-cues.ts';

const BASE64 = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,}={0,2}/g;
const HEX = /(?<![\da-f])(?:[\da-f]{2}[\s:]?){16,}(?![\da-f])/gi;
const ESCAPES = /(?:%[\da-f]{2}|\\x[\da-f]{2}|\\u[\da-f]{4}){4,}|(?:%20|\+)\w{2,20}(?:%20|\+)/i;
/** So much of what is encoded is read, so that a megabyte of Base64 costs no more than its length. */
const MAX_ENCODED = 200;
const MAX_DECODED_LENGTH = 4_000;
/** Single characters with the same gap between: "i g n o r e" or "i.g.n.o.r.e". */
const SPACED_OUT = /(?<![\p{L}\p{N}])(?:\p{L}[ ._*\-|~\u00B7]){3,400}\p{L}(?![\p{L}\p{N}])/gu;

/**
 * Whether a text tries to instruct a model, by phrases of many languages: plain, encoded in Base64, hexadecimal or
 * URL escapes, spaced out, with letters of other scripts or digits among them, or between invisible characters. It
 * marks a ticket for people; nothing is rejected because of it. Takes time in proportion to the length.
 */
export function suspectsInjection(text: string): boolean {
  const tags = hiddenInTags(text);
  const clean = cleanText(text);
  return (
    isCue(clean) ||
    isCue(tags) ||
    isCue(joined(clean)) ||
    isCueWhenReversed(clean) ||
    decoded(clean).some(isCue)
  );
}

function isCue(text: string): boolean {
  if (text === '') return false;
  const plain = comparable(text);
  if (CUES.some((cue) => cue.test(plain))) return true;
  // A word in Cyrillic letters may be Russian or a disguise; both are read.
  const latin = inLatin(plain);
  return latin !== plain && CUES.some((cue) => cue.test(latin));
}

function isCueWhenReversed(text: string): boolean {
  if (!/snoitcurtsni|tpmorp/i.test(text)) return false;
  return isCue([...text].reverse().join(''));
}

/** One spelling: compatible characters, no accents, lower case, one space, no marks inside words. */
function comparable(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/(?<=\p{Script=Latin})\p{M}+/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .replace(/[’‘`´]/g, "'")
    .replace(/^[ \t]*(?:>[ \t]?)+/gm, '')
    .replace(/[*_~#"“”«»]+/g, ' ')
    .replace(/\s+/g, ' ');
}

const LOOKALIKES: Readonly<Record<string, string>> = {
  ...{
    а: 'a',
    в: 'b',
    е: 'e',
    з: '3',
    і: 'i',
    ј: 'j',
    к: 'k',
    м: 'm',
    н: 'h',
    о: 'o',
    р: 'p',
    с: 'c',
    т: 't',
  },
  ...{
    у: 'y',
    х: 'x',
    ѕ: 's',
    ԁ: 'd',
    ɡ: 'g',
    ո: 'n',
    ν: 'v',
    ο: 'o',
    α: 'a',
    ρ: 'p',
    τ: 't',
    ι: 'i',
    κ: 'k',
  },
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' },
};
/** Words that mix letters with what reads like letters: `ign0re`, `рrevious`. */
const MIXED = /(?<![\p{L}\p{N}@$!])(?=[\p{L}\p{N}@$!]{0,30}[a-z])[\p{L}\p{N}@$!]{3,30}(?![\p{L}\p{N}@$!])/gu;

function inLatin(text: string): string {
  return text.replace(MIXED, (word) =>
    word.replace(/[^a-z]/g, (character) => LOOKALIKES[character] ?? character),
  );
}

/** Spaced-out words put together; a wider gap stays one between words. */
function joined(text: string): string {
  let isChanged = false;
  const words = text.replace(/[^\S\n]{2,}/g, ' / ').replace(SPACED_OUT, (letters) => {
    isChanged = true;
    return letters.replace(/[^\p{L}]/gu, '');
  });
  return isChanged ? words.replaceAll(' / ', ' ') : '';
}

function hiddenInTags(text: string): string {
  const tags = text.match(/[\u{E0020}-\u{E007E}]/gu) ?? [];
  return tags.map((tag) => String.fromCharCode((tag.codePointAt(0) ?? 0) - 0xe0000)).join('');
}

function decoded(text: string): string[] {
  const base64 = firstOf(text, BASE64).map((run) => Buffer.from(run.slice(0, MAX_DECODED_LENGTH), 'base64'));
  const hex = firstOf(text, HEX).map((run) =>
    Buffer.from(run.slice(0, MAX_DECODED_LENGTH).replace(/[^\da-f]/gi, ''), 'hex'),
  );
  const texts = [...base64, ...hex].map((bytes) => bytes.toString('utf8')).filter(isReadable);
  return ESCAPES.test(text) ? [...texts, unescaped(text)] : texts;
}

function firstOf(text: string, pattern: RegExp): string[] {
  const found: string[] = [];
  for (const [match] of text.matchAll(pattern)) {
    found.push(match);
    if (found.length === MAX_ENCODED) break;
  }
  return found;
}

/** Random bytes are hardly ever text. */
function isReadable(text: string): boolean {
  const readable = text.match(/[\p{L}\p{N}\p{P}\s]/gu)?.length ?? 0;
  return text.length >= 10 && readable >= text.length * 0.9 && !/\uFFFD{2}/.test(text);
}

function unescaped(text: string): string {
  return text
    .replace(/(?:%|\\x)([\da-f]{2})|\\u([\da-f]{4})/gi, (_whole, byte?: string, unit?: string) =>
      String.fromCharCode(Number.parseInt(byte ?? unit ?? '0', 16)),
    )
    .replaceAll('+', ' ');
}
