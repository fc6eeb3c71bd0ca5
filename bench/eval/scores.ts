/** How well groups agree with labels. */
export type Scores = {
  /** V-measure: the harmonic mean of homogeneity and completeness; 1 is perfect. */
  readonly v: number;
  /** Adjusted Rand index: 1 is perfect, 0 what chance would give. */
  readonly ari: number;
};

/**
 * Compares two groupings of the same rows. Where both have one group only, or each row alone, they agree: 1.
 *
 * @throws RangeError when there is no row, or not as many of one as of the other
 */
export function scoresOf<Label, Group>(labels: readonly Label[], groups: ArrayLike<Group>): Scores {
  if (labels.length === 0 || labels.length !== groups.length) {
    throw new RangeError(`${labels.length} labels beside ${groups.length} groups`);
  }
  const labelIds = numbered(labels);
  const groupIds = numbered(Array.from(groups));
  const both = labelIds.map((label, row) => label * labels.length + (groupIds[row] as number));
  const counts = { labels: countsOf(labelIds), groups: countsOf(groupIds), both: countsOf(both) };
  return { v: vMeasure(counts, labels.length), ari: randIndex(counts, labels.length) };
}

type Counts = { readonly labels: number[]; readonly groups: number[]; readonly both: number[] };

function numbered<Value>(values: readonly Value[]): number[] {
  const numbers = new Map<Value, number>();
  return values.map((value) => {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return number;
  });
}

function countsOf(numbers: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts.values()];
}

function vMeasure({ labels, groups, both }: Counts, rows: number): number {
  const entropy = (counts: number[]) =>
    counts.reduce((sum, count) => sum - (count / rows) * Math.log(count / rows), 0);
  const apart = entropy(labels) + entropy(groups);
  return apart === 0 ? 1 : Math.max(0, (2 * (apart - entropy(both))) / apart);
}

function randIndex({ labels, groups, both }: Counts, rows: number): number {
  const pairs = (counts: number[]) => counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  if (rows === 1) return 1;
  const byChance = (pairs(labels) * pairs(groups)) / pairs([rows]);
  const most = (pairs(labels) + pairs(groups)) / 2;
  return most === byChance ? 1 : (pairs(both) - byChance) / (most - byChance);
}
