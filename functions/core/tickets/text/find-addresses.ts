import { isIPv4, isIPv6 } from 'node:net';
import { type PiiSpan, withoutOverlaps } from './pii-span.ts';

const IPV4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)/g;
const IPV6 = /(?<![\w:.])(?:[\da-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{1,4}|:)?(?![\w:])/gi;
/** Four numbers behind such a word are a version. */
const VERSION =
  /(?<!\p{L})(?:v|vers[\p{L}.]{0,8}|ver|release|build|driver\p{L}*|firmware|rev|revision|update|patch|plugin|module|extension|flash|player|firefox|thunderbird|chrome|edge|opera|safari|office|java|windows|android|ios)["']?[\s.:=#/-]{0,3}["']?$/iu;
/** Says nothing about anyone: this machine, none, and masks. */
const NOBODY = /^(?:127\.|0\.0\.0\.0$|255\.255\.)/;
const CONTEXT = 24;

/** Addresses of machines. Versions of four parts are none of them, nor is the machine's own. */
export function addressSpans(text: string): PiiSpan[] {
  return withoutOverlaps([...ipv4Spans(text), ...ipv6Spans(text)]);
}

function* ipv4Spans(text: string): Generator<PiiSpan> {
  for (const { 0: match, index } of text.matchAll(IPV4)) {
    const before = text.slice(Math.max(0, index - CONTEXT), index);
    if (!isIPv4(match) || NOBODY.test(match) || VERSION.test(before)) continue;
    yield { kind: 'ip', start: index, end: index + match.length, key: match };
  }
}

function* ipv6Spans(text: string): Generator<PiiSpan> {
  for (const { 0: match, index } of text.matchAll(IPV6)) {
    const address = match.replace(/(?<!:):$/, '');
    const colons = address.split(':').length - 1;
    // `a::b` may be code, and `::1` is everyone's own.
    if (colons < 3 || !/\d/.test(address) || !isIPv6(address)) continue;
    yield { kind: 'ip', start: index, end: index + address.length, key: address.toLowerCase() };
  }
}
