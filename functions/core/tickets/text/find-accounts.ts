import { ibanLength, isCard, isIban } from './pii-checks.ts';
import { type PiiSpan, withoutOverlaps } from './pii-span.ts';

const IBAN_START = /(?<![A-Za-z0-9])[A-Za-z]{2}[ \u00A0-]?\d{2}(?=[ \u00A0.-]?[A-Za-z0-9])/g;
/** Digits with at most two separators between. Begins and ends where no digit stands. */
const DIGIT_RUN = /(?<![\d+])\d(?:[ \u00A0\u2007\u2009\u202F.\-–_]{0,2}\d){11,}/g;
const SHORTEST_CARD = 12;
const LONGEST_CARD = 19;

/** Bank accounts and payment cards whose check digits are right, in whatever groups they are written. */
export function accountSpans(text: string): PiiSpan[] {
  return withoutOverlaps([...ibanSpans(text), ...cardSpans(text)]);
}

function* ibanSpans(text: string): Generator<PiiSpan> {
  for (const { 0: start, index } of text.matchAll(IBAN_START)) {
    const length = ibanLength(start.slice(0, 2));
    if (length === undefined) continue;
    const [end, iban] = alphanumerics(text, index, length);
    if (!/[A-Za-z0-9]/.test(text[end] ?? '') && isIban(iban)) {
      yield { kind: 'iban', start: index, end, key: iban.toUpperCase() };
    }
  }
}

/** So many letters and digits from there, over single separators: where they end, and which they are. */
function alphanumerics(text: string, from: number, count: number): [end: number, found: string] {
  let found = '';
  let at = from;
  for (; at < text.length && found.length < count; at += 1) {
    const character = text[at] ?? '';
    if (/[A-Za-z0-9]/.test(character)) found += character;
    else if (!/[ \u00A0.-]/.test(character)) break;
  }
  return [at, found];
}

type Group = { readonly start: number; readonly digits: string };

function* cardSpans(text: string): Generator<PiiSpan> {
  for (const { 0: run, index } of text.matchAll(DIGIT_RUN)) {
    const groups = [...run.matchAll(/\d+/g)].map(({ 0: digits, index: at }) => ({
      start: index + at,
      digits,
    }));
    for (let first = 0; first < groups.length; ) {
      const last = cardEnd(groups, first);
      if (last === undefined) first += 1;
      else {
        const start = groups[first]?.start ?? 0;
        const { start: lastStart = 0, digits = '' } = groups[last] ?? {};
        yield { kind: 'card', start, end: lastStart + digits.length, key: digitsOf(groups, first, last) };
        first = last + 1;
      }
    }
  }
}

/** The last group of the card that begins with a group; the longest counts. */
function cardEnd(groups: readonly Group[], first: number): number | undefined {
  let end: number | undefined;
  let digits = '';
  for (let last = first; last < groups.length; last += 1) {
    digits += groups[last]?.digits ?? '';
    if (digits.length > LONGEST_CARD) break;
    if (digits.length >= SHORTEST_CARD && isGrouped(groups, first, last) && isCard(digits)) end = last;
  }
  return end;
}

/** Cards are printed in groups of three and more, or someone has spaced out every digit. */
function isGrouped(groups: readonly Group[], first: number, last: number): boolean {
  const sizes = groups.slice(first, last + 1).map(({ digits }) => digits.length);
  return sizes.every((size) => size === 1) || sizes.every((size, at) => size >= 3 || at === sizes.length - 1);
}

function digitsOf(groups: readonly Group[], first: number, last: number): string {
  return groups
    .slice(first, last + 1)
    .map(({ digits }) => digits)
    .join('');
}
