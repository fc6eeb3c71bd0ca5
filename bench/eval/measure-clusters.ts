import { clusterVectors } from '#core/issues/clusters/cluster-vectors.ts';
import { createVectorizer } from '#core/issues/clusters/vectors/vectorizer.ts';
import type { LabelledSet } from './labelled-set.ts';
import { scoresOf } from './scores.ts';

/** What `--labelled` prints. */
export type ClusterMeasure = {
  /** Of several domains the mean, each weighted by its rows. */
  readonly v: number;
  readonly ari: number;
  /** Of all domains together. */
  readonly clusters: number;
  /** From the texts to the clusters. */
  readonly seconds: number;
  /** The most memory that the process has had, in millions of bytes. */
  readonly peak_rss_mb: number;
};

/** How the sets are grouped. */
export type MeasureOptions = { readonly resolution?: number; readonly seed?: number };

/** Groups each set and compares with its labels. */
export function measureClusters(sets: readonly LabelledSet[], options: MeasureOptions): ClusterMeasure {
  const measured = sets.map((set) => measureSet(set, options));
  const rows = measured.reduce((sum, one) => sum + one.rows, 0);
  const mean = (key: 'v' | 'ari') => measured.reduce((sum, one) => sum + (one[key] * one.rows) / rows, 0);
  return {
    v: rounded(mean('v'), 4),
    ari: rounded(mean('ari'), 4),
    clusters: measured.reduce((sum, one) => sum + one.clusters, 0),
    seconds: rounded(
      measured.reduce((sum, one) => sum + one.seconds, 0),
      2,
    ),
    peak_rss_mb: rounded((process.resourceUsage().maxRSS * 1024) / 1e6, 0),
  };
}

function measureSet({ texts, intents }: LabelledSet, options: MeasureOptions) {
  const begun = performance.now();
  const groups = clusterVectors(createVectorizer(texts).vectors, options);
  const seconds = (performance.now() - begun) / 1000;
  return { ...scoresOf(intents, groups), clusters: new Set(groups).size, seconds, rows: texts.length };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
