import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EvalInputError } from '#bench/eval/eval-input-error.ts';
import { simulateIdChurn } from '#bench/eval/id-churn.ts';
import { measureKnownSets } from '#bench/eval/known-sets.ts';
import { readLabelledSets } from '#bench/eval/labelled-set.ts';
import { measureClusters } from '#bench/eval/measure-clusters.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eval-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, rows: readonly unknown[]): Promise<string> {
  const path = join(folder, name);
  const lines = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n');
  await writeFile(path, name.endsWith('.gz') ? gzipSync(lines) : lines);
  return path;
}
const ROWS = ['card', 'password', 'video'].flatMap((intent) =>
  Array.from({ length: 12 }, (_, at) => ({
    text: `the ${intent} is ${['lost', 'gone', 'old'][at % 3]}`,
    intent,
  })),
);

describe('readLabelledSets', () => {
  it('reads each domain as a set, compressed or not', async () => {
    const rows = [
      { text: 'a', intent: 'x', domain: 'one' },
      { text: 'b', intent: 'y', domain: 'two', more: 1 },
      '',
    ];
    for (const name of ['sets.jsonl.gz', 'sets.jsonl']) {
      const sets = await readLabelledSets(await file(name, rows));
      expect(sets.map((set) => [set.name, set.texts])).toEqual([
        ['sets one', ['a']],
        ['sets two', ['b']],
      ]);
    }
  });

  it('names the line that is no row, and a file that is not there or empty', async () => {
    const bad = await file('bad.jsonl', [{ text: 'a', intent: 'x' }, '{']);
    await expect(readLabelledSets(bad)).rejects.toThrow(/line 2/);
    await expect(readLabelledSets(join(folder, 'none'))).rejects.toThrow(EvalInputError);
    await expect(readLabelledSets(await file('empty.jsonl', []))).rejects.toThrow(/no rows/);
  });
});

describe('measureClusters', () => {
  it('scores what it grouped, and weights domains by their rows', async () => {
    const sets = await readLabelledSets(await file('rows.jsonl.gz', ROWS));
    const one = measureClusters(sets, {});
    expect(one).toMatchObject({
      v: expect.any(Number),
      ari: expect.any(Number),
      peak_rss_mb: expect.any(Number),
    });
    expect(one.v).toBeGreaterThan(0.7);
    const alone = { name: 'one', texts: ['a'], intents: ['x'] };
    const both = measureClusters([...sets, alone], {});
    expect(both.clusters).toBe(one.clusters + 1);
    expect(both.v).toBeCloseTo((one.v * 36 + 1) / 37, 3);
  });
});

describe('simulateIdChurn', () => {
  it('renames nothing at night, and little by the consolidation', async () => {
    const [set] = await readLabelledSets(await file('rows.jsonl.gz', ROWS));
    const churn = simulateIdChurn(set!, 1);
    expect(churn.nightly).toBe(0);
    expect(churn.weekly).toBeLessThanOrEqual(0.03);
  });
});

describe('measureKnownSets', () => {
  it('says what is missing, and has a row for each set that is there', async () => {
    await file('banking77.jsonl.gz', ROWS);
    const lines = await measureKnownSets(folder, {});
    expect(lines[2]).toMatch(/^\| banking77 \| 36 \|/);
    expect(lines[3]).toMatch(/^skipped: .*dstc11/);
  });
});
