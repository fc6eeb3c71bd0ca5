import { clipWithoutSecrets, isSecretName, REMOVED } from './mask-secrets.ts';

/** The parameters in the record of a change: enough to know what was asked for, never a secret. */

/** JSON of all parameters together. */
const MAX_BYTES = 4_000;
const MAX_TEXT = 300;
const MAX_NAME = 100;
const MAX_ENTRIES = 40;
const MAX_DEPTH = 6;
/** Characters that are read in all; what comes after them is left out unread. */
const MAX_CHARACTERS_READ = 32_000;
/** What a value weighs besides its text, so that many empty ones are many as well. */
const VALUE_WEIGHT = 8;
const LEFT_OUT = '[…]';

/** Programs: long, and as good a place for a secret as any. */
const OPAQUE_NAMES: ReadonlySet<string> = new Set(['code', 'command', 'local_files']);

/** The parts of a request that name what was asked. */
export type RequestParts = {
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly body: unknown;
};

/** How many characters may still be read. */
type Room = { left: number };

/**
 * The parameters of a request without secrets, long texts and depths cut, no more than 4 KB in all. Takes a few
 * milliseconds at most, whatever the request holds.
 */
export function auditParameters({ path, query, body }: RequestParts): Record<string, unknown> {
  const room: Room = { left: MAX_CHARACTERS_READ };
  const parts = Object.entries({ path, query: byName(query), body }).filter(([, part]) => !isNothing(part));
  const parameters = Object.fromEntries(parts.map(([name, part]) => [name, cut(part, 0, room)]));
  const json = JSON.stringify(parameters);
  if (Buffer.byteLength(json) <= MAX_BYTES) return parameters;
  return { shortened: `${Buffer.from(json).toString('utf8', 0, MAX_BYTES)}…` };
}

/** A name that is given more than once has all its values. */
function byName(query: RequestParts['query']): Record<string, unknown> {
  const values = Map.groupBy(query, ([name]) => name);
  return Object.fromEntries(
    [...values].map(([name, [first, ...more]]) => [
      name,
      more.length === 0 ? first?.[1] : [first, ...more].map((pair) => pair?.[1]),
    ]),
  );
}

function isNothing(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return part === undefined;
  return !Array.isArray(part) && Object.keys(part).length === 0;
}

function cut(value: unknown, depth: number, room: Room): unknown {
  room.left -= VALUE_WEIGHT;
  if (room.left <= 0) return LEFT_OUT;
  if (typeof value === 'string') return clip(value, MAX_TEXT, room);
  if (typeof value !== 'object' || value === null) return value;
  if (isRawNumber(value))
    return value.rawJSON.length <= MAX_NAME ? value : clip(value.rawJSON, MAX_NAME, room);
  if (depth >= MAX_DEPTH) return LEFT_OUT;
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ENTRIES).map((item) => cut(item, depth + 1, room));
    return value.length > MAX_ENTRIES ? [...items, `[${value.length - MAX_ENTRIES} more]`] : items;
  }
  const names = Object.keys(value);
  const kept = names
    .slice(0, MAX_ENTRIES)
    .map((name) => [
      clip(name, MAX_NAME, room),
      cutField(name, (value as Record<string, unknown>)[name], depth, room),
    ]);
  const more = names.length > MAX_ENTRIES ? { '…': `[${names.length - MAX_ENTRIES} more]` } : {};
  return { ...Object.fromEntries(kept), ...more };
}

/** A number that no double can stand for: it is kept as it came, or as text where it is very long. */
function isRawNumber(value: object): value is { readonly rawJSON: string } {
  const { isRawJSON } = JSON as { readonly isRawJSON?: (value: unknown) => boolean };
  return isRawJSON?.(value) ?? false;
}

function cutField(name: string, value: unknown, depth: number, room: Room): unknown {
  if (isSecretName(name)) return REMOVED;
  if (!OPAQUE_NAMES.has(name) || value === null) return cut(value, depth + 1, room);
  return typeof value === 'string' ? `[${value.length} characters]` : '[not shown]';
}

function clip(text: string, length: number, room: Room): string {
  const clipped = clipWithoutSecrets(text, length);
  room.left -= clipped.charactersRead;
  return clipped.text;
}
