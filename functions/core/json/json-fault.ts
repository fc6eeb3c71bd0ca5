import { isRawNumber } from './json.ts';

/**
 * What no JSON value may hold that we take, whoever sends it: each door looks once, at the whole value, keys included.
 * Half a surrogate pair has no form in UTF-8, and one in a list makes the list unreadable for strict readers.
 * `__proto__` as a key sets the prototype of whatever it is copied into, here or at a reader's.
 */

export const JsonFaultKind = { tooDeep: 'too_deep', illFormed: 'ill_formed', proto: 'proto' } as const;
export type JsonFaultKind = (typeof JsonFaultKind)[keyof typeof JsonFaultKind];

/** The first fault of a value and where it is. */
export type JsonFault = {
  readonly kind: JsonFaultKind;
  /** Keys and indexes from the outside in, well-formed and short enough to be shown; empty for the value itself. */
  readonly path: readonly string[];
  readonly message: string;
};

const ILL_FORMED = 'must be well-formed unicode';
const MAX_SHOWN_PARTS = 8;
const MAX_SHOWN_KEY = 40;

/**
 * Looks a value over.
 *
 * @param levels how deep it may be nested; it is never gone into deeper than that
 */
export function faultIn(value: unknown, levels: number): JsonFault | undefined {
  return inspect(value, levels, levels);
}

/** A fault as it stands in a reason: `<field>: <message>`. */
export function explainFault({ path, message }: JsonFault): string {
  return `${path.length === 0 ? 'record' : path.join('.')}: ${message}`;
}

function inspect(value: unknown, left: number, levels: number): JsonFault | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : fault('ill_formed', ILL_FORMED);
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return undefined;
  // No path: it would be as long as the value is deep.
  if (left === 0) return fault('too_deep', `must not be nested deeper than ${levels} levels`);
  // Each record is gone through here, so without a pair made for each of its fields.
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields)) {
    const found = inspectKey(key) ?? inspect(fields[key], left - 1, levels);
    if (found) return found.kind === 'too_deep' ? found : within(key, found);
  }
  return undefined;
}

function inspectKey(key: string): JsonFault | undefined {
  if (key === '__proto__') return fault('proto', 'is no name for a field');
  return key.isWellFormed() ? undefined : fault('ill_formed', `as a name, ${ILL_FORMED}`);
}

function within(key: string, { path, ...rest }: JsonFault): JsonFault {
  const shown = (key.length > MAX_SHOWN_KEY ? `${key.slice(0, MAX_SHOWN_KEY)}…` : key).toWellFormed();
  return { ...rest, path: [shown, ...path.slice(0, MAX_SHOWN_PARTS - 1)] };
}

function fault(kind: JsonFaultKind, message: string): JsonFault {
  return { kind, path: [], message };
}
