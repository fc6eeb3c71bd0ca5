/** A page of anything. `cursor` is opaque to everyone but the store that made it; undefined at the end. */
export type Page<T> = { readonly items: readonly T[]; readonly cursor: string | undefined };

/** How the places of a list that is made in memory become cursors, and cursors places. */
export type ListCursors = {
  /** @param filter what the list was asked for with: the cursor is one of this list alone */
  encode(filter: object, position: readonly string[]): string;
  /** @throws InvalidCursorError for one of another list or filter, or that was changed */
  decode(filter: object, cursor: string): readonly string[];
};
