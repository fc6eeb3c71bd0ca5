import { parse } from '#core/json/json.ts';

/** Parses JSON, every number as it came; undefined, which JSON cannot say, when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
