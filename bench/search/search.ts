import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Line, Target } from '#bench/report/line.ts';
import type { BenchOptions } from '#bench/report/options.ts';
import { median } from '#bench/report/statistics.ts';
import { createSkillIndex } from '#core/skills/search/skill-index.ts';
import { readCatalogue, searchableSkills, whyNoCatalogue } from './real-catalogue.ts';
import {
  measureRelevance,
  type QuerySet,
  type Relevance,
  readQueries,
  substringFilter,
} from './relevance.ts';
import { benchSearchLoad } from './search-load.ts';
import type { IndexUse } from './search-process.ts';

const SETS: readonly QuerySet[] = ['own', 'held-out'];
const MIN_MRR = 0.8;
const MIN_HIT_AT_10 = 0.95;
const MAX_SEARCH_MS = 25;
const TIMEOUT_MS = 240_000;
/** What Lambda's bootstrap gives Node in the API's 512 MB; and `gc` for weighing without garbage. */
const FLAGS = ['--max-semi-space-size=25', '--max-old-space-size=461', '--expose-gc'];

/** How well the search finds skills of the real catalogue, beside the filter by text; and what its index takes. */
export async function benchSearch(options: BenchOptions): Promise<Line[]> {
  const { moreSkills, rounds } = options;
  const skipped = whyNoCatalogue();
  if (skipped !== undefined) return [{ what: 'search: relevance and index', measured: '', skipped }];
  const catalogue = readCatalogue();
  const index = createSkillIndex(searchableSkills(catalogue, catalogue.length));
  const filter = substringFilter(catalogue);
  const relevance = SETS.flatMap((set) => {
    const queries = readQueries(set);
    const found = measureRelevance((query) => index.search(query, {}, 0).map(({ id }) => id), queries);
    return relevanceLines(`${queries.length} ${set} queries`, found, measureRelevance(filter, queries));
  });
  const usual = await useOf(catalogue.length, rounds);
  const large = await useOf(moreSkills, rounds);
  return [
    ...relevance,
    ...indexLines(catalogue.length, usual, MAX_SEARCH_MS),
    ...indexLines(moreSkills, large),
    ...(await benchSearchLoad(options)),
  ];
}

function relevanceLines(what: string, found: Relevance, filtered: Relevance): Line[] {
  const line = (name: string, of: (relevance: Relevance) => number, min?: number): Line => ({
    what: `search, ${what}: ${name}`,
    measured: of(found).toFixed(3),
    floor: `${of(filtered).toFixed(3)}, filter by text`,
    ...(min === undefined ? {} : { target: atLeast(of(found), min) }),
  });
  return [
    line('MRR@10', ({ mrr }) => mrr, MIN_MRR),
    line('hit@1', ({ hitAt1 }) => hitAt1),
    line('hit@10', ({ hitAt10 }) => hitAt10, MIN_HIT_AT_10),
  ];
}

/** A target is at most its limit, so what is missing is compared. */
function atLeast(value: number, min: number): Target {
  return { shown: `≥ ${min}`, value: 1 - value, limit: 1 - min };
}

async function useOf(skills: number, rounds: number): Promise<IndexUse[]> {
  const module = new URL('./search-process.ts', import.meta.url).pathname;
  const uses: IndexUse[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, module, String(skills)], {
      timeout: TIMEOUT_MS,
    });
    uses.push(JSON.parse(stdout) as IndexUse);
  }
  return uses;
}

function indexLines(skills: number, uses: readonly IndexUse[], maxMs?: number): Line[] {
  const what = `search of ${skills.toLocaleString('en-US')} skills`;
  const middle = (of: (use: IndexUse) => number) => median(uses.map(of));
  const firstMs = middle(({ firstMs: times }) => at(times, 0.99));
  return [
    {
      what: `${what}: index loaded from its snapshot`,
      measured: `${seconds(middle(({ loadMs }) => loadMs))}, ${middle(({ snapshotMb }) => snapshotMb).toFixed(1)} MB packed`,
      floor: `${seconds(middle(({ buildMs }) => buildMs))}, built from the texts`,
    },
    { what: `${what}: live heap of the index`, measured: `${middle(({ heapMb }) => heapMb).toFixed(0)} MB` },
    {
      what: `${what}: a query, p99`,
      measured: `${firstMs.toFixed(1)} ms; median ${middle(({ firstMs: times }) => at(times, 0.5)).toFixed(1)} ms`,
      floor: `${middle(({ againMs }) => at(againMs, 0.99)).toFixed(1)} ms, asked again`,
      ...(maxMs === undefined ? {} : { target: { shown: `≤ ${maxMs} ms`, value: firstMs, limit: maxMs } }),
    },
    {
      what: `${what}: completions, p99`,
      measured: `${middle(({ suggestMs }) => at(suggestMs, 0.99)).toFixed(1)} ms`,
    },
  ];
}

/** The value below which so large a share of them lies. */
function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
