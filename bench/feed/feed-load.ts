import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sleep } from '#adapters/clock/sleep.ts';
import { createFeedStore } from '#adapters/dynamodb/feed/feed-store.ts';
import { createRejectedRecordRemover } from '#adapters/dynamodb/records/rejected-record-remover.ts';
import { createSyncStores } from '#adapters/dynamodb/sync-stores.ts';
import { createSocketOpener } from '#adapters/websocket/open-socket.ts';
import { MeasurementError } from '#bench/report/errors.ts';
import { type BenchTable, WARNINGS } from '#bench/report/table.ts';
import { POLICY } from '#bench/sync/run-sync.ts';
import { parseInstant } from '#core/time/instant.ts';
import { createFeed } from '#functions/realtime-feed/serve-feed.ts';
import type { MarketplaceFacts } from '#local/marketplace/marketplace-worker.ts';

/** A feed at work, as its task puts it together, on a table of the benchmark. */
export type BenchFeed = {
  /** Milliseconds from a frame's arrival until it was stored, of every write since the last call. */
  takeLatencies(): number[];
  /** When a skill was stored last, and how often one was. */
  readonly stored: { readonly at: number; readonly writes: number };
  stop(): Promise<void>;
};

/** How often latencies are collected: fewer writes than a sample takes happen meanwhile at 100 frames a second. */
const PUBLISH_MS = 250;
const POLL_MS = 25;

/** Starts a feed and waits until it is connected. Its catch-ups go nowhere: they are not what is measured. */
export async function startBenchFeed(marketplace: MarketplaceFacts, table: BenchTable): Promise<BenchFeed> {
  const stores = createSyncStores(table, POLICY);
  const store = createFeedStore(table);
  const stop = new AbortController();
  const stored = { at: 0, writes: 0 };
  let latencies: number[] = [];
  const feed = createFeed({
    openSocket: createSocketOpener({ url: marketplace.wsUrl, now: Date.now }),
    token: async () => marketplace.token,
    store,
    skills: {
      ...stores.skills,
      put: async (...args) => {
        const outcome = await stores.skills.put(...args);
        stored.at = performance.now();
        stored.writes += 1;
        return outcome;
      },
    },
    categories: stores.categories,
    rejected: { ...stores.rejected, ...createRejectedRecordRemover(table) },
    runs: stores.runs,
    invoke: async () => undefined,
    holder: randomUUID(),
    now: Date.now,
    sleep,
    random: Math.random,
    log: WARNINGS,
    publish: ({ latenciesMs }) => void latencies.push(...latenciesMs),
    beat: () => undefined,
    options: {
      isEnabled: true,
      maxAttempts: 10,
      ttlMs: 24 * 3_600_000,
      heartbeatMs: 30_000,
      gatherMs: 900_000,
    },
    timing: { publishMs: PUBLISH_MS, tickMs: PUBLISH_MS },
  });
  const running = feed.run(stop.signal);
  while (!(await store.read()).report?.connected) await sleep(POLL_MS);
  return {
    stored,
    takeLatencies: () => {
      const taken = latencies;
      latencies = [];
      return taken;
    },
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

/** Lets the marketplace announce changes of its skills. Ends when the last frame was handed to the socket. */
export async function floodFeed(
  { url }: MarketplaceFacts,
  what: { frames: number; skills: number; perSecond?: number },
): Promise<void> {
  const until = (await framesSent(url)) + what.frames;
  const response = await fetch(`${url}/__control/feed/flood`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(what),
  });
  if (!response.ok) throw new MeasurementError(`The marketplace refused the flood with ${response.status}.`);
  await response.arrayBuffer();
  // It answers at once; how far it is, its socket shows.
  while ((await framesSent(url)) < until) await sleep(POLL_MS);
}

async function framesSent(url: string): Promise<number> {
  const response = await fetch(`${url}/__control/feed`);
  const { sockets } = (await response.json()) as { sockets: readonly { framesSent: number }[] };
  const [socket] = sockets;
  if (sockets.length !== 1 || socket === undefined) {
    throw new MeasurementError(`The feed has ${sockets.length} sockets where it must have one.`);
  }
  return socket.framesSent;
}

/** How many skills are not stored as the marketplace has them, waited for until none is or nothing moves any more. */
export async function countMissing(
  { url, token }: MarketplaceFacts,
  table: BenchTable,
  feed: BenchFeed,
): Promise<number> {
  const wanted = await listing(url, token);
  const { skills } = createSyncStores(table, POLICY);
  for (;;) {
    const { writes } = feed.stored;
    await sleep(1_000);
    let missing = wanted.size;
    for await (const digests of skills.digests()) {
      missing -= digests.filter(({ skillId, updatedAt }) => wanted.get(skillId) === updatedAt).length;
    }
    if (missing === 0 || feed.stored.writes === writes) return missing;
  }
}

async function listing(url: string, token: string): Promise<Map<string, string>> {
  const response = await fetch(`${url}/api/v1/skills?page=1&page_size=1000`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { skills } = (await response.json()) as { skills: { skill_id: string; updated_at: string }[] };
  return new Map(
    skills.map(({ skill_id, updated_at }) => [skill_id, parseInstant(updated_at) ?? updated_at]),
  );
}

/** Megabytes (1,048,576 bytes) that are alive in this process after a collection. */
export function liveHeapMb(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed / 1_048_576;
}
