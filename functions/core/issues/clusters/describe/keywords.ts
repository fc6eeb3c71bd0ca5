import type { TermCounts } from './term-counts.ts';

/** Of two stems together, what share of the rarer one’s texts must have them so that they stand for it. */
const PHRASE_SHARE = 0.6;

/**
 * The terms that tell a cluster from the other texts, best first, as people wrote them: frequent in the cluster,
 * rare elsewhere.
 *
 * @param most how many at most
 */
export function keywordsOf(cluster: TermCounts, all: TermCounts, most = 10): string[] {
  const least = cluster.texts < 4 ? 1 : 2;
  const scored = [...cluster.counts]
    .filter(([term, count]) => count >= least && !isLoosePhrase(term, count, cluster))
    .map(([term, count]) => ({ term, score: scoreOf(count, term, cluster, all) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || (one.term < other.term ? -1 : 1));
  const stems = new Set<string>();
  const keywords: string[] = [];
  for (const { term } of scored) {
    const parts = term.split(' ');
    if (parts.every((part) => stems.has(part))) continue;
    for (const part of parts) stems.add(part);
    keywords.push(commonForm(term, cluster));
    if (keywords.length === most) break;
  }
  return keywords;
}

function isLoosePhrase(term: string, count: number, { counts }: TermCounts): boolean {
  const parts = term.split(' ');
  return parts.length > 1 && parts.every((part) => count < PHRASE_SHARE * (counts.get(part) ?? 0));
}

/** The share within the cluster, weighted by how much greater it is than the share in all texts. */
function scoreOf(count: number, term: string, cluster: TermCounts, all: TermCounts): number {
  const within = count / cluster.texts;
  const overall = ((all.counts.get(term) ?? count) + 1) / (all.texts + 1);
  const phrase = term.includes(' ') ? 1.2 : 1;
  return phrase * within * Math.log(1 + within / overall);
}

function commonForm(term: string, { forms }: TermCounts): string {
  let best = term;
  let most = 0;
  for (const [form, count] of forms.get(term) ?? []) {
    if (count > most || (count === most && form < best)) [best, most] = [form, count];
  }
  return best;
}
