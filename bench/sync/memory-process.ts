/** Runs one sync in this process and prints how much memory it took. Started by `memory.ts`. */
import { createSyncStores } from '#adapters/dynamodb/sync-stores.ts';
import { openTable, WARNINGS } from '#bench/report/table.ts';
import type { Marketplace } from '#core/marketplace/marketplace.ts';
import type { MarketplaceFacts } from '#local/marketplace/marketplace-worker.ts';
import { openForgetfulStores } from './forgetful-stores.ts';
import { createBenchSync, expectCounts, PAGE_SIZE, POLICY } from './run-sync.ts';

/** What this process is told as its only argument, in JSON. */
export type MemoryJob = {
  readonly skills: number;
  readonly marketplace: MarketplaceFacts;
  /** Whether the cache holds all of the marketplace's skills already. */
  readonly quiet: boolean;
  /** Where the table is, or the file of {@link openForgetfulStores}. */
  readonly cache: { readonly endpoint: string } | { readonly digestsPath: string };
};

/** What it answers, in JSON. 1 MB = 1,048,576 bytes. */
export type MemoryUse = { readonly rssMb: number; readonly liveHeapMb: number };

const MB = 1_048_576;

const job = JSON.parse(process.argv[2] ?? '') as MemoryJob;
let liveHeapMb = Number.NaN;
const run = await createBenchSync(job.marketplace, openStores(job), WARNINGS).run(weighAtLastPage);
expectCounts(run, { [job.quiet ? 'unchanged' : 'added']: job.skills });
const use: MemoryUse = { rssMb: process.resourceUsage().maxRSS / 1024, liveHeapMb };
process.stdout.write(JSON.stringify(use), () => process.exit(0));

function openStores({ cache }: MemoryJob) {
  if ('endpoint' in cache) return createSyncStores(openTable(cache.endpoint), POLICY);
  return openForgetfulStores(cache.digestsPath);
}

/** Weighs the heap when the last page is there: then all that the sync gathers is in memory. */
function weighAtLastPage(marketplace: Marketplace): Marketplace {
  const lastPage = Math.ceil(job.skills / PAGE_SIZE);
  return {
    ...marketplace,
    async listSkills(page, pageSize, signal) {
      const answer = await marketplace.listSkills(page, pageSize, signal);
      if (page === lastPage) {
        globalThis.gc?.();
        liveHeapMb = process.memoryUsage().heapUsed / MB;
      }
      return answer;
    },
  };
}
