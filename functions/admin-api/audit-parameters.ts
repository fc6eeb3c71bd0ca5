/** What the record of a change tells of its parameters: enough to know what was asked, never a secret. */

/** JSON of all parameters together. */
const MAX_BYTES = 4_000;
const MAX_TEXT = 300;
const MAX_ENTRIES = 40;
const MAX_DEPTH = 6;

const REMOVED = '[removed]';
const SECRET_KEY =
  /token|secret|passw|passphrase|credential|cookie|authori[sz]ation|signature|(api|access|private|session)[-_ ]?key|env_vars/i;
/** Programs: long, and as good a place for a secret as any. */
const OPAQUE_KEY = /^(code|command|local_files)$/;
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]+\.[\w-]+\.?[\w-]*/g, REMOVED],
  [/\b(Bearer|Basic)\s+\S+/gi, `$1 ${REMOVED}`],
  [/:\/\/[^/\s@]+@/g, `://${REMOVED}@`],
];

/** The parts of a request that name what was asked. */
export type RequestParts = {
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly body: unknown;
};

/** The parameters of a request without secrets, long texts and depths cut, no more than 4 KB in all. */
export function auditParameters({ path, query, body }: RequestParts): Record<string, unknown> {
  const parts = Object.entries({ path, query: Object.fromEntries(query), body });
  const named = parts.filter(([, part]) => part !== undefined && JSON.stringify(part) !== '{}');
  const parameters = Object.fromEntries(named.map(([name, part]) => [name, cut(part, 0)]));
  const json = JSON.stringify(parameters);
  if (Buffer.byteLength(json) <= MAX_BYTES) return parameters;
  return { shortened: `${Buffer.from(json).toString('utf8', 0, MAX_BYTES)}…` };
}

function cut(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return clip(withoutSecrets(value), MAX_TEXT);
  if (typeof value === 'number') return isStorable(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[…]';
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ENTRIES).map((item) => cut(item, depth + 1));
    return value.length > MAX_ENTRIES ? [...items, `[${value.length - MAX_ENTRIES} more]`] : items;
  }
  const entries = Object.entries(value);
  const kept = entries
    .slice(0, MAX_ENTRIES)
    // The table takes no empty name.
    .map(([key, item]) => [clip(withoutSecrets(key), 100) || '(empty)', cutField(key, item, depth)]);
  const more = entries.length > MAX_ENTRIES ? { '…': `[${entries.length - MAX_ENTRIES} more]` } : {};
  return { ...Object.fromEntries(kept), ...more };
}

/** The table refuses numbers that are too near to zero, its client those beyond safe integers. */
function isStorable(number: number): boolean {
  const size = Math.abs(number);
  return size === 0 || (size > 1e-100 && size <= Number.MAX_SAFE_INTEGER);
}

function cutField(key: string, value: unknown, depth: number): unknown {
  if (SECRET_KEY.test(key)) return REMOVED;
  if (OPAQUE_KEY.test(key) && value !== null) return `[${JSON.stringify(value).length} characters]`;
  return cut(value, depth + 1);
}

function withoutSecrets(text: string): string {
  return SECRET_TEXT.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), text);
}

function clip(text: string, length: number): string {
  return (
    text.length <= length ? text : `${text.slice(0, length)}… [${text.length} characters]`
  ).toWellFormed();
}
