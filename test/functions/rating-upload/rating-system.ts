import { randomUUID } from 'node:crypto';
import { createMemoryRequestWindow } from '#adapters/dynamodb/marketplace/memory-request-window.ts';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import type { RatingStores } from '#adapters/dynamodb/rating-stores.ts';
import { createMemoryRatingConflictLog } from '#adapters/dynamodb/ratings/memory-rating-conflict-log.ts';
import { createMemoryRatingPulls } from '#adapters/dynamodb/ratings/memory-rating-pulls.ts';
import { createMemoryRatingStore } from '#adapters/dynamodb/ratings/memory-rating-store.ts';
import { createMemoryRatingTally } from '#adapters/dynamodb/ratings/memory-rating-tally.ts';
import { createMemoryRejectedRecordStore } from '#adapters/dynamodb/records/memory-rejected-record-store.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import type { Limits } from '#adapters/marketplace/rate-limiter.ts';
import { createRatingClient } from '#adapters/marketplace/rating-client.ts';
import { createMemoryUploadQueue } from '#adapters/sqs/memory-upload-queue.ts';
import { AtomSyncError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Rating, RatingValue } from '#core/ratings/rating.ts';
import type { UploadQueue } from '#core/ratings/rating-ports.ts';
import { rated } from '#core/ratings/rating-state.ts';
import { MAX_RECEIVES, UPLOADS_AT_ONCE } from '#core/ratings/upload-limits.ts';
import { type RunContext, runJob } from '#core/runs/job-run.ts';
import type { JobStore } from '#core/runs/job-store.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import type { Sleep } from '#core/time/clock.ts';
import { syncRatings } from '#functions/rating-sync/sync-ratings.ts';
import { RESERVE_MS } from '#functions/rating-upload/config.ts';
import { type BatchCounts, type BatchDeps, startBatch } from '#functions/rating-upload/upload-batch.ts';
import type { MarketplaceOptions } from '#local/marketplace/options.ts';
import { startMarketplace } from '#local/marketplace/server.ts';
import { unrecorded } from '#test/functions/core/runs/begun-run.ts';
import { createFastClock } from '#test/functions/skill-sync/fast-clock.ts';

/** No limit worth the name: for tests that are not about limits. */
const UNLIMITED: Limits = { perMinute: 1_000_000, concurrent: UPLOADS_AT_ONCE };
const INVOCATION_MS = 120_000;
const SYNC_MS = 300_000;
export const VISIBILITY_MS = 720_000;
const TOKEN = 'rating-token';

export const SILENT_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} };

type Clock = { now(): number; readonly sleep: Sleep; advance?(ms: number): void };

export type RatingSystemOptions = MarketplaceOptions & {
  readonly clock?: Clock;
  /** Default: in memory. */
  readonly stores?: RatingStores & { readonly jobs: JobStore; readonly runs: RunStore };
  /** The queue as the functions see it. Default: in memory. */
  readonly queue?: UploadQueue;
  /** Our own limits. Default: none. */
  readonly clientLimits?: Limits;
  readonly timeoutMs?: number;
  readonly random?: () => number;
  readonly log?: Log;
};

/** Ratings from end to end as the handlers compose them: simulator, client, stores, queue, on one clock. */
export async function startRatingSystem(options: RatingSystemOptions = {}) {
  const { clock = createFastClock(), stores = memoryStores(), clientLimits = UNLIMITED } = options;
  const { log = SILENT_LOG, random = Math.random, timeoutMs = 30_000 } = options;
  const { clock: _c, stores: _s, queue: given, clientLimits: _l, log: _log, random: _r, ...market } = options;
  const now = () => clock.now();
  const marketplace = await startMarketplace({ skills: 20, token: TOKEN, now, ...market });
  const memoryQueue = createMemoryUploadQueue({
    now,
    maxReceives: MAX_RECEIVES,
    visibilityMs: VISIBILITY_MS,
  });
  const queue: UploadQueue = given ?? memoryQueue;
  const tokens = { stored: TOKEN, cached: TOKEN };

  /** One instance of a function: its own client and limiter, sharing the table with all others. */
  const instance = (invocationMs: number, limits: Limits) => {
    let deadline = Number.POSITIVE_INFINITY;
    const remainingMs = () => deadline - clock.now();
    const base = { now, sleep: clock.sleep, random, log, remainingMs };
    const client = createRatingClient({
      ...base,
      baseUrl: marketplace.url,
      token: async ({ renew = false } = {}) => {
        if (renew) tokens.cached = tokens.stored;
        return tokens.cached;
      },
      fetch,
      timeoutMs,
      reserveMs: RESERVE_MS,
      window: stores.window,
      limits,
    });
    const begin = () => {
      deadline = clock.now() + invocationMs;
    };
    return { ...base, ...client, begin };
  };

  const newUploader = (overrides: Partial<BatchDeps> = {}) => {
    const { begin, ...own } = instance(INVOCATION_MS, clientLimits);
    const deps: BatchDeps = {
      ...stores,
      ...own,
      queue,
      newClaimId: randomUUID,
      maxReceives: MAX_RECEIVES,
      enabled: true,
      ...overrides,
    };
    return () => {
      begin();
      return startBatch(deps);
    };
  };

  const syncer = instance(SYNC_MS, { ...clientLimits, concurrent: 10 });
  const sync = async (
    request: { readonly redrive?: boolean; readonly runId?: string; readonly enabled?: boolean } = {},
    overrides: object = {},
  ): Promise<Run> => {
    syncer.begin();
    const { redrive = false, runId = newRunId(clock.now(), Math.random), enabled = true } = request;
    const deps = { ...stores, ...syncer, queue, pullEveryMs: 1_800_000, redrive, ...overrides };
    const run = await runJob(
      { ...stores, ...syncer, continueInNewInvocation: async () => undefined },
      { job: JobId.ratingSync, runId, trigger: 'manual', enabled },
      (context) => syncRatings(deps, context),
    );
    await syncer.flushLimiter();
    return run;
  };

  /** The work of a rating sync without its run: no lease, no heartbeat, whose ticks take real time. */
  const syncQuickly = async (redrive = false): Promise<Readonly<Record<string, number>>> => {
    syncer.begin();
    let counts: Readonly<Record<string, number>> = {};
    const context: RunContext = {
      runId: newRunId(clock.now(), Math.random),
      ...unrecorded(JobId.ratingSync, ''),
      lease: { job: JobId.ratingSync, runId: '', fence: 1 },
      isAfterCrash: false,
      hold: async (_ms, work) => work(),
      state: await stores.jobs.state(JobId.ratingSync),
      signal: new AbortController().signal,
      remainingMs: syncer.remainingMs,
      report: (_progress, reported) => {
        counts = reported;
      },
      advanced: () => undefined,
      continueFrom: () => undefined,
    };
    // A second is the heartbeat's tick to the fast clock, which it really waits for.
    const sleep: Sleep = (ms, signal) => clock.sleep(ms === 1_000 ? ms + 1 : ms, signal);
    const deps = { ...stores, ...syncer, sleep, queue, pullEveryMs: 1_800_000, redrive };
    await syncRatings(deps, context).catch((error: unknown) => {
      if (!(error instanceof AtomSyncError)) throw error;
    });
    await syncer.flushLimiter();
    return counts;
  };

  /** One batch of the memory queue, as Lambda works it off. Undefined: there was none. */
  const workOnce = async (start = newUploader()): Promise<BatchCounts | undefined> => {
    const received = memoryQueue.receive(UPLOADS_AT_ONCE);
    if (received.length === 0) return undefined;
    const batch = start();
    await Promise.all(
      received.map(async (message) => {
        try {
          await batch.process(message);
          memoryQueue.delete(message.receipt);
        } catch {
          // The event source keeps what failed: it is visible again when its time has come.
        }
      }),
    );
    return batch.end();
  };

  /** Works until the queue has nothing for two instances to do now. */
  const work = async (overrides: Partial<BatchDeps> = {}): Promise<void> => {
    const one = async () => {
      const start = newUploader(overrides);
      while (await workOnce(start));
    };
    await Promise.all([one(), one()]);
  };

  return {
    marketplace,
    clock,
    stores,
    queue: memoryQueue,
    newUploader,
    sync,
    syncQuickly,
    workOnce,
    work,
    /** A rating given here, as the API stores it. */
    async rate(skillId: string, userId: string, rating: number, comment?: string): Promise<Rating> {
      const key = { skillId, userId };
      const value: RatingValue = { rating, ...(comment ? { comment } : {}) };
      await stores.pulls.ensure(skillId, clock.now());
      const { rating: stored } = await stores.ratings.change(key, (current) =>
        rated(current, key, value, clock.now()),
      );
      return stored!;
    },
    get: (skillId: string, userId: string) => stores.ratings.get({ skillId, userId }),
    /** Sync and upload until nothing more happens by itself for so long. */
    async settle(forMs = 6 * 3_600_000): Promise<void> {
      const end = clock.now() + forMs;
      while (clock.now() < end) {
        await syncQuickly();
        await work();
        clock.advance?.(60_000 * 10);
      }
    },
    /** What the marketplace has of this user. */
    remote: (skillId: string, userId: string) =>
      marketplace.ratings.list(skillId).find((rating) => rating.user_id === userId),
    skill: (index: number) => marketplace.catalog.ids()[index]!,
    rotateToken: (token: string) => {
      tokens.stored = token;
    },
    conflicts: async () => (await stores.conflicts.list(200, undefined, clock.now())).items,
    stop: () => marketplace.close(),
  };
}

export type RatingSystem = Awaited<ReturnType<typeof startRatingSystem>>;

/** Every store in memory, on one table. */
function memoryStores() {
  const memory = createMemoryTable();
  return {
    ratings: createMemoryRatingStore(memory),
    pulls: createMemoryRatingPulls(memory),
    conflicts: createMemoryRatingConflictLog(memory),
    tally: createMemoryRatingTally(memory),
    rejected: createMemoryRejectedRecordStore(memory),
    window: createMemoryRequestWindow(),
    jobs: createMemoryJobStore(memory),
    runs: createMemoryRunStore(memory),
  };
}
