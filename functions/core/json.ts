/**
 * The one way in and out for JSON. `JSON.parse` makes a double of every number, and so changes some of them without
 * a word: 9007199254740993 becomes …992, and 1e400 becomes Infinity, which is written as null. Here a number that a
 * double can't stand for stays as the text that came, and is written as that text again. See docs/decisions/0031.
 */

declare global {
  // Part of Node 24; TypeScript's library does not know it yet.
  interface JSON {
    rawJSON(text: string): RawNumber;
    isRawJSON(value: unknown): value is RawNumber;
  }
}

/** A number as it was written: what `JSON.rawJSON` makes. `JSON.stringify` writes its text. */
export type RawNumber = { readonly rawJSON: string };

/** A number off the wire: a double where that says the same. */
export type JsonNumber = number | RawNumber;

/**
 * Text in which there may be a number that a double can't stand for, or that is kept to the letter: sixteen digits, an
 * exponent, a negative zero, a fraction under a name of {@link LITERAL_KEYS}. It looks into strings, too: what it finds
 * there only costs time. One pattern that begins with what stands before a number: others take twice as long.
 */
const SUSPECT =
  /(?:^|[:,[\t\n\r ])[-\d](?:[\d.]{15}|[\d.]*[eE][-+\d]|(?<=-)0(?:\.0*)?(?![\d.])|\d*\.(?<=(?:id|version)"[\t\n\r ]*:[\t\n\r ]*-?\d+\.))/;

/** Names of what is text to us, though a server may write it as a number: 1.10 is another version than 1.1. */
const LITERAL_KEYS: ReadonlySet<string> = new Set(['id', 'skill_id', 'user_id', 'rating_id', 'version']);

/** Outside of strings nothing else begins with a digit or a minus. */
const NUMBER = /-?\d[\d.eE+-]*/g;
const WHOLE = /^-?\d+$/;
/** No double is written with more; a longer one need not be looked at closely. */
const MAX_LENGTH = 64;

/**
 * Parses JSON. What a double can't stand for becomes a {@link RawNumber}: whole numbers that a double would write
 * otherwise, fractions with more digits than it holds, what is too large or too small for it, and `-0`. So do ids and
 * versions that would be written otherwise (`1.0`, `1e3`).
 *
 * Costs twice as much as `JSON.parse`, and six times where such a number may be in it.
 *
 * @throws SyntaxError, which quotes the text: it must not get into a log
 */
export function parse(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!SUSPECT.test(text)) return value;
  const quoted = quoteInexact(text);
  return quoted === undefined ? value : restore(value, JSON.parse(quoted));
}

/** JSON of a value, with every {@link RawNumber} as it came. What has no JSON is `null`. */
export function stringify(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

/**
 * The same for those who read strictly: halves of surrogate pairs are replaced by U+FFFD. None gets in any more, but
 * what was stored before must not make a whole list unreadable.
 */
export function stringifyWellFormed(value: unknown): string {
  const json = stringify(value);
  // `JSON.stringify` escapes nothing else from that range. An escaped backslash is passed over with what it escapes.
  return json.includes('\\ud')
    ? json.replace(/\\(?:ud[89a-f][\da-f]{2}|.)/g, (escaped) =>
        escaped.startsWith('\\ud') ? '\\ufffd' : escaped,
      )
    : json;
}

/** Whether a value is a number that is kept as text. Nothing else off the wire can pass for one. */
export function isRawNumber(value: unknown): value is RawNumber {
  return JSON.isRawJSON(value);
}

/** A number as it is written; undefined for what is none. */
export function numberText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return isRawNumber(value) ? value.rawJSON : undefined;
}

/** The JSON with each number that a double can't stand for in quotes; undefined where there is none. It must be valid. */
function quoteInexact(text: string): string | undefined {
  const parts: string[] = [];
  let copied = 0;
  let before = '';
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('"', at);
    const end = open === -1 ? text.length : open;
    const between = text.slice(at, end);
    for (const [index, { 0: token, index: offset }] of [...between.matchAll(NUMBER)].entries()) {
      const isNamed = index === 0 && between.slice(0, offset).trim() === ':';
      if (isExact(token, isNamed && LITERAL_KEYS.has(before))) continue;
      parts.push(text.slice(copied, at + offset), '"', token, '"');
      copied = at + offset + token.length;
    }
    if (open === -1) break;
    const close = closingQuote(text, open);
    before = text.slice(open + 1, close);
    at = close + 1;
  }
  return parts.length === 0 ? undefined : parts.join('') + text.slice(copied);
}

function closingQuote(text: string, open: number): number {
  let close = open;
  do close = text.indexOf('"', close + 1);
  while (isEscaped(text, close));
  return close;
}

function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === '\\') start -= 1;
  return (at - start) % 2 === 1;
}

/** Whether the double that a number becomes is written so again, or at least says the same. */
function isExact(token: string, isLiteral: boolean): boolean {
  const double = Number(token);
  const written = String(double);
  if (written === token) return true;
  if (isLiteral || WHOLE.test(token) || token.length > MAX_LENGTH || !Number.isFinite(double)) return false;
  return decimal(written) === decimal(token);
}

/** One spelling for all that say the same: sign, digits without zeros around them, power of ten. */
function decimal(number: string): string {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE](.+))?$/.exec(number) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  const exponent = Number(power) - fraction.length + digits.length - significant.length;
  return `${sign}${significant}e${significant === '' ? 0 : exponent}`;
}

/**
 * Puts into a value, as raw numbers, what is text in its twin and a number in itself. Holding both against each other,
 * instead of marking the texts, leaves nothing that a sender could imitate. Without recursion, so at any depth.
 */
function restore(value: unknown, twin: unknown): unknown {
  const whole = { value };
  const pairs: [Record<string, unknown>, Record<string, unknown>][] = [[whole, { value: twin }]];
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    const [into, from] = pair;
    for (const [key, quoted] of Object.entries(from)) {
      const own = into[key];
      // Also under `__proto__`: the field is there already as one of its own, so this writes it.
      if (typeof own === 'number' && typeof quoted === 'string') into[key] = JSON.rawJSON(quoted);
      else if (typeof own === 'object' && own !== null) pairs.push([own, quoted] as (typeof pairs)[number]);
    }
  }
  return whole.value;
}
