import type { Line } from '#bench/report/line.ts';
import type { BenchOptions } from '#bench/report/options.ts';
import { type BenchTable, withTable } from '#bench/report/table.ts';
import { startMarketplaceProcess } from '#bench/services/services.ts';
import type { MarketplaceFacts } from '#local/marketplace/marketplace-worker.ts';
import { type BenchFeed, countMissing, floodFeed, liveHeapMb, startBenchFeed } from './feed-load.ts';

const SKILLS = 500;
const MIN_PER_SECOND = 5_000;
const STEADY_PER_SECOND = 100;
const MAX_P99_MS = 250;
/** A flat line, with the noise of a collector that has not got round to everything. */
const MAX_HEAP_RATIO = 1.2;
/** The floods for rate and latency are these shares of the long one: 10 s each of a minute. */
const SHARE = 1 / 6;

type Scene = {
  readonly marketplace: MarketplaceFacts;
  readonly table: BenchTable;
  readonly feed: BenchFeed;
};

/** The real-time feed on dynalite: a flood, a steady stream, and a flood that lasts. */
export async function benchFeed({ feedSeconds }: BenchOptions): Promise<Line[]> {
  const marketplace = await startMarketplaceProcess(SKILLS);
  try {
    return await withTable(async (table) => {
      const feed = await startBenchFeed(marketplace.facts, table);
      const scene = { marketplace: marketplace.facts, table, feed };
      try {
        const seconds = Math.max(1, Math.round(feedSeconds * SHARE));
        // Every skill once, so that the compiler has seen it all and the table holds them.
        await floodFeed(scene.marketplace, { frames: 2 * SKILLS, skills: SKILLS });
        await countMissing(scene.marketplace, table, feed);
        return [
          ...(await measureRate(scene, seconds * MIN_PER_SECOND)),
          await measureLatency(scene, seconds * STEADY_PER_SECOND),
          ...(await measureMemory(scene, feedSeconds)),
        ];
      } finally {
        await feed.stop();
      }
    });
  } finally {
    await marketplace.stop();
  }
}

async function measureRate({ marketplace, table, feed }: Scene, frames: number): Promise<Line[]> {
  const { writes } = feed.stored;
  const begin = performance.now();
  await floodFeed(marketplace, { frames, skills: SKILLS });
  const lost = await countMissing(marketplace, table, feed);
  const perSecond = (frames / (feed.stored.at - begin)) * 1_000;
  return [
    {
      what: `feed: updates over ${SKILLS} skills, taken in and settled`,
      measured: `${number(Math.round(perSecond))} a second`,
      floor: `${number(feed.stored.writes - writes)} writes for ${number(frames)} updates`,
      target: {
        shown: `≥ ${number(MIN_PER_SECOND)} a second`,
        value: MIN_PER_SECOND / perSecond,
        limit: 1,
      },
    },
    {
      what: 'feed: updates that were lost',
      measured: String(lost),
      floor: `${number(frames)} announced`,
      target: { shown: '0', value: lost, limit: 0 },
    },
  ];
}

async function measureLatency({ marketplace, table, feed }: Scene, frames: number): Promise<Line> {
  feed.takeLatencies();
  await floodFeed(marketplace, { frames, skills: SKILLS, perSecond: STEADY_PER_SECOND });
  await countMissing(marketplace, table, feed);
  const latencies = feed.takeLatencies().sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.ceil(latencies.length * share) - 1] ?? Number.NaN;
  return {
    what: `feed: from frame to stored at ${STEADY_PER_SECOND} a second, p99`,
    measured: `${at(0.99)} ms`,
    floor: `${at(0.5)} ms, p50 of ${number(latencies.length)}`,
    target: { shown: `< ${MAX_P99_MS} ms`, value: at(0.99), limit: MAX_P99_MS },
  };
}

/** The first sixth of the flood fills what is filled once; after that the heap has to stay as it is. */
async function measureMemory({ marketplace, table, feed }: Scene, seconds: number): Promise<Line[]> {
  const run = async (share: number) => {
    const frames = Math.round(seconds * share * MIN_PER_SECOND);
    await floodFeed(marketplace, { frames, skills: SKILLS, perSecond: MIN_PER_SECOND });
    await countMissing(marketplace, table, feed);
    return { heapMb: liveHeapMb(), rssMb: process.memoryUsage.rss() / 1_048_576 };
  };
  const before = await run(SHARE);
  const after = await run(1 - SHARE);
  const ratio = after.heapMb / before.heapMb;
  return [
    {
      what: `feed: live heap after a flood of ${seconds} s at ${number(MIN_PER_SECOND)} a second`,
      measured: `${after.heapMb.toFixed(1)} MB`,
      floor: `${before.heapMb.toFixed(1)} MB after a sixth of it`,
      ratio: ratio.toFixed(2),
      target: { shown: `≤ ${MAX_HEAP_RATIO}`, value: ratio, limit: MAX_HEAP_RATIO },
    },
    {
      what: 'feed: RSS after it',
      measured: `${after.rssMb.toFixed(0)} MB`,
      floor: `${before.rssMb.toFixed(0)} MB after a sixth of it`,
      ratio: (after.rssMb / before.rssMb).toFixed(2),
    },
  ];
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
