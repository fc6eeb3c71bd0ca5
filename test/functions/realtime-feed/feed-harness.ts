import { setTimeout as delay } from 'node:timers/promises';
import { sleep } from '#adapters/clock/sleep.ts';
import { createSocketOpener } from '#adapters/websocket/open-socket.ts';
import type { FeedReport } from '#core/feed/feed-state.ts';
import type { Log } from '#core/log.ts';
import type { Run } from '#core/runs/run.ts';
import type { FeedMinute } from '#functions/realtime-feed/count-frames.ts';
import type { FeedTiming } from '#functions/realtime-feed/feed-timing.ts';
import type { FeedDeps } from '#functions/realtime-feed/ports.ts';
import { createFeed } from '#functions/realtime-feed/serve-feed.ts';
import { openMemoryStores, SILENT, type TestStores } from '#test/engines/test-stores.ts';

/** Every wait of the feed, a hundred times shorter. */
const QUICK = {
  pongWithinMs: 100,
  closeWithinMs: 100,
  connectWithinMs: 2_000,
  stableMs: 50,
  restMs: 400,
  leaseMs: 6_000,
  renewMs: 100,
  reportMs: 50,
  controlMs: 50,
  tickMs: 10,
  acquireMs: 20,
  drainMs: 5_000,
  releaseMs: 1_000,
  publishMs: 100,
  runPollMs: 10,
  runStartsWithinMs: 200,
  runBlocksForMs: 1_000,
  invokeRetryMs: 20,
} satisfies Partial<FeedTiming>;

export type FeedTestOptions = {
  readonly url: string;
  readonly token?: FeedDeps['token'];
  readonly stores?: TestStores;
  readonly holder?: string;
  readonly timing?: Partial<FeedTiming>;
  readonly heartbeatMs?: number;
  readonly maxAttempts?: number;
  readonly isEnabled?: boolean;
  readonly limits?: FeedDeps['limits'];
  readonly log?: Log;
  readonly overrides?: Partial<FeedDeps>;
};

/** What the feed did, as far as it asks others for it. */
type Seen = {
  opened: number;
  readonly invoked: Readonly<Record<string, unknown>>[];
  readonly minutes: (FeedMinute & { connected: boolean; disabled: boolean })[];
  readonly waits: number[];
};

function feedDeps(options: FeedTestOptions, stores: TestStores, seen: Seen): FeedDeps {
  const openReal = createSocketOpener({ url: options.url, now: Date.now, handshakeTimeoutMs: 1_000 });
  return {
    openSocket: (token, events) => {
      seen.opened += 1;
      return openReal(token, events);
    },
    token: options.token ?? (async () => 'local-marketplace-token'),
    store: stores.feed,
    skills: stores.skills,
    categories: stores.categories,
    rejected: { ...stores.rejected, ...stores.rejectedRemover },
    runs: stores.runs,
    invoke: async (event) => {
      seen.invoked.push(event);
      await stores.runs.put(successfulRun(String(event.run_id)), Date.now() + 3_600_000);
    },
    holder: options.holder ?? 'this task',
    now: Date.now,
    sleep: (ms, signal) => {
      seen.waits.push(ms);
      return sleep(ms, signal);
    },
    // Backoffs of a fiftieth of their greatest length: full jitter allows it.
    random: () => 0.02,
    log: options.log ?? SILENT,
    publish: (minute) => void seen.minutes.push(minute),
    beat: () => undefined,
    options: {
      isEnabled: options.isEnabled ?? true,
      maxAttempts: options.maxAttempts ?? 10,
      ttlMs: 24 * 3_600_000,
      heartbeatMs: options.heartbeatMs ?? 60_000,
      gatherMs: 900_000,
    },
    timing: { ...QUICK, ...options.timing },
    ...(options.limits ? { limits: options.limits } : {}),
    ...options.overrides,
  };
}

/** The feed as its task puts it together, on real sockets, with waits of milliseconds. */
export async function startFeed(options: FeedTestOptions) {
  const stores = options.stores ?? (await openMemoryStores());
  const seen: Seen = { opened: 0, invoked: [], minutes: [], waits: [] };
  const stop = new AbortController();
  const feed = createFeed(feedDeps(options, stores, seen));
  const running = feed.run(stop.signal);
  const report = async (): Promise<FeedReport | undefined> => (await stores.feed.read()).report;
  return {
    stores,
    invoked: seen.invoked,
    minutes: seen.minutes,
    waits: seen.waits,
    running,
    get opened() {
      return seen.opened;
    },
    report,
    /** Waits until the report that is stored satisfies. */
    reported: (satisfies: (report: FeedReport) => boolean) =>
      eventually(async () => {
        const current = await report();
        return current && satisfies(current) ? current : undefined;
      }),
    async stop() {
      stop.abort();
      await running;
    },
  };
}

export type RunningFeed = Awaited<ReturnType<typeof startFeed>>;

/** Looks until there is something to be seen; fails after a time that no healthy run comes near. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 60_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error('What was waited for did not happen');
    await delay(5);
  }
}

/** The record of a catch-up that went well. */
export function successfulRun(runId: string, fields: Partial<Run> = {}): Run {
  return {
    runId,
    job: 'skill-sync-atom-saas',
    status: 'success',
    trigger: 'catch_up',
    startedAt: Date.now(),
    endedAt: Date.now(),
    progress: { done: 1, total: 1, unit: 'skills' },
    counts: {},
    invocations: 1,
    fence: 1,
    ...fields,
  };
}
