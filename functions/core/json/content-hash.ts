import { hash } from 'node:crypto';
import { configure } from 'safe-stable-stringify';
import { isRawNumber } from './json.ts';

const stringify = configure({ deterministic: true, bigint: false, circularValue: Error });
/** How the library writes a value of `JSON.rawJSON`, which it does not know. */
const RAW_NUMBER = '"rawJSON":';
/** Half a surrogate pair: no text of a record begins with it, since such records are rejected. */
const NUMBER_MARK = '\ud800';

/**
 * Hashes a JSON value; the order of its keys makes no difference.
 *
 * @returns 16 bytes of SHA-256 in base64url: 22 characters, since a sync reads those of the whole catalogue
 */
export function contentHash(value: unknown): string {
  return hash('sha256', canonical(value), 'buffer').toString('base64url', 0, 16);
}

/** JSON with sorted keys. A number that is kept as text is marked, so that it equals no other value. */
function canonical(value: unknown): string {
  const json = stringify(value) ?? 'undefined';
  if (!json.includes(RAW_NUMBER)) return json;
  const marked = (_key: string, part: unknown) =>
    isRawNumber(part) ? `${NUMBER_MARK}${part.rawJSON}` : part;
  return stringify(value, marked) ?? 'undefined';
}

/** The fingerprint of an id in the set of ids seen: 8 bytes of SHA-256 in base64url (11 characters). */
export function idFingerprint(id: string): string {
  return hash('sha256', id, 'base64url').slice(0, 11);
}

/** A number in [0, 1) that depends only on the text: spreads expiries, so that renewals do not come in one wave. */
export function spread(text: string): number {
  return hash('sha256', text, 'buffer').readUInt32BE(0) / 2 ** 32;
}
