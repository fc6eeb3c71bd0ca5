import type { PiiSpan } from './pii-span.ts';

const URL =
  /(?:(?<![a-z\d])(?:https?|ftps?|sftp|wss?|ssh|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|rediss?|amqps?|smtps?|imaps?|ldaps?):\/\/|(?<![\w.@])www\.)[^\s<>"'`\uE0F2]+/gi;
/** Ends a sentence or a bracket around the URL, not the URL. */
const TRAILING = /[.,;:!?)\]}»”’]+$/;

/** Query, fragment and credentials of each URL: they hold sessions, addresses and search terms. Host and path stay. */
export function urlSpans(text: string): PiiSpan[] {
  return [...text.matchAll(URL)].flatMap(({ 0: match, index }) =>
    partsOf(match.replace(TRAILING, '')).map(([start, end]) => ({
      kind: 'query',
      start: index + start,
      end: index + end,
      key: match.slice(start, end),
    })),
  );
}

/** The places of what is taken out of a URL. */
function partsOf(url: string): [start: number, end: number][] {
  const parts: [number, number][] = [];
  const scheme = url.indexOf('://');
  const host = scheme < 0 ? 0 : scheme + 3;
  const path = firstOf(url, /[/?#]/, host);
  const at = url.lastIndexOf('@', path - 1);
  if (at > host) parts.push([host, at]);
  const query = firstOf(url, /[?#]/, path);
  if (query + 1 < url.length) parts.push([query + 1, url.length]);
  return parts;
}

function firstOf(text: string, pattern: RegExp, from: number): number {
  const found = text.slice(from).search(pattern);
  return found < 0 ? text.length : from + found;
}
