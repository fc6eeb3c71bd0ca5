import { isPhone, type Numbers } from './phone-rules.ts';
import type { PiiSpan } from './pii-span.ts';

const SPACE = String.raw`[ \u00A0\u2007\u2009\u202F]`;
/** What stands between the groups of a number: one sign, brackets around an area, a dash between spaces. */
const SEPARATOR = String.raw`(?:${SPACE}?\(${SPACE}?|${SPACE}?\)${SPACE}?[.\-–/]?${SPACE}?|${SPACE}[-–/]${SPACE}|${SPACE}{1,2}|[.\-–‑/])`;
/** Digits in groups, from where neither a word nor a number stands. */
const CANDIDATE = new RegExp(
  String.raw`(?<![\p{L}\p{N}_])(?<!\d[.,:/=-]|[#/])(?:\+${SPACE}?|\(\+?${SPACE}?|\(0\))?\d+(?:${SEPARATOR}\d+)*(?![\p{L}\p{N}_])`,
  'gu',
);
/** Times, dates, money and sizes: numbers with a meaning of their own. */
const NO_PHONE = [
  /(?<!\d|\d[-/.])(?:\d{4}[-/.](?:0?[1-9]|1[0-2])[-/.](?:[0-2]?\d|3[01])|(?:[0-2]?\d|3[01])[-/.](?:[0-2]?\d|3[01])[-/.](?:19|20)\d\d)(?!\d|[-/.]\d)/g,
  /(?<!\d)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?(?!\d)/g,
  /[$€£¥]\s?\d[\d.,]*/g,
  /(?<![\d.,])\d{1,15}(?:[.,]\d{1,15})*\s?(?:[$€£¥%]|(?:usd|eur|gbp|[kmgt]i?b|ms|px|bytes?|[mgk]hz)\b)/gi,
];
const NUMBER_OF_ITS_OWN = '\uE0F3';
/** A number has no more groups than this, and no more digits than E.164 and a prefix allow. */
const MAX_GROUPS = 8;
const MAX_DIGITS = 18;
const MIN_DIGITS = 7;
const CONTEXT = 40;

/** Telephone numbers, international ones and those of many countries as they are written at home. */
export function phoneSpans(text: string): PiiSpan[] {
  if (!/\d{2}/.test(text)) return [];
  const shadow = NO_PHONE.reduce(
    (before, pattern) => before.replace(pattern, (match) => NUMBER_OF_ITS_OWN.repeat(match.length)),
    text,
  );
  return [...shadow.matchAll(CANDIDATE)].flatMap(({ 0: match, index }) => [
    ...phonesIn(shadow, match, index),
  ]);
}

type Group = { readonly start: number; readonly digits: string };

/** The numbers in a run of groups; of several that begin at one group, the longest. */
function* phonesIn(text: string, run: string, index: number): Generator<PiiSpan> {
  if (run.length < MIN_DIGITS) return;
  const groups = [...run.matchAll(/\d+/g)].map(({ 0: digits, index: at }) => ({ start: index + at, digits }));
  for (let first = 0; first < groups.length; ) {
    const last = isTight(text, groups, first) ? undefined : phoneEnd(text, groups, first);
    if (last === undefined) first += 1;
    else {
      yield spanOf(text, groups.slice(first, last + 1), index);
      first = last + 1;
    }
  }
}

/** Whether a group goes on from the one before, as in a date with its time or an id: no number begins there. */
function isTight(text: string, groups: readonly Group[], first: number): boolean {
  const start = groups[first]?.start ?? 0;
  return first > 0 && /\d[.\-–‑/]$/.test(text.slice(Math.max(0, start - 2), start));
}

function phoneEnd(text: string, groups: readonly Group[], first: number): number | undefined {
  const start = groups[first]?.start ?? 0;
  const before = text.slice(Math.max(0, start - CONTEXT), start);
  for (let last = Math.min(groups.length, first + MAX_GROUPS) - 1; last >= first; last -= 1) {
    const window = groups.slice(first, last + 1);
    const digits = window.map((group) => group.digits).join('');
    if (digits.length < MIN_DIGITS) return undefined;
    if (digits.length > MAX_DIGITS) continue;
    const numbers: Numbers = {
      digits,
      sizes: window.map((group) => group.digits.length),
      ...written(text, window),
    };
    if (isPhone(numbers, before)) return last;
  }
  return undefined;
}

function written(text: string, window: readonly Group[]): { separators: string; hasPlus: boolean } {
  const start = window[0]?.start ?? 0;
  const ends = window.map((group) => group.start + group.digits.length);
  const gaps = window.slice(1).map((group, at) => text.slice(ends[at] ?? 0, group.start));
  const opening = text.slice(Math.max(0, start - 2), start);
  return {
    separators: `${/\($/.test(opening) ? '(' : ''}${gaps.join('')}`,
    hasPlus: /\+[ \u00A0]?$/.test(opening),
  };
}

/** With the plus and the brackets that belong to it. */
function spanOf(text: string, window: readonly Group[], from: number): PiiSpan {
  let start = window[0]?.start ?? 0;
  const last = window.at(-1);
  let end = (last?.start ?? 0) + (last?.digits.length ?? 0);
  const opening = /[(+][ \u00A0]?(?:\+[ \u00A0]?)?$|\([ \u00A0]?\+$/.exec(
    text.slice(Math.max(from, start - 4), start),
  );
  start -= opening?.[0].length ?? 0;
  const inside = text.slice(start, end);
  const isOpen = inside.lastIndexOf('(') > inside.lastIndexOf(')');
  if (isOpen && text[end] === ')') end += 1;
  const digits = window.map((group) => group.digits).join('');
  return { kind: 'phone', start, end, key: digits.replace(/^00(?=[1-9])/, '') };
}
