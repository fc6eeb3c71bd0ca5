/** Requests and answers as the core of the simulator sees them: the same over a socket and within a process. */

/** One request. */
export type ClaudeRequest = {
  readonly method: string;
  /** Where the caller believes to be, e.g. `http://127.0.0.1:41234`: `results_url` leads back there. */
  readonly origin: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly body: string;
};

/** How an answer fails to arrive. */
export type LostAnswer =
  /** The connection is reset. */
  | { readonly kind: 'reset' }
  /** Nothing comes until the caller gives up. */
  | { readonly kind: 'hang' }
  /** The connection breaks after this share (0–1) of the body. */
  | { readonly kind: 'cut'; readonly share: number };

/** One answer. A body that is no string comes in pieces. */
export type ClaudeAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Iterable<string>;
  /** Set where the answer is lost on its way; the work is done all the same. */
  readonly lost?: LostAnswer;
};

const JSON_TYPE = { 'content-type': 'application/json' };

/** A JSON answer. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): ClaudeAnswer {
  return { status, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(value) };
}

/** Formats epoch milliseconds, e.g. `2026-11-27T10:30:00.000Z`. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Parses JSON; undefined, which JSON cannot say, when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
