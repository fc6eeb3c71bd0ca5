/** Sets of rows that belong together (union-find). The lowest row of a set stands for it. */
export class RowSets {
  readonly #parents: Int32Array;

  constructor(rows: number) {
    this.#parents = Int32Array.from({ length: rows }, (_, row) => row);
  }

  /** The row that stands for a row’s set. */
  find(row: number): number {
    let root = row;
    while (this.#parents[root] !== root) root = this.#parents[root] as number;
    let at = row;
    while (this.#parents[at] !== root) {
      const next = this.#parents[at] as number;
      this.#parents[at] = root;
      at = next;
    }
    return root;
  }

  join(one: number, other: number): void {
    const first = this.find(one);
    const second = this.find(other);
    this.#parents[Math.max(first, second)] = Math.min(first, second);
  }
}
