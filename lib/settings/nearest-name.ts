/** The name in `known` that takes the fewest typing errors to turn into `name`; an end that is left out is one. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const byDistance = known.map((candidate) => {
    const distance = candidate.startsWith(name) ? Math.sign(candidate.length - name.length) : undefined;
    return { candidate, distance: distance ?? editDistance(name, candidate) };
  });
  return byDistance.sort((a, b) => a.distance - b.distance)[0]?.candidate;
}

/** Levenshtein: the number of letters to insert, delete or replace. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
