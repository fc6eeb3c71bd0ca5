import { parseIfJson } from '#core/json/json.ts';

/** An object in an answer is tried from so many opening braces. */
const MAX_TRIES = 8;

export type JsonObject = Readonly<Record<string, unknown>>;

/** The JSON object in a text that may have prose or a code fence around it; undefined where there is none. */
export function objectIn(text: string): JsonObject | undefined {
  const whole = parseIfJson(text.trim());
  if (isObject(whole)) return whole;
  let from = text.indexOf('{');
  for (let tries = 0; from >= 0 && tries < MAX_TRIES; tries += 1) {
    const end = closingBrace(text, from);
    const value = end === undefined ? undefined : parseIfJson(text.slice(from, end + 1));
    if (isObject(value)) return value;
    from = text.indexOf('{', from + 1);
  }
  return undefined;
}

/** Where the object that begins there ends; braces in strings do not count. */
function closingBrace(text: string, open: number): number | undefined {
  let depth = 0;
  const token = /"(?:[^"\\]|\\.)*"|[{}]/gs;
  token.lastIndex = open;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '{') depth += 1;
    if (match[0] === '}') depth -= 1;
    if (depth === 0) return match.index;
  }
  return undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
