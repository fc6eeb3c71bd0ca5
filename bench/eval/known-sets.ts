import { existsSync } from 'node:fs';
import { simulateIdChurn } from './id-churn.ts';
import { readLabelledSets } from './labelled-set.ts';
import { type MeasureOptions, measureClusters } from './measure-clusters.ts';

/** The files that come with the specification, beside the repository. */
const FILES = ['banking77.jsonl.gz', 'dstc11-track2-utterances.jsonl.gz'];

/**
 * Measures every known set that is there, and the ids over ten nights, as the rows of a Markdown table. A file that is
 * missing is a line that says so.
 *
 * @param folder where the files are
 */
export async function measureKnownSets(folder: string, options: MeasureOptions): Promise<string[]> {
  const lines = [
    '| Set | Texts | V | ARI | Clusters | Seconds | Ids changed a night | … by the consolidation | V before, after it |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ];
  for (const file of FILES) {
    if (!existsSync(`${folder}/${file}`)) {
      lines.push(`skipped: ${folder}/${file} is missing`);
      continue;
    }
    for (const set of await readLabelledSets(`${folder}/${file}`)) {
      const { v, ari, clusters, seconds } = measureClusters([set], options);
      const { nightly, weekly, vAssigned, vConsolidated } = simulateIdChurn(set, options.seed ?? 1);
      const cells = [
        ...[set.name, set.texts.length, v.toFixed(3), ari.toFixed(3), clusters, seconds.toFixed(1)],
        ...[percent(nightly), percent(weekly), `${vAssigned.toFixed(3)}, ${vConsolidated.toFixed(3)}`],
      ];
      lines.push(`| ${cells.join(' | ')} |`);
    }
  }
  return lines;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
