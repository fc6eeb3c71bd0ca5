/**
 * The largest response that Lambda returns. Its bytes are counted with the body as a string within JSON: each quote and
 * backslash of the body is escaped once more, other text is UTF-8. Above this the caller gets a 500 without a reason.
 */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** The largest body of ours, counted as Lambda counts it. The rest is for headers and for the frame of a list. */
export const MAX_ANSWER_BYTES = 6_000_000;

/** The largest skill, counted so: it must fit with the fields that are added to it, and as its rating aggregates grow. */
export const MAX_SKILL_BYTES = 5_000_000;

/**
 * Characters of JSON after which a page is full, however few items it has. More than an answer holds, and far below a
 * function's memory: 400 KB of an item can be millions once they are unpacked.
 */
export const MAX_PAGE_CHARACTERS = 18_000_000;

/** The bytes that a JSON value takes in an answer. */
export function answerBytes(value: unknown): number {
  return textBytes(JSON.stringify(value) ?? '');
}

/** Whether a JSON value takes more than `limit` bytes in an answer. */
export function exceeds(limit: number, value: unknown): boolean {
  return textExceeds(limit, JSON.stringify(value) ?? '');
}

/** Whether a body, or a part of one, takes more than `limit` bytes in an answer. */
export function textExceeds(limit: number, text: string): boolean {
  // A character takes one to six bytes, so most texts need no count.
  if (text.length > limit || text.length * 6 <= limit) return text.length > limit;
  return textBytes(text) > limit;
}

/** The bytes that a text takes within a JSON string; a few too many for tabs and line ends. */
export function textBytes(text: string): number {
  return Buffer.byteLength(text) + escapesIn(text);
}

function escapesIn(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE || code === BACKSLASH) bytes += 1;
    else if (code < SPACE) bytes += 5;
  }
  return bytes;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
