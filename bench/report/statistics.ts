/** The middle value; of an even number of values the mean of the middle two. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The median, and beside it the least and the greatest: `3.2 s (3.0–3.9)`. One value stands alone. */
export function medianAndSpread(
  values: readonly number[],
  show: (value: number) => string,
  unit = '',
): string {
  const middle = `${show(median(values))}${unit}`;
  if (values.length < 2) return middle;
  return `${middle} (${show(Math.min(...values))}–${show(Math.max(...values))})`;
}

/** The ratios of values that were measured right after each other: what slows the machine down slows both. */
export function pairedRatios(values: readonly number[], floors: readonly number[]): number[] {
  return values.map((value, round) => value / (floors[round] ?? Number.NaN));
}
