import { InvalidCursorError } from '#core/errors.ts';
import { contentHash } from '#core/json/content-hash.ts';
import { parseIfJson } from '#core/json/json.ts';

/** Where a page ended, in the words of the list that it belongs to. */
export type Position = readonly string[];

/** Changes when positions change their meaning: cursors of an older version are refused, not misread. */
const VERSION = 1;
/** The longest position holds a shard, a category and a partition key. */
const MAX_CURSOR_LENGTH = 4_096;

/** A cursor for the list and filter that it was given by. It hides nothing and proves nothing but its origin. */
export function encodeCursor(list: string, filter: object, after: Position): string {
  const text = JSON.stringify([VERSION, ...after, seal(list, filter, after)]);
  return Buffer.from(text).toString('base64url');
}

/**
 * The position in a cursor.
 *
 * @throws InvalidCursorError when it is cut off, changed, or of another list, filter or version
 */
export function decodeCursor(list: string, filter: object, cursor: string): Position {
  const [version, ...rest] = parse(cursor);
  const sealed = rest.pop();
  if (version !== VERSION || !rest.every((part) => typeof part === 'string' && part.isWellFormed()))
    throw invalid();
  const after = rest as string[];
  if (sealed !== seal(list, filter, after)) throw invalid();
  return after;
}

/** The one refusal of a cursor. */
export function invalid(): InvalidCursorError {
  return new InvalidCursorError(
    'The cursor was not given by this list with this filter. Start again without a cursor.',
  );
}

function seal(list: string, filter: object, after: Position): string {
  return contentHash({ list, filter, after }).slice(0, 11);
}

function parse(cursor: string): unknown[] {
  if (cursor.length > MAX_CURSOR_LENGTH) throw invalid();
  const bytes = Buffer.from(cursor, 'base64url');
  // Node ignores what is no base64url; a cursor that has been tampered with must not pass for one that has not.
  if (bytes.toString('base64url') !== cursor) throw invalid();
  const value = parseIfJson(bytes.toString());
  if (!Array.isArray(value)) throw invalid();
  return value;
}
