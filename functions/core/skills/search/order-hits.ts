type Hit = { readonly id: string; readonly score: number };

/** Scores have nine decimals: the order of additions, which depends on what was put when, changes only later ones. */
const DECIMALS = 1e9;
/** Places of so many hits fit beside a score in the 53 bits of a number. */
const PLACES = 2 ** 20;

/**
 * Hits in their order: the best first, equal scores by id. Sorts plain numbers, which takes a tenth of the time of a
 * comparison of objects.
 *
 * @param scores by id, each from 0 to 3; of more than a million the rest is left out
 */
export function orderHits(scores: readonly (readonly [id: string, score: number])[]): Hit[] {
  const keys = Float64Array.from(
    scores.slice(0, PLACES),
    ([, score], at) => Math.round(score * DECIMALS) * PLACES + at,
  );
  keys.sort();
  const hits: Hit[] = [];
  for (let at = keys.length - 1; at >= 0; at -= 1) {
    const key = keys[at] ?? 0;
    const score = Math.floor(key / PLACES);
    hits.push({ id: scores[key - score * PLACES]?.[0] ?? '', score: score / DECIMALS });
  }
  return orderTies(hits);
}

function orderTies(hits: Hit[]): Hit[] {
  let begin = 0;
  for (let end = 1; end <= hits.length; end += 1) {
    if (hits[end]?.score === hits[begin]?.score) continue;
    if (end - begin > 1) {
      const tied = hits.slice(begin, end).sort((a, b) => (a.id < b.id ? -1 : 1));
      for (const [at, hit] of tied.entries()) hits[begin + at] = hit;
    }
    begin = end;
  }
  return hits;
}
