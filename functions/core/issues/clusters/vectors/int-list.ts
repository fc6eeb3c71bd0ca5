/** A list of 32-bit numbers that grows, for millions of them. */
export class IntList {
  #items: Int32Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity = 1024) {
    this.#items = new Int32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(item: number): void {
    if (this.#length === this.#items.length) {
      const more = new Int32Array(this.#length * 2);
      more.set(this.#items);
      this.#items = more;
    }
    this.#items[this.#length] = item;
    this.#length += 1;
  }

  at(place: number): number {
    return this.#items[place] as number;
  }

  set(place: number, item: number): void {
    this.#items[place] = item;
  }

  /** The items from one place to another, not copied. */
  slice(from = 0, to = this.#length): Int32Array<ArrayBuffer> {
    return this.#items.subarray(from, Math.min(to, this.#length));
  }

  clear(): void {
    this.#length = 0;
  }
}
