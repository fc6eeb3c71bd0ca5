import { parse } from '#core/json/json.ts';
import { faultIn, JsonFaultKind } from '#core/json/json-fault.ts';
import { invalidJson, payloadTooLarge, validationFailed } from './errors.ts';
import type { ApiRequest } from './read-request.ts';

/** The largest body that is taken, in bytes. */
const MAX_BODY_BYTES = 256 * 1024;
/** Deeper than any record of ours; beyond it, code that walks a value recursively could run out of stack. */
const MAX_DEPTH = 64;

/** Keeps a byte order mark, as the text of an event does: JSON has none (RFC 8259, section 8.1). */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Refuses a body that is too large, before anything of it is decoded.
 *
 * @throws ApiError `payload_too_large`
 */
export function requireSize({ body = '', isBase64Encoded }: ApiRequest): void {
  if (Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8') <= MAX_BODY_BYTES) return;
  throw payloadTooLarge(`The body is larger than ${MAX_BODY_BYTES / 1024} KB. Send less at once.`);
}

/**
 * The request's body as a JSON value; undefined where there is none. White space alone is a body, and no JSON.
 *
 * @throws ApiError `invalid_json`, or `validation_failed` for a `__proto__` key and for half a surrogate pair
 */
export function readBody({ body = '', isBase64Encoded }: ApiRequest): unknown {
  const text = isBase64Encoded ? decodeBase64(body) : body;
  if (text === '') return undefined;
  const value = parseJson(text);
  requireNoFault(value);
  return value;
}

function decodeBase64(body: string): string {
  try {
    return utf8.decode(Buffer.from(body, 'base64'));
  } catch {
    throw invalidJson('The body is not UTF-8.');
  }
}

function parseJson(text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw invalidJson('The body is not JSON.');
  }
}

/** Refuses what no body may hold, whatever its route makes of it. @throws ApiError */
function requireNoFault(value: unknown): void {
  const fault = faultIn(value, MAX_DEPTH);
  if (fault === undefined) return;
  if (fault.kind === JsonFaultKind.tooDeep) {
    throw invalidJson(`The body is nested deeper than ${MAX_DEPTH} levels.`);
  }
  throw validationFailed([{ in: 'body', field: fault.path.join('.') || 'body', message: fault.message }]);
}
