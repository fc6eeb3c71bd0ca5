import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { parseIfJson } from '#core/json/json.ts';

/** JSON as it is stored: as text, or as brotli where the text would be too large. */
export type PackedJson = string | Uint8Array;

// 5 of 11: within a few per cent of the densest for code and JSON, at a hundredth of the time.
const QUALITY = 5;
/** A conflict has four sides of 5 MB at most. What is larger can't be answered, and must not fill the memory. */
const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;

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

/** The value that was stored, or undefined where it is not packed JSON. */
export function unpackJson(packed: unknown): unknown {
  return parseIfJson(packed instanceof Uint8Array ? decompress(packed) : packed);
}

function decompress(packed: Uint8Array): string | undefined {
  try {
    return brotliDecompressSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES }).toString();
  } catch {
    return undefined;
  }
}
