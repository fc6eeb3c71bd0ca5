/** A sparse vector of one text, of length 1 or empty. */
export type TextVector = { readonly indices: ArrayLike<number>; readonly values: ArrayLike<number> };

/** The mean direction of vectors, by feature. */
export type Centroid = ReadonlyMap<number, number>;

/** The centroid of vectors, of length 1, cut to its heaviest features; empty where there are none. */
export function centroidOf(vectors: Iterable<TextVector>, mostFeatures = 200): Centroid {
  const sums = new Map<number, number>();
  for (const { indices, values } of vectors) {
    for (let at = 0; at < indices.length; at++) {
      const feature = indices[at] ?? 0;
      sums.set(feature, (sums.get(feature) ?? 0) + (values[at] ?? 0));
    }
  }
  const heaviest = [...sums].sort(([a, x], [b, y]) => y - x || a - b).slice(0, mostFeatures);
  const length = Math.sqrt(heaviest.reduce((total, [, value]) => total + value * value, 0));
  return length > 0 ? new Map(heaviest.map(([feature, value]) => [feature, value / length])) : new Map();
}

/** The cosine of a text and a centroid; 0 where one of them is empty. */
export function cosineTo(centroid: Centroid, { indices, values }: TextVector): number {
  let sum = 0;
  for (let at = 0; at < indices.length; at++)
    sum += (centroid.get(indices[at] ?? -1) ?? 0) * (values[at] ?? 0);
  return sum;
}

/** The cosine of two centroids; 0 where one of them is empty. */
export function cosineOf(a: Centroid, b: Centroid): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [feature, value] of small) sum += value * (large.get(feature) ?? 0);
  return sum;
}
