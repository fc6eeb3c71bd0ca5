import type { SparseRows } from '../vectors/sparse-rows.ts';
import { type ClusterMember, examplesOf } from './examples.ts';
import { keywordsOf } from './keywords.ts';
import { countTerms, type Stems, type TermCounts } from './term-counts.ts';

/** What shows an operator, without any model, what a cluster is about. */
export type ClusterDescription = {
  /** The text nearest to the centre; null for a cluster without tickets. */
  readonly representative: string | null;
  /** At most 10, best first. */
  readonly keywords: readonly string[];
  /** At most 12, the most typical first. */
  readonly examples: readonly ClusterMember[];
};

/**
 * Describes a cluster by what is in it.
 *
 * @param corpus `all` are the terms of all texts, once for all clusters; `stems` remembers those of their words
 */
export function describeCluster(
  members: readonly ClusterMember[],
  corpus: {
    readonly texts: readonly string[];
    readonly vectors: SparseRows;
    readonly all: TermCounts;
    readonly stems?: Stems;
  },
): ClusterDescription {
  const examples = examplesOf(members, corpus.vectors);
  const [first] = examples;
  const texts = members.map(({ row }) => corpus.texts[row] ?? '');
  return {
    representative: first === undefined ? null : (corpus.texts[first.row] ?? ''),
    keywords: keywordsOf(countTerms(texts, corpus.stems), corpus.all),
    examples,
  };
}
