/** A key of 64 bits, as two halves of 32. */
export type FeatureKey = { hi: number; lo: number };

const FIRST_SLOTS = 1 << 12;
/** Of the slots, how many are filled at most. */
const MAX_LOAD = 0.5;

/**
 * Numbers features in the order in which they are first seen. A feature is known by a hash of 64 bits: with five
 * million of them the chance that any two are taken for one is below one in a million.
 */
export class FeatureTable {
  #slots = new Int32Array(FIRST_SLOTS).fill(-1);
  #hi = new Int32Array(FIRST_SLOTS * MAX_LOAD);
  #lo = new Int32Array(FIRST_SLOTS * MAX_LOAD);
  #size = 0;

  /** How many features have a number. */
  get size(): number {
    return this.#size;
  }

  /** The number of a feature, or -1 where it has none. */
  find(hi: number, lo: number): number {
    return this.#slots[this.#slotOf(hi, lo)] ?? -1;
  }

  /** The number of a feature, which gets the next one where it has none. */
  add(hi: number, lo: number): number {
    const slot = this.#slotOf(hi, lo);
    const known = this.#slots[slot] ?? -1;
    if (known >= 0) return known;
    const id = this.#size;
    this.#slots[slot] = id;
    this.#hi[id] = hi;
    this.#lo[id] = lo;
    this.#size += 1;
    if (this.#size >= this.#slots.length * MAX_LOAD) this.#grow();
    return id;
  }

  /** A table of the features that `ids` lists, numbered by their places in it. */
  pick(ids: Int32Array): FeatureTable {
    const picked = new FeatureTable();
    for (const id of ids) picked.add(this.#hi[id] ?? 0, this.#lo[id] ?? 0);
    return picked;
  }

  #slotOf(hi: number, lo: number): number {
    const mask = this.#slots.length - 1;
    let slot = (hi ^ Math.imul(lo, 0x9e3779b1)) & mask;
    for (;;) {
      const id = this.#slots[slot] as number;
      if (id < 0 || (this.#lo[id] === (lo | 0) && this.#hi[id] === (hi | 0))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const length = this.#slots.length * 2;
    this.#hi = grown(this.#hi, length * MAX_LOAD);
    this.#lo = grown(this.#lo, length * MAX_LOAD);
    this.#slots = new Int32Array(length).fill(-1);
    for (let id = 0; id < this.#size; id += 1) {
      this.#slots[this.#slotOf(this.#hi[id] as number, this.#lo[id] as number)] = id;
    }
  }
}

function grown(from: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length);
  to.set(from);
  return to;
}
