/**
 * How much an answer of the API may weigh. Lambda hands over {@link MAX_RESPONSE_BYTES} at most, and they are counted
 * where the body is a string within JSON: each quote and backslash of it is escaped once more, other text is UTF-8. An
 * answer above that is none: the caller gets a 500 that says nothing.
 */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** Bytes of what a body tells, as it stands in Lambda's answer. The rest is for headers and for what frames a list. */
export const MAX_ANSWER_BYTES = 6_000_000;

/** The same for a skill alone: it has to fit beside what says where it came from, also once its figures have grown. */
export const MAX_SKILL_BYTES = 5_000_000;

/** Bytes that a JSON value takes in an answer. */
export function answerBytes(value: unknown): number {
  return textBytes(JSON.stringify(value) ?? '');
}

/** Whether a JSON value takes more than so many bytes in an answer. */
export function exceeds(limit: number, value: unknown): boolean {
  return textExceeds(limit, JSON.stringify(value) ?? '');
}

/** The same of a text that is a body, or a part of one. */
export function textExceeds(limit: number, text: string): boolean {
  // A character takes one byte to six, so that most texts need no second look.
  if (text.length > limit || text.length * 6 <= limit) return text.length > limit;
  return textBytes(text) > limit;
}

/** Bytes that a text takes as a part of a string within JSON; a few too many for tabs and ends of lines. */
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
