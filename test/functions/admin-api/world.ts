import { sleep } from '#adapters/clock/sleep.ts';
import {
  createMemoryCategoryReader,
  createMemoryCategoryStore,
} from '#adapters/dynamodb/categories/memory-category-store.ts';
import { createMemoryConflictStore } from '#adapters/dynamodb/conflicts/memory-conflict-store.ts';
import { createMemoryFeedStore } from '#adapters/dynamodb/feed/memory-feed-store.ts';
import { createMemoryIssueStores } from '#adapters/dynamodb/issues/memory-issue-stores.ts';
import { createMemoryCacheCleaner } from '#adapters/dynamodb/memory-cache-cleaner.ts';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryRatingConflictLog } from '#adapters/dynamodb/ratings/memory-rating-conflict-log.ts';
import { createMemoryRatingPulls } from '#adapters/dynamodb/ratings/memory-rating-pulls.ts';
import { createMemoryRatingStore } from '#adapters/dynamodb/ratings/memory-rating-store.ts';
import { createMemoryRatingTally } from '#adapters/dynamodb/ratings/memory-rating-tally.ts';
import { createMemoryAuditStore } from '#adapters/dynamodb/records/memory-audit-store.ts';
import { createMemoryRejectedRecordStore } from '#adapters/dynamodb/records/memory-rejected-record-store.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import { hitCursors } from '#adapters/dynamodb/skills/hit-cursors.ts';
import { createMemoryCacheReadStore } from '#adapters/dynamodb/skills/memory-cache-read-store.ts';
import { createMemorySearchSnapshots } from '#adapters/dynamodb/skills/memory-search-snapshot.ts';
import { createMemorySkillEntries } from '#adapters/dynamodb/skills/memory-skill-entries.ts';
import {
  createMemorySkillBatchReader,
  createMemorySkillReader,
} from '#adapters/dynamodb/skills/memory-skill-reader.ts';
import { createListCursors } from '#adapters/dynamodb/table/list-cursors.ts';
import { createMemoryTicketStores } from '#adapters/dynamodb/tickets/memory-ticket-stores.ts';
import { createMemoryScheduleStore } from '#adapters/scheduler/memory-schedule-store.ts';
import { JobId } from '#core/runs/run.ts';
import type { JobSchedule } from '#core/runs/schedule-store.ts';
import { createCacheReadCounter } from '#core/skills/cache-reads.ts';
import { createSkillSearch } from '#core/skills/search/create-skill-search.ts';
import { createSkillIndex } from '#core/skills/search/skill-index.ts';
import { createSkillEditor } from '#core/skills/skill-editor.ts';
import { createSkillStore } from '#core/skills/skill-store.ts';
import type { Random } from '#core/time/clock.ts';
import { orAborted } from '#core/time/deadline.ts';
import { createIssueReader } from '#functions/admin-api/issues/issue-reader.ts';
import { createTicketSearch } from '#functions/admin-api/issues/search-tickets.ts';
import { loadOnce } from '#functions/admin-api/load-once.ts';
import type { IssueServices, Services, StartRun, TicketServices } from '#functions/admin-api/ports.ts';
import { CLEANUP_SCHEDULE, NOW, SKILL_SYNC_SCHEDULE } from './example-records.ts';
import { TICKET_SETTINGS } from './example-tickets.ts';
import { type LogLine, recordingLog } from './recording-log.ts';

/** Everything that a test puts in, moves or looks at. `fill-world.ts` has the usual ways of putting something in. */
export type World = {
  /** What the API works with: the stores below, with their reads counted. */
  readonly services: Services;
  /** The same stores as the syncs, the feed and the tests see them. */
  readonly stores: Stores;
  readonly schedules: Map<string, JobSchedule>;
  readonly counted: string[];
  /** The runs that were started, and what each sync was asked for. */
  readonly started: string[];
  readonly skillSyncs: Parameters<StartRun>[0][];
  readonly ratingSyncs: Parameters<StartRun>[0][];
  /** What the functions of the tickets were asked for. */
  readonly ticketRuns: {
    readonly by: 'ticket-sync' | 'ticket-analysis' | 'ticket-issues';
    readonly request: object;
  }[];
  /** What the API read of skills, runs, jobs, conflicts and the feed. */
  readonly reads: string[];
  /** What the API changed of the jobs' states. */
  readonly jobWrites: string[];
  readonly lines: LogLine[];
  readonly waits: number[];
  clock: number;
  /** What a sync does once it is started, by milliseconds after its start. */
  script: { readonly afterMs: number; readonly act: (runId: string) => unknown }[];
  /** Thrown by the invocation, if set. */
  refusal: Error | undefined;
};

/** The shipped in-memory stores, over one table. This is the one place that makes them. */
function createStores(now: () => number) {
  const table = createMemoryTable();
  return {
    skills: createSkillStore(createMemorySkillEntries(table), {
      strategy: 'manual',
      random: countingRandom(),
    }),
    reader: createMemorySkillReader(table),
    cacheReads: createCacheReadCounter({
      store: createMemoryCacheReadStore(),
      now,
      sleep,
      log: recordingLog([]),
    }),
    search: createSkillSearch({
      snapshots: createMemorySearchSnapshots(table),
      entries: createMemorySkillEntries(table),
      items: createMemorySkillBatchReader(table),
      createIndex: createSkillIndex,
      cursors: hitCursors,
      now,
      log: recordingLog([]),
    }),
    editor: createSkillEditor(createMemorySkillEntries(table)),
    conflicts: createMemoryConflictStore(table),
    categories: createMemoryCategoryStore(table),
    categoryReader: createMemoryCategoryReader(table),
    cleaner: createMemoryCacheCleaner(table),
    jobs: createMemoryJobStore(table),
    runs: createMemoryRunStore(table),
    feed: createMemoryFeedStore(table),
    rejected: createMemoryRejectedRecordStore(table),
    audit: createMemoryAuditStore(table),
    ratings: createMemoryRatingStore(table),
    pulls: createMemoryRatingPulls(table),
    tally: createMemoryRatingTally(table),
    ratingConflicts: createMemoryRatingConflictLog(table),
    ...createMemoryTicketStores(table, TICKET_SETTINGS.subdomain),
    issues: createMemoryIssueStores(table, TICKET_SETTINGS.subdomain),
  };
}
type Stores = ReturnType<typeof createStores>;

/** An empty world with two schedules. Waiting moves its clock and plays what was due meanwhile. */
export function createWorld(): World {
  const stores = createStores(() => world.clock);
  const schedules = new Map([SKILL_SYNC_SCHEDULE, CLEANUP_SCHEDULE].map((it) => [it.job, it]));
  const notes = { counted: [], started: [], skillSyncs: [], ratingSyncs: [], ticketRuns: [], waits: [] };
  const [reads, jobWrites, lines]: [string[], string[], LogLine[]] = [[], [], []];
  const world: World = {
    ...notes,
    ...{ stores, schedules, reads, jobWrites, lines },
    clock: NOW,
    script: [],
    refusal: undefined,
    services: {
      ...stores,
      ...watched(stores, reads, jobWrites),
      ...timeOf(() => world),
      tickets: ticketsOf(stores, () => world),
      categories: stores.categoryReader,
      rejectedRecords: stores.rejected,
      schedules: createMemoryScheduleStore(schedules, () => world.clock),
      settings: {
        jobs: [JobId.skillSync, JobId.cacheCleanup],
        skillSyncIntervalMinutes: 15,
        feed: { deployed: true, started: true },
      },
      count: (what) => {
        world.counted.push(what);
      },
      random: countingRandom(),
      log: recordingLog(lines),
    },
  };
  return world;
}

/** The tickets as they are deployed; what is started leaves a note. */
function ticketsOf(
  { tickets: store, syncStates, ledger, issues }: Stores,
  worldOf: () => World,
): TicketServices {
  const starter = (by: World['ticketRuns'][number]['by']) => async (request: { readonly run_id: string }) => {
    const world = worldOf();
    if (world.refusal) throw world.refusal;
    world.ticketRuns.push({ by, request });
    world.started.push(request.run_id);
  };
  return {
    ...{ store, syncStates, ledger, settings: TICKET_SETTINGS },
    startSync: starter('ticket-sync'),
    startAnalysis: starter('ticket-analysis'),
    startIssues: starter('ticket-issues'),
    issues: loadOnce(async () => issuesOf(issues, store)),
  };
}

/** The issues with all that is loaded when it is needed, as the handler has them. */
export function issuesOf(
  { generations, records }: Stores['issues'],
  store: Stores['tickets'],
): IssueServices {
  const reader = createIssueReader(generations);
  return {
    ...{ reader, generations, records },
    search: createTicketSearch({ reader, store }),
    cursors: { issues: createListCursors('issues'), tickets: createListCursors('tickets of an issue') },
  };
}

/** The clock of a world, and the starts of syncs, which play its script. */
function timeOf(worldOf: () => World) {
  const due: { at: number; act: () => unknown }[] = [];
  const begin = (runId: string) => {
    const world = worldOf();
    if (world.refusal) throw world.refusal;
    world.started.push(runId);
    for (const { afterMs, act } of world.script) {
      due.push({ at: world.clock + afterMs, act: () => act(runId) });
    }
  };
  return {
    now: () => worldOf().clock,
    async sleep(ms, signal) {
      const world = worldOf();
      // The budget of a request, which nothing in this world uses up.
      if (signal) return orAborted(new Promise<never>(() => undefined), signal);
      world.waits.push(ms);
      world.clock += ms;
      for (const event of due.splice(0)) {
        if (event.at <= world.clock) await event.act();
        else due.push(event);
      }
    },
    async startSkillSync(request) {
      worldOf().skillSyncs.push(request);
      begin(request.run_id);
    },
    async startRatingSync(request) {
      worldOf().ratingSyncs.push(request);
      begin(request.run_id);
    },
  } satisfies Partial<Services>;
}

/** The same world with other services in the place of some of its own. */
export function withServices(world: World, over: Partial<Services>): World {
  return { ...world, services: { ...world.services, ...over } };
}

/** The stores with a note of each point read and count of them, and of each change of a job's state. */
function watched({ reader, jobs, runs, feed, conflicts }: Stores, reads: string[], jobWrites: string[]) {
  const noted =
    <A extends readonly unknown[], R>(
      call: (...args: A) => R,
      noteOf: (...args: A) => string,
      notes = reads,
    ) =>
    (...args: A): R => {
      notes.push(noteOf(...args));
      return call(...args);
    };
  return {
    skills: { ...reader, get: noted(reader.get, (id) => `skill ${id}`) },
    jobs: {
      ...jobs,
      state: noted(jobs.state, (job) => `state ${job}`),
      setOverride: noted(jobs.setOverride, (job) => `override ${job}`, jobWrites),
      setCacheSize: noted(jobs.setCacheSize, (job) => `cache size ${job}`, jobWrites),
    },
    runs: { ...runs, get: noted(runs.get, (id) => `run ${id}`) },
    feed: { ...feed, read: noted(feed.read, () => 'feed') },
    conflicts: {
      ...conflicts,
      countOpen: noted(conflicts.countOpen, () => 'open conflicts'),
      totals: noted(conflicts.totals, () => 'totals of conflicts'),
    },
  } satisfies Partial<Services>;
}

/** Chance that makes each ULID of a millisecond the successor of the one before: they take 16 digits, the last one first. */
function countingRandom(): Random {
  let calls = 0;
  return () => {
    const [id, digit] = [Math.floor(calls / 16), calls % 16];
    calls += 1;
    return ((Math.floor(id / 32 ** digit) % 32) + 0.5) / 32;
  };
}
