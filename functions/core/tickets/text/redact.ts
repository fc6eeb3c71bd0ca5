import { accountSpans } from './find-accounts.ts';
import { addressSpans } from './find-addresses.ts';
import { emailSpans, speltEmailSpans } from './find-emails.ts';
import { phoneSpans } from './find-phones.ts';
import { namedSecretSpans, tokenSpans } from './find-secrets.ts';
import { urlSpans } from './find-url-parts.ts';
import { type Detector, PiiKind, type PiiSpan } from './pii-span.ts';

/** A text with typed placeholders in place of personal data, and how many of each kind there were. */
export type Redacted = { readonly text: string; readonly found: Readonly<Record<PiiKind, number>> };

/** What must be found first: a token in a URL, a URL around an address, a card in which a telephone number might be. */
const DETECTORS: readonly Detector[] = [
  tokenSpans,
  urlSpans,
  namedSecretSpans,
  emailSpans,
  speltEmailSpans,
  accountSpans,
  addressSpans,
  phoneSpans,
];

/** Stands where something was found already, so that no other detector reads it: a character for private use. */
const TAKEN = '\uE0F2';
const PLACEHOLDER = /\[(EMAIL|PHONE|CARD|IBAN|IP|TOKEN|QUERY)_(\d{1,6})\]/g;

/** Replaces the personal data of one text. Doing it again changes nothing. */
export function redact(text: string): Redacted {
  return new Redactor().redact(text);
}

/** A function that redacts the parts of one ticket: the same value has the same placeholder in all of them. */
export function createRedactor(): (text: string) => string {
  const redactor = new Redactor();
  return (text) => redactor.redact(text).text;
}

class Redactor {
  /** Placeholders by kind and value. */
  readonly #placeholders = new Map<string, string>();
  readonly #last: Record<PiiKind, number> = noneFound();

  redact(text: string): Redacted {
    this.#skipNumbersIn(text);
    const spans = spansIn(text);
    const found = noneFound();
    const parts: string[] = [];
    let at = 0;
    for (const span of spans) {
      parts.push(text.slice(at, span.start), this.#placeholder(span));
      found[span.kind] += 1;
      at = span.end;
    }
    parts.push(text.slice(at));
    return { text: parts.join(''), found };
  }

  #placeholder({ kind, key }: PiiSpan): string {
    const known = this.#placeholders.get(`${kind} ${key}`);
    if (known !== undefined) return known;
    this.#last[kind] += 1;
    const placeholder = `[${kind.toUpperCase()}_${this.#last[kind]}]`;
    this.#placeholders.set(`${kind} ${key}`, placeholder);
    return placeholder;
  }

  /** A placeholder that stands in the text already is another value's. */
  #skipNumbersIn(text: string): void {
    for (const [, name = '', number] of text.matchAll(PLACEHOLDER)) {
      const kind = name.toLowerCase() as PiiKind;
      this.#last[kind] = Math.max(this.#last[kind], Number(number));
    }
  }
}

function noneFound(): Record<PiiKind, number> {
  return Object.fromEntries(Object.values(PiiKind).map((kind) => [kind, 0])) as Record<PiiKind, number>;
}

/** All spans in the order of the text. Detectors read a copy of the same length, with digits of all scripts alike. */
function spansIn(text: string): PiiSpan[] {
  let shadow = comparable(text).replace(PLACEHOLDER, (whole) => TAKEN.repeat(whole.length));
  const spans: PiiSpan[] = [];
  for (const detect of DETECTORS) {
    const found = detect(shadow);
    if (found.length === 0) continue;
    spans.push(...found);
    shadow = masked(shadow, found);
  }
  return spans.sort((a, b) => a.start - b.start);
}

function masked(text: string, spans: readonly PiiSpan[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    parts.push(text.slice(at, start), TAKEN.repeat(end - start));
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** Full-width characters and the digits of other scripts as ASCII, one for one. */
function comparable(text: string): string {
  return text
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\u0660-\u0669\u06F0-\u06F9\u0966-\u096F]/g, asciiDigit);
}

/** Arabic, Persian and Devanagari digits begin at 0x0, 0x0 and 0x6 of their rows. */
function asciiDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  return String(code < 0x900 ? code & 0xf : (code & 0xf) - 6);
}
