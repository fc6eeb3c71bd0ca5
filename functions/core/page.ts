/** A page of anything. `cursor` is opaque to everyone but the store that made it; undefined at the end. */
export type Page<T> = { readonly items: readonly T[]; readonly cursor: string | undefined };
