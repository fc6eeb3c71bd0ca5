import { parse } from '#core/json/json.ts';

/** How a body is read. Each error is made of what was wrong, `its answer was not JSON`. */
export type AnswerOptions = {
  /** Size limit, after decompression. */
  readonly maxBytes: number;
  /** Makes the error of a body that is no JSON in UTF-8 (a byte order mark is tolerated). */
  readonly malformed: (reason: string) => Error;
  /** Makes the error of a body that is larger than `maxBytes`. @default - that of a malformed one */
  readonly tooLarge?: (reason: string) => Error;
  /** Makes the error of a body that is shorter than its `Content-Length` says. */
  readonly cutOff: (reason: string) => Error;
};

/**
 * Reads an answer's body as JSON.
 *
 * Causes are left out on purpose: V8 quotes the text that it can't parse, and that text is somebody's payload.
 */
export async function readJson(response: Response, options: AnswerOptions): Promise<unknown> {
  const bytes = await readBytes(response, options);
  const text = decode(bytes);
  if (text === undefined) throw options.malformed('its answer was not UTF-8');
  try {
    return parse(text);
  } catch {
    throw options.malformed('its answer was not JSON');
  }
}

/** Gives up the rest of an answer, so that its connection is not kept waiting to be read. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

async function readBytes(response: Response, options: AnswerOptions): Promise<Uint8Array> {
  const { maxBytes, malformed, tooLarge = malformed, cutOff } = options;
  const refused = () => tooLarge(`its answer was larger than ${maxBytes} bytes`);
  const announced = announcedLength(response.headers);
  if (announced !== undefined && announced > maxBytes) {
    await discard(response);
    throw refused();
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    // Throwing out of the loop cancels the stream.
    if (length > maxBytes) throw refused();
    chunks.push(chunk);
  }
  if (announced !== undefined && announced !== length) {
    throw cutOff(`its answer was cut off after ${length} of ${announced} bytes`);
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

/** Undefined for what is no UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
