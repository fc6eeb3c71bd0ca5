/** A request as the routes see it: nothing in it is trusted, nothing in it can make reading it fail. */
export type ApiRequest = {
  readonly method: string;
  /**
   * The path's parts. API Gateway's HTTP APIs hand the path over decoded, slashes included (function URLs would
   * not), so nothing is decoded here: a second time would make `50%25` another id.
   */
  readonly segments: readonly string[];
  /** Every query parameter in order, duplicates included. Bytes that are no UTF-8 are lone surrogates in it. */
  readonly query: readonly (readonly [string, string])[];
  readonly authorization: string | undefined;
  /** Those that routes may look at, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly isBase64Encoded: boolean;
};

/** Whatever else a caller or API Gateway sends is no route's affair. */
const SHOWN_HEADERS = ['accept', 'if-match'];

/**
 * Reads an API Gateway event (HTTP API, payload format 2.0). Whatever is missing or of a wrong type is read
 * as empty, so that rubbish ends as 404 and not as a crash.
 */
export function readRequest(event: unknown): ApiRequest {
  const { rawPath, rawQueryString, queryStringParameters, headers, body, isBase64Encoded, requestContext } =
    asRecord(event);
  const { method } = asRecord(asRecord(requestContext).http);
  return {
    method: asText(method) ?? '',
    segments: (asText(rawPath) ?? '').split('/').slice(1),
    query: readQuery(rawQueryString, queryStringParameters),
    authorization: readHeader(headers, 'authorization'),
    headers: Object.fromEntries(
      SHOWN_HEADERS.flatMap((name) => {
        const value = readHeader(headers, name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    body: asText(body),
    isBase64Encoded: isBase64Encoded === true,
  };
}

/** The raw string is asked first: in `queryStringParameters` a duplicate can't be told from a comma. */
function readQuery(rawQueryString: unknown, parameters: unknown): [string, string][] {
  const raw = asText(rawQueryString) ?? '';
  if (raw !== '') return raw.split('&').flatMap(readPair);
  return Object.entries(asRecord(parameters)).map(([name, value]) => [name, asText(value) ?? '']);
}

/**
 * `URLSearchParams` makes U+FFFD of bytes that are no UTF-8, and another text than was meant would be looked for. Half a
 * surrogate pair in its place (as Python's `surrogateescape` has it) is refused like any other.
 */
function readPair(text: string): [string, string][] {
  // The first question mark of what it is given is taken away as one that begins a query.
  const pairs = [...new URLSearchParams(`?${text}`)];
  if (/%EF%BF%BD|\uFFFD/i.test(text)) return pairs;
  return pairs.map(([name, value]) => [escapeBytes(name), escapeBytes(value)]);
}

function escapeBytes(text: string): string {
  return text.replaceAll('\uFFFD', '\uDCFF');
}

function readHeader(headers: unknown, name: string): string | undefined {
  const values = Object.entries(asRecord(headers)).filter(([key]) => key.toLowerCase() === name);
  return asText(values[0]?.[1]);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
