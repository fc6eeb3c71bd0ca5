/** Builds, loads and asks one index in this process, and prints what that took. Started by `search.ts`. */
import { gzipSync } from 'node:zlib';
import { createSkillIndex, readSkillIndex } from '#core/skills/search/skill-index.ts';
import { readCatalogue, searchableSkills } from './real-catalogue.ts';
import { readQueries } from './relevance.ts';

/** What it answers, in JSON. 1 MB = 1,048,576 bytes. */
export type IndexUse = {
  readonly buildMs: number;
  readonly loadMs: number;
  readonly heapMb: number;
  readonly snapshotMb: number;
  /** Each query asked of a warm process after a change of the index, in milliseconds; and asked again. */
  readonly firstMs: readonly number[];
  readonly againMs: readonly number[];
  readonly suggestMs: readonly number[];
};

const MB = 1_048_576;
/** How often each query is asked. */
const ASKED = 5;

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
  firstMs: eachTimed((query) => loaded.value.search(query, {}, 0), change),
  againMs: eachTimed((query) => loaded.value.search(query, {}, 0)),
  suggestMs: eachTimed((query) => loaded.value.suggest(query.slice(0, 4), 10, 0)),
};
process.stdout.write(JSON.stringify(use), () => process.exit(0));

/** The least of several times each: what else the machine does is not in it. */
function eachTimed(ask: (query: string) => unknown, before: () => void = () => undefined): number[] {
  const rounds = Array.from({ length: ASKED }, () =>
    queries.map((query) => {
      before();
      return timed(() => ask(query)).ms;
    }),
  );
  return queries.map((_, at) => Math.min(...rounds.map((times) => times[at] ?? Number.NaN)));
}

/** The same skill again: the index forgets what it found before. */
function change(): void {
  const [first] = skills;
  if (first) loaded.value.put(first);
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
