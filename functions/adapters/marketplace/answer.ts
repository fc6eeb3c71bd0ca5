import { MalformedAnswerError, MarketplaceUnavailableError } from '#core/errors.ts';
import { parse } from '#core/json/json.ts';

/**
 * Reads an answer's body as JSON.
 *
 * Causes are left out on purpose: V8 quotes the text that it can't parse, and that text is somebody's payload.
 *
 * @param maxBytes size limit, after decompression
 * @throws MalformedAnswerError when it is larger, or no JSON in UTF-8 (a byte order mark is tolerated)
 * @throws MarketplaceUnavailableError when it is shorter than its `Content-Length` says
 */
export async function readJson(response: Response, maxBytes: number): Promise<unknown> {
  const text = decode(await readBytes(response, maxBytes));
  try {
    return parse(text);
  } catch {
    throw new MalformedAnswerError('its answer was not JSON');
  }
}

/** Gives up the rest of an answer, so that its connection is not kept waiting to be read. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

async function readBytes(response: Response, maxBytes: number): Promise<Uint8Array> {
  const announced = announcedLength(response.headers);
  if (announced !== undefined && announced > maxBytes) {
    await discard(response);
    throw tooLarge(maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    // Throwing out of the loop cancels the stream.
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  if (announced !== undefined && announced !== length) {
    throw new MarketplaceUnavailableError(`its answer was cut off after ${length} of ${announced} bytes`);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length);
}

/** Undefined too where the body is compressed: the header then counts other bytes than we see. */
function announcedLength(headers: Headers): number | undefined {
  const value = headers.get('content-length');
  return value !== null && /^\d+$/.test(value) && !headers.has('content-encoding')
    ? Number(value)
    : undefined;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new MalformedAnswerError('its answer was not UTF-8');
  }
}

function tooLarge(maxBytes: number): MalformedAnswerError {
  return new MalformedAnswerError(`its answer was larger than ${maxBytes} bytes`);
}
