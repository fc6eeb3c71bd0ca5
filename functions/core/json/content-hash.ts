import { hash } from 'node:crypto';
import { configure } from 'safe-stable-stringify';
import { isRawNumber } from './json.ts';

const stringify = configure({ deterministic: true, bigint: false, circularValue: Error });
/** How the library, which does not know what `JSON.rawJSON` makes, writes it. */
const RAW_NUMBER = '"rawJSON":';
/** Begins no text of a record: every door refuses half a surrogate pair. */
const NUMBER_MARK = '\ud800';

/**
 * Hash of a JSON value's content: the same whatever the order of its keys.
 *
 * @returns 16 bytes of SHA-256 in base64url (22 characters), short enough to be read for a whole catalogue
 */
export function contentHash(value: unknown): string {
  return hash('sha256', canonical(value), 'buffer').toString('base64url', 0, 16);
}

/** JSON with its keys in order. A number that is kept as text counts as that text, and is like no other value. */
function canonical(value: unknown): string {
  const json = stringify(value) ?? 'undefined';
  if (!json.includes(RAW_NUMBER)) return json;
  const marked = (_key: string, part: unknown) =>
    isRawNumber(part) ? `${NUMBER_MARK}${part.rawJSON}` : part;
  return stringify(value, marked) ?? 'undefined';
}

/** A short name for an id in the set of those seen: 8 bytes of SHA-256 in base64url (11 characters). */
export function idFingerprint(id: string): string {
  return hash('sha256', id, 'base64url').slice(0, 11);
}

/** A number in [0, 1) that depends on the text alone: spreads what must not come in one wave. */
export function spread(text: string): number {
  return hash('sha256', text, 'buffer').readUInt32BE(0) / 2 ** 32;
}
