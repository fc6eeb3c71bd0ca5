import { SQSClient } from '@aws-sdk/client-sqs';
import { sleep } from '#adapters/clock/sleep.ts';
import { CONTRACT_LIMITS } from '#adapters/marketplace/rate-limiter.ts';
import { MeasurementError } from '#bench/report/errors.ts';
import type { Line } from '#bench/report/line.ts';
import type { BenchOptions } from '#bench/report/options.ts';
import { withTable } from '#bench/report/table.ts';
import { control } from '#bench/services/control.ts';
import { startMarketplaceProcess } from '#bench/services/services.ts';
import { REQUESTS_AT_ONCE } from '#functions/rating-upload/config.ts';
import type { MarketplaceFacts } from '#local/marketplace/marketplace-worker.ts';
import { startSqs } from '#local/sqs/sqs.ts';
import { createBenchRatings, type RatingBench } from './rating-functions.ts';

const MAX_SECONDS = 30;
/** Two instances, each with the requests at once that it is allowed: the uploads' part of the marketplace's ten. */
const MAX_AT_ONCE = 2 * REQUESTS_AT_ONCE;
const SKILLS = 100;
/** As long as an answer of a marketplace that is not on this computer takes. */
const LATENCY_MS = 50;
/** No limit a minute worth the name, and one instance's part of those at once. */
const UNLIMITED = { perMinute: 1_000_000, concurrent: REQUESTS_AT_ONCE };
/** More than the limit, so that a minute has to pass. */
const LIMITED_RATINGS = 150;

type Stats = {
  readonly maxConcurrentUploads: number;
  readonly maxPerMinute: number;
  readonly rateLimited: number;
};

/**
 * Pending ratings through queue and upload functions, on dynalite, fauxqs and the simulator. First as fast as the
 * marketplace takes them; then, with more than a minute's worth, at the contract's limit.
 */
export async function benchRatingUpload({ ratings }: BenchOptions): Promise<Line[]> {
  const free = await measure(ratings, UNLIMITED, 'off');
  const floorSeconds = ((ratings / MAX_AT_ONCE) * LATENCY_MS) / 1_000;
  const what = `${ratings} pending ratings uploaded, answers after ${LATENCY_MS} ms`;
  const lines: Line[] = [
    {
      what,
      measured: `${free.seconds.toFixed(1)} s`,
      floor: `${floorSeconds.toFixed(1)} s, the answers alone at ${MAX_AT_ONCE} at once`,
      ratio: (free.seconds / floorSeconds).toFixed(2),
      target: { shown: `< ${MAX_SECONDS} s`, value: free.seconds, limit: MAX_SECONDS },
    },
    {
      what: `${what}: at once`,
      measured: String(free.stats.maxConcurrentUploads),
      target: { shown: `≤ ${MAX_AT_ONCE}`, value: free.stats.maxConcurrentUploads, limit: MAX_AT_ONCE },
    },
  ];
  if (ratings < LIMITED_RATINGS) return lines;
  return [...lines, ...(await limitedLines())];
}

async function limitedLines(): Promise<Line[]> {
  const { perMinute } = CONTRACT_LIMITS;
  const limited = await measure(LIMITED_RATINGS, { perMinute, concurrent: REQUESTS_AT_ONCE }, 'contract');
  const what = `${LIMITED_RATINGS} pending ratings at ${perMinute} a minute`;
  const { maxPerMinute, rateLimited } = limited.stats;
  return [
    {
      what: `${what}: the busiest minute`,
      measured: `${maxPerMinute} requests, ${rateLimited} refused`,
      floor: `${perMinute}`,
      ratio: (maxPerMinute / perMinute).toFixed(2),
      // Fully used and never exceeded: both sides count.
      target: { shown: `= ${perMinute}`, value: Math.abs(maxPerMinute - perMinute) + rateLimited, limit: 0 },
    },
    { what, measured: `${limited.seconds.toFixed(1)} s`, floor: '60.0 s, the minute that has to pass' },
  ];
}

async function measure(
  count: number,
  limits: { readonly perMinute: number; readonly concurrent: number },
  marketplaceLimits: 'off' | 'contract',
): Promise<{ seconds: number; stats: Stats }> {
  const marketplace = await startMarketplaceProcess(SKILLS);
  const sqs = await startSqs({ region: 'us-east-1', accountId: '000000000000' });
  const client = new SQSClient({
    endpoint: sqs.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  try {
    await control(marketplace.facts, 'PATCH', '/settings', {
      limits: marketplaceLimits,
      latencyMs: LATENCY_MS,
    });
    return await withTable(async (table) => {
      const bench = await createBenchRatings({ table, sqs, client, marketplace: marketplace.facts, limits });
      await bench.rate(await skillIds(marketplace.facts), count);
      await control(marketplace.facts, 'DELETE', '/stats');
      const seconds = await timeUntilSettled(bench, count);
      return { seconds, stats: await control<Stats>(marketplace.facts, 'GET', '/stats') };
    });
  } finally {
    client.destroy();
    await sqs.close();
    await marketplace.stop();
  }
}

/** @throws Error when not all of them arrived */
async function timeUntilSettled(bench: RatingBench, count: number): Promise<number> {
  const begin = performance.now();
  const queued = bench.queueAll();
  let working = true;
  const pollers = [bench.newPoller(), bench.newPoller()].map(async (poll) => {
    while (working) if ((await poll()) === 0) await sleep(20);
  });
  await queued;
  while ((await bench.waiting()) > 0) await sleep(100);
  const seconds = (performance.now() - begin) / 1_000;
  working = false;
  await Promise.all(pollers);
  const arrived = await bench.uploaded();
  if (arrived !== count) throw new MeasurementError(`${arrived} of ${count} ratings were uploaded.`);
  return seconds;
}

/** By the control endpoint: a request to the marketplace itself would count against its limit. */
async function skillIds(facts: MarketplaceFacts): Promise<string[]> {
  const { ids } = await control<{ ids: string[] }>(facts, 'GET', `/catalog?limit=${SKILLS}`);
  return ids;
}
