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

/**
 * Text in which there may be a name with an escape in it. V8 takes such a name for one that it has met before, in
 * whatever object, when that one begins like the escaped text: once `{"a": 0, "\\u0": 0}` was parsed, the name
 * `"\u00e9t\u00e9"` is read as `\u0` behind an `a` (Node 24.21, V8 13.6).
 */
const ESCAPED_NAME = /\\.[^"\\]*"[\t\n\r ]*:/;

/** Names of what is text to us, though a server may write it as a number: 1.10 is another version than 1.1. */
const LITERAL_KEYS: ReadonlySet<string> = new Set(['id', 'skill_id', 'user_id', 'rating_id', 'version']);

const NUMBER = /-?\d[\d.eE+-]*/y;
const WHOLE = /^-?\d+$/;
/** No double is written with more; a longer one need not be looked at closely. */
const MAX_LENGTH = 64;

/**
 * Parses JSON. What a double can't stand for becomes a {@link RawNumber}: whole numbers that a double would write
 * otherwise, fractions with more digits than it holds, what is too large or too small for it, and `-0`. So do ids and
 * versions that would be written otherwise (`1.0`, `1e3`). Every name is read as it is written.
 *
 * Costs two to three times as much as `JSON.parse`, and some five times where something in it needs the care.
 *
 * @throws SyntaxError, which quotes the text: it must not get into a log
 */
export function parse(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!SUSPECT.test(text) && !ESCAPED_NAME.test(text)) return value;
  // Most of what looks so stands in the text of a program.
  return needsCare(text) ? parseWithCare(text) : value;
}

/** The value in JSON text; undefined for what is no JSON and for what is no text: no error could quote it. */
export function parseIfJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return parse(text);
  } catch {
    return undefined;
  }
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

/** Whether a name has an escape in it, or a number must be kept as text. The JSON must be valid. */
function needsCare(text: string): boolean {
  let name = '';
  for (const { kind, at, end } of tokensOf(text)) {
    if (kind === 'number' && !isExact(text.slice(at, end), LITERAL_KEYS.has(name))) return true;
    name = '';
    if (kind !== 'text' || !isName(text, end)) continue;
    name = text.slice(at + 1, end - 1);
    if (name.includes('\\')) return true;
  }
  return false;
}

/** Parses valid JSON token by token. Without recursion, so at any depth. */
function parseWithCare(text: string): unknown {
  const builder = new ValueBuilder();
  for (const { kind, at, end } of tokensOf(text)) builder.take(kind, text.slice(at, end));
  return builder.value();
}

type Container = unknown[] | Record<string, unknown>;
const OWN = { configurable: true, enumerable: true, writable: true };

/** A value that is being made of its tokens. */
class ValueBuilder {
  readonly #root: unknown[] = [];
  /** The containers that have begun and not ended, the innermost last; values go into that one. */
  readonly #open: Container[] = [this.#root];
  #into: Container = this.#root;
  /** The name that stood before the next value. */
  #name: string | undefined;

  value(): unknown {
    return this.#root[0];
  }

  take(kind: Token['kind'], token: string): void {
    if (kind === 'end') this.#end();
    else if (kind === 'begin') this.#begin(token === '[' ? [] : {});
    else if (kind === 'number') this.#add(numberOf(token, LITERAL_KEYS.has(this.#name ?? '')));
    // A text alone has no name that could be mistaken. It is a copy, too: a slice would hold on to all of the JSON.
    else if (kind === 'text' && this.#isNameNext()) this.#name = JSON.parse(token);
    else this.#add(JSON.parse(token));
  }

  #isNameNext(): boolean {
    return this.#name === undefined && !Array.isArray(this.#into);
  }

  #begin(inner: Container): void {
    this.#add(inner);
    this.#open.push(inner);
    this.#into = inner;
  }

  #end(): void {
    this.#open.pop();
    this.#into = this.#open.at(-1) ?? this.#root;
  }

  #add(value: unknown): void {
    const into = this.#into;
    if (Array.isArray(into)) into.push(value);
    // Else the value would become the prototype.
    else if (this.#name === '__proto__') Object.defineProperty(into, this.#name, { ...OWN, value });
    else into[this.#name ?? ''] = value;
    this.#name = undefined;
  }
}

type Token = { kind: 'text' | 'number' | 'begin' | 'end' | 'word'; at: number; end: number };

/** The tokens of valid JSON, without commas and colons. It is one object each time: read it before going on. */
function* tokensOf(text: string): Generator<Token> {
  const token: Token = { kind: 'word', at: 0, end: 0 };
  for (let at = 0; at < text.length; at = token.end) {
    token.at = at;
    token.end = at + 1;
    const character = text[at] ?? '';
    if (' \t\n\r,:'.includes(character)) continue;
    readToken(text, character, token);
    yield token;
  }
}

/** Says of the token that begins with the character at `token.at` what it is and where it ends. */
function readToken(text: string, character: string, token: Token): void {
  if (character === '"') {
    token.kind = 'text';
    token.end = closingQuote(text, token.at) + 1;
  } else if ('{['.includes(character)) token.kind = 'begin';
  else if ('}]'.includes(character)) token.kind = 'end';
  else {
    NUMBER.lastIndex = token.at;
    token.kind = NUMBER.test(text) ? 'number' : 'word';
    token.end = token.kind === 'number' ? NUMBER.lastIndex : token.at + (character === 'f' ? 5 : 4);
  }
}

/** Whether the text that ends there is a name: only names have a colon behind them. */
function isName(text: string, end: number): boolean {
  let at = end;
  while (' \t\n\r'.includes(text[at] ?? '-')) at += 1;
  return text[at] === ':';
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

function numberOf(token: string, isLiteral: boolean): JsonNumber {
  return isExact(token, isLiteral) ? Number(token) : JSON.rawJSON(token);
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
