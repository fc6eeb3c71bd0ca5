import { createMemoryTable, type MemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryRatingPulls } from '#adapters/dynamodb/ratings/memory-rating-pulls.ts';
import { createMemoryRatingStore } from '#adapters/dynamodb/ratings/memory-rating-store.ts';
import { ratingKey, workOf } from '#adapters/dynamodb/ratings/rating-item.ts';
import { createMemoryRejectedRecordStore } from '#adapters/dynamodb/records/memory-rejected-record-store.ts';
import { createMemoryUploadQueue } from '#adapters/sqs/memory-upload-queue.ts';
import type { Rating, RatingKey } from '#core/ratings/rating.ts';
import type { RatingMarket, RatingStore } from '#core/ratings/rating-ports.ts';
import { rated } from '#core/ratings/rating-state.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import { JobId } from '#core/runs/run.ts';
import type { Sleep } from '#core/time/clock.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { unrecorded } from '#test/functions/core/runs/begun-run.ts';
import { createLevelLog } from '#test/functions/rating-upload/upload-harness.ts';

export const T0 = Date.parse('2026-02-19T10:30:00Z');
export const RUN = '01KHTNPR6M4Y8Z0V9QK2D3F5GH';
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

/** The steps of a rating sync on the memory fakes. A sleep moves the clock. */
export function createSyncHarness() {
  const memory = createMemoryTable();
  const store = createMemoryRatingStore(memory);
  const pulls = createMemoryRatingPulls(memory);
  const log = createLevelLog();
  const clock = { ms: T0 };
  const now = () => clock.ms;
  const queue = createMemoryUploadQueue({ now, maxReceives: 1, visibilityMs: MINUTE });
  const sleep: Sleep = async (ms, signal) => {
    signal?.throwIfAborted();
    clock.ms += ms;
  };
  const aborting = new AbortController();
  const reports: Counts[] = [];
  const context = createContext(aborting.signal, (counts) => reports.push(counts));
  const market: RatingMarket = {
    add: () => Promise.reject(new Error('a sync adds nothing')),
    update: () => Promise.reject(new Error('a sync changes nothing')),
    ofSkill: async () => ({ ratings: [], unreadable: [], requestedAt: now(), clockAheadMs: 0 }),
  };
  const deps = {
    rejected: createMemoryRejectedRecordStore(memory),
    ...{ ratings: store as RatingStore, pulls, queue, market, now, sleep, log },
    ...{ pullEveryMs: 30 * MINUTE, redrive: false },
  };
  const give = async (key: RatingKey, over: Partial<Rating> = {}): Promise<Rating> => {
    const { rating } = await store.change(key, () => ({
      ...rated(undefined, key, { rating: 3 }, now()),
      ...over,
    }));
    return rating!;
  };
  return {
    ...{ deps, memory, pulls, queue, log, clock, context, aborting, reports, give },
    get: (key: RatingKey) => store.get(key),
    /** What the last report counted. */
    counts: () => reports.at(-1) ?? {},
    lines: (level: string) => log.lines.filter((line) => line.level === level),
    /** An item that is no rating any more, in the index as it was. */
    spoil: (key: RatingKey, spoilt: Spoilt, status = 'pending' as const) =>
      spoil(memory, key, spoilt, status),
    /** Lets a message be received and fail, until it is among the dead letters. */
    kill: () => {
      clock.ms += MINUTE;
      queue.receive(10);
      clock.ms += MINUTE;
      queue.receive(10);
    },
  };
}

type Counts = Readonly<Record<string, number>>;

/** What the work of a run sees: five minutes left, and nothing to go on from. */
function createContext(signal: AbortSignal, report: (counts: Counts) => void): RunContext {
  return {
    runId: RUN,
    lease: { job: JobId.ratingSync, runId: RUN, fence: 1 },
    state: { job: JobId.ratingSync, fence: 1 } as RunContext['state'],
    isAfterCrash: false,
    hold: async (_ms, work) => work(),
    signal,
    remainingMs: () => 300_000,
    ...unrecorded(JobId.ratingSync, RUN),
    report: (_progress, counts) => report(counts),
    advanced: () => undefined,
    continueFrom: () => undefined,
  };
}

type Spoilt = string | ((rating: Rating) => unknown);

function spoil(memory: MemoryTable, key: RatingKey, spoilt: Spoilt, status: 'pending'): void {
  const { pk, sk } = ratingKey(key);
  const name = JSON.stringify([pk, sk]);
  const row = memory.ratings.get(name)!;
  const json =
    typeof spoilt === 'string' ? spoilt : JSON.stringify(spoilt(JSON.parse(String(row.json)) as Rating));
  memory.ratings.set(name, { ...row, json, work: workOf(status), dueAt: isoFromMs(T0) });
}

export type SyncHarness = ReturnType<typeof createSyncHarness>;

/** A user's rating of a skill. */
export const keyOf = (n: number, skillId = 'csv'): RatingKey => ({ skillId, userId: `user-${n}` });
