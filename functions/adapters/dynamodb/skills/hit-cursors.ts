import { decodeCursor, encodeCursor } from '#adapters/dynamodb/table/cursor.ts';
import type { HitCursors } from '#core/skills/search/create-skill-search.ts';

const LIST = 'found skills';

/** The cursors of the search, sealed like those of every list. */
export const hitCursors: HitCursors = {
  encode: (asked, words) => encodeCursor(LIST, asked, words),
  decode: (asked, cursor) => decodeCursor(LIST, asked, cursor),
};
