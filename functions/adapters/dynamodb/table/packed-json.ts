import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { parseIfJson, stringify } from '#core/json/json.ts';

/** JSON as it is stored: as text, or as brotli where the text would be too large. */
export type PackedJson = string | Uint8Array;

// 5 of 11: within a few per cent of the densest for code and JSON, at a hundredth of the time.
const QUALITY = 5;
/** A conflict has four sides of 5 MB at most. What is larger can't be answered, and must not fill the memory. */
const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;
/** From here on a value is compressed, so that an item stays below 8 KB. Less is not worth the time. */
const MAX_PLAIN_BYTES = 4_096;

/** A value as JSON text, or compressed where that is long. */
export function pack(value: unknown): PackedJson {
  const json = stringify(value);
  return Buffer.byteLength(json) > MAX_PLAIN_BYTES ? compressJson(json) : json;
}

/** Compresses JSON text. */
export function compressJson(json: string): Uint8Array {
  const bytes = Buffer.from(json);
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

/**
 * The value that was stored, or undefined where it is not packed JSON.
 *
 * @param maxBytes what unpacks to more is not unpacked. Default: what a conflict has at most
 */
export function unpackJson(packed: unknown, maxBytes: number = MAX_UNPACKED_BYTES): unknown {
  return parseIfJson(packed instanceof Uint8Array ? decompress(packed, maxBytes) : packed);
}

function decompress(packed: Uint8Array, maxOutputLength: number): string | undefined {
  try {
    return brotliDecompressSync(packed, { maxOutputLength }).toString();
  } catch {
    return undefined;
  }
}
