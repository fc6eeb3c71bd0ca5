/** A skill as the catalogue keeps it. */
export type CatalogEntry = {
  readonly id: string;
  category: string;
  /** The skill's JSON as it is served, outside the JavaScript heap. */
  json: Buffer;
  /** Lower-case text that `query` looks in; made at the first search. */
  searchText?: string;
};

/** Which skills of the listing are wanted; `page` counts from 1. */
export type PageRequest = {
  readonly page: number;
  readonly pageSize: number;
  /** Text that name, description or tags must contain, in any case. */
  readonly query?: string;
  /** Exact name of a category. */
  readonly category?: string;
};

/** Serialized skills of one page, and the number of skills in the whole (filtered) listing. */
export type CatalogPage = {
  readonly records: Buffer[];
  readonly total: number;
};

/** The order in which the marketplace lists its skills. A skill may be listed more than once; totals count it each time. */
export class CatalogListing {
  readonly #byId = new Map<string, CatalogEntry>();
  readonly #order: CatalogEntry[] = [];
  #backup: readonly CatalogEntry[] | undefined;

  /** Number of places in the listing. */
  get size(): number {
    return this.#order.length;
  }

  get(id: string): CatalogEntry | undefined {
    return this.#byId.get(id);
  }

  /** Entries in listing order, repeated ones each time. */
  inOrder(): readonly CatalogEntry[] {
    return this.#order;
  }

  /** Each entry once. */
  distinct(): CatalogEntry[] {
    return [...this.#byId.values()];
  }

  page(request: PageRequest): CatalogPage {
    const { page, pageSize } = request;
    const matching = select(this.#order, request);
    const records = matching.slice((page - 1) * pageSize, page * pageSize).map((entry) => entry.json);
    return { records, total: matching.length };
  }

  /** Adds a new entry at a place (0 = first), by default at the end. */
  insert(entry: CatalogEntry, index = this.#order.length): void {
    this.#byId.set(entry.id, entry);
    this.#order.splice(Math.max(0, index), 0, entry);
  }

  /** Removes an entry from all its places; later ones move up. */
  remove(entry: CatalogEntry): void {
    this.#byId.delete(entry.id);
    while (this.#order.includes(entry)) this.#order.splice(this.#order.indexOf(entry), 1);
  }

  /** Moves the first place of an entry. */
  move(entry: CatalogEntry, index: number): void {
    this.#order.splice(this.#order.indexOf(entry), 1);
    this.repeat(entry, index);
  }

  /** Lists an entry once more. */
  repeat(entry: CatalogEntry, index: number): void {
    this.#order.splice(Math.max(0, index), 0, entry);
  }

  /** Remembers the entries and their order as they are now, in place of an earlier backup. */
  backup(): void {
    // Entries are changed in place; one that is listed twice becomes two that are the same.
    this.#backup = this.#order.map((entry) => ({ ...entry }));
  }

  /** Puts entries and order back as they were at the backup. False when there is no backup. */
  restore(): boolean {
    if (!this.#backup) return false;
    this.#byId.clear();
    this.#order.length = 0;
    for (const copy of this.#backup) {
      const entry = this.#byId.get(copy.id) ?? { ...copy };
      this.#byId.set(copy.id, entry);
      this.#order.push(entry);
    }
    return true;
  }
}

function select(order: readonly CatalogEntry[], request: PageRequest): readonly CatalogEntry[] {
  const query = request.query?.toLowerCase();
  if (!query && request.category === undefined) return order;
  return order.filter(
    (entry) =>
      (request.category === undefined || entry.category === request.category) &&
      (!query || searchText(entry).includes(query)),
  );
}

function searchText(entry: CatalogEntry): string {
  if (entry.searchText === undefined) {
    const { name, description, tags } = JSON.parse(entry.json.toString());
    entry.searchText = JSON.stringify([name, description, tags]).toLowerCase();
  }
  return entry.searchText;
}
