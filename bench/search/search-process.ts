/** Builds, loads and asks one index in this process, and prints what that took. Started by `search.ts`. */
import { gzipSync } from 'node:zlib';
import { createSkillIndex, readSkillIndex, type SkillIndex } from '#core/skills/search/skill-index.ts';
import { readCatalogue, searchableSkills } from './real-catalogue.ts';
import { readQueries } from './relevance.ts';

/** What it answers, in JSON. 1 MB = 1,048,576 bytes. */
export type IndexUse = {
  readonly buildMs: number;
  readonly loadMs: number;
  readonly heapMb: number;
  readonly snapshotMb: number;
  /** Each query asked for the first time, in milliseconds; and for the second time. */
  readonly firstMs: readonly number[];
  readonly againMs: readonly number[];
  readonly suggestMs: readonly number[];
};

const MB = 1_048_576;

const skills = searchableSkills(readCatalogue(), Number(process.argv[2]));
const built = timed(() => createSkillIndex(skills));
const json = JSON.stringify(built.value.toSnapshot());
const snapshotBytes = gzipSync(json).byteLength;
// What is loaded is weighed, with the texts that came with it.
const before = liveHeap();
const loaded = timed(() => readSkillIndex(JSON.parse(json)));
const heapMb = (liveHeap() - before) / MB;
const queries = [...readQueries('own'), ...readQueries('held-out')].map(({ query }) => query);
const use: IndexUse = {
  buildMs: built.ms,
  loadMs: loaded.ms,
  heapMb,
  snapshotMb: snapshotBytes / MB,
  firstMs: askAll(loaded.value),
  againMs: askAll(loaded.value),
  suggestMs: queries.map((query) => timed(() => loaded.value.suggest(query.slice(0, 4), 10, 0)).ms),
};
process.stdout.write(JSON.stringify(use), () => process.exit(0));

function askAll(index: SkillIndex): number[] {
  return queries.map((query) => timed(() => index.search(query, {}, 0)).ms);
}

function liveHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function timed<T>(task: () => T): { readonly value: T; readonly ms: number } {
  const begin = performance.now();
  const value = task();
  return { value, ms: performance.now() - begin };
}
