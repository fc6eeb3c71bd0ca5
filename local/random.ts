/**
 * Seeded chance (sfc32), so that one seed replays a whole catalogue or a whole run.
 */

/** A stream of pseudo-random values; two streams made from the same numbers are equal. */
export type SeededRandom = {
  /** The next value in [0, 1). */
  next(): number;
  /** The next 32 bits, unsigned. */
  bits(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  /** A whole number in [low, high]. */
  between(low: number, high: number): number;
  /** True with the given probability (0–1). */
  chance(probability: number): boolean;
  /** One of the items. Throws a RangeError when there are none. */
  pick<T>(items: readonly T[]): T;
};

/** Scrambles 32 bits. One-to-one, so distinct inputs give distinct outputs: ids are built on that. */
export function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * Makes a stream from a seed and a stream number (e.g. a skill's index), each taken as 32 bits.
 *
 * @example createRandom(1, 42).pick(['a', 'b'])
 */
export function createRandom(seed: number, stream = 0): SeededRandom {
  let a = scramble(seed);
  let b = scramble(stream ^ 0x9e3779b9);
  let c = scramble(seed ^ Math.imul(stream, 0x85ebca6b));
  let counter = 1;

  const bits = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // The first outputs of neighbouring seeds resemble each other.
  for (let round = 0; round < 12; round += 1) bits();

  const below = (limit: number) => Math.floor((bits() / 0x1_0000_0000) * limit);
  return {
    bits,
    below,
    next: () => bits() / 0x1_0000_0000,
    between: (low, high) => low + below(high - low + 1),
    chance: (probability) => bits() / 0x1_0000_0000 < probability,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('There is nothing to pick from.');
      return item;
    },
  };
}
