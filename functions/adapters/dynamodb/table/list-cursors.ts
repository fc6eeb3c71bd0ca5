import type { ListCursors } from '#core/page.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

/** The cursors of a list that is made in memory, sealed like those of every list. @param list its name */
export function createListCursors(list: string): ListCursors {
  return {
    encode: (filter, position) => encodeCursor(list, filter, position),
    decode: (filter, cursor) => decodeCursor(list, filter, cursor),
  };
}
