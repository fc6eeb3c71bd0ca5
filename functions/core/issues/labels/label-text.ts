import { plainLine, shortened } from '#core/tickets/analysis/plain-line.ts';
import { suspectsInjection } from '#core/tickets/text/injection.ts';
import { createRedactor } from '#core/tickets/text/redact.ts';
import { FEATURE_NAMES, ORDERS, TO_THE_READER } from './order-phrases.ts';

const FEWEST_LETTERS = 3;
/** A text so much longer than it may be is no title any more, but whatever somebody wanted to have said. */
const LONGEST = 3;
/** Numbers of telephones, orders, customers, also in groups; those of versions, years and models ("XPS 13 9310") are shorter. */
const LONG_NUMBER = /(?:\p{Nd}[().\-/]?){6}|(?:\p{Nd}[\s().\-/]{0,2}){7}/u;
const LINK =
  /[a-z][a-z\d+.-]{1,20}:\/\/|\b(?:mailto|tel|javascript|data):|\bwww\.|\b(?:[a-z\d-]{1,63}\.){1,5}(?:com|net|org|info|biz|io|co|ru|cn|xyz|top|online|site|shop|store|app|dev|me|link|click|club|live|tk|ly|gg|to|de|uk|fr|es|it|br|in|eu|us)\b(?![.\w])/i;
const SPELT_LINK = /\b(?:dot|punto|punkt|point)\s+(?:com|net|org|info|io|ru)\b/i;
const HANDLE = /@/;
const PLACEHOLDER = /\[[A-Z]{2,8}_\d{1,6}\]/;
/** A link, an element, or a table in the making. Stars, hashes and backticks are only taken off. */
const MARKUP = /\]\(|\]\[|\[[^\]]*\]:|<[a-z/!?]|```|\|[^|]*\|/i;
const DECORATION = /^\s*(?:#{1,6}|[-*+>•]|\d{1,2}[.)])\s+|`/g;
const QUOTES = /^["'“”„«»‘’]+|["'“”„«»‘’]+$/g;

/**
 * A text of the model's as it may be shown as (part of) a label: one plain line, of at most so many characters.
 * Undefined where it has a link, an address, a long number or markup in it, or addresses the reader: then somebody who
 * wrote a ticket may speak through it.
 */
export function labelText(text: unknown, max: number): string | undefined {
  if (typeof text !== 'string' || MARKUP.test(text)) return undefined;
  const line = plainLine(text.replace(DECORATION, '')).replace(QUOTES, '').trim();
  const letters = line.match(/\p{L}/gu)?.length ?? 0;
  if (letters < FEWEST_LETTERS || line.length > LONGEST * max || !isEnglish(line, letters)) return undefined;
  const checked = line.replace(FEATURE_NAMES, 'it');
  if (namesSomewhere(checked) || addressesReader(checked) || suspectsInjection(line)) return undefined;
  return shortened(line, max);
}

/** The same, as a heading: without a full stop. */
export function labelTitle(text: unknown, max: number): string | undefined {
  return labelText(text, max)?.replace(/(?<![.\s])[.。]$/, '');
}

/** Another script than the Latin one may be in it (the name of a feature), but not be most of it. */
function isEnglish(line: string, letters: number): boolean {
  const latin = line.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return latin >= letters / 2;
}

function namesSomewhere(line: string): boolean {
  const isRedacted = createRedactor()(line) !== line;
  return (
    isRedacted || [LONG_NUMBER, LINK, SPELT_LINK, HANDLE, PLACEHOLDER].some((pattern) => pattern.test(line))
  );
}

function addressesReader(line: string): boolean {
  const sentences = line.split(/(?<=[.!?:;…–—])\s+/);
  return (
    TO_THE_READER.some((cue) => cue.test(line)) ||
    sentences.some((one) => ORDERS.some((cue) => cue.test(one)))
  );
}
