import { createMemoryConflictStore } from '#adapters/dynamodb/conflicts/memory-conflict-store.ts';
import { createMemoryFeedStore } from '#adapters/dynamodb/feed/memory-feed-store.ts';
import { createMemoryTable, type MemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryRatingConflictLog } from '#adapters/dynamodb/ratings/memory-rating-conflict-log.ts';
import { createMemoryRatingPulls } from '#adapters/dynamodb/ratings/memory-rating-pulls.ts';
import { createMemoryRatingStore } from '#adapters/dynamodb/ratings/memory-rating-store.ts';
import { createMemoryRatingTally } from '#adapters/dynamodb/ratings/memory-rating-tally.ts';
import { createMemoryScheduleStore } from '#adapters/scheduler/memory-schedule-store.ts';
import type { Category } from '#core/categories/category.ts';
import { InvalidCursorError } from '#core/errors.ts';
import type { FeedReport, FeedStore } from '#core/feed/feed-state.ts';
import type { Log } from '#core/log.ts';
import type { Page } from '#core/page.ts';
import type { AuditRecord } from '#core/records/audit-store.ts';
import type { RejectedRecord } from '#core/records/rejected-record-store.ts';
import type { JobState } from '#core/runs/job-store.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import type { JobSchedule } from '#core/runs/schedule-store.ts';
import type { Sweep } from '#core/skills/cache-cleaner.ts';
import type { CachedSkill } from '#core/skills/cached-skill.ts';
import { type Skill, versionOf } from '#core/skills/skill.ts';
import type { Services, StartRun } from '#functions/admin-api/ports.ts';

export const NOW = Date.parse('2026-02-19T10:30:00Z');

export type LogLine = {
  readonly level: string;
  readonly message: string;
  readonly facts: Record<string, unknown>;
};

/** Everything that a test puts in, moves or looks at. */
export type World = {
  readonly services: Services;
  readonly skills: Map<string, CachedSkill>;
  readonly categories: Category[];
  readonly jobs: Map<string, JobState>;
  readonly runs: Map<string, Run>;
  readonly rejected: RejectedRecord[];
  /** As the feed's task has it. */
  readonly feed: FeedStore;
  readonly schedules: Map<string, JobSchedule>;
  /** The table behind `services.conflicts`. */
  readonly memory: MemoryTable;
  readonly audit: AuditRecord[];
  readonly counted: string[];
  readonly started: string[];
  /** What the rating sync was asked for. */
  /** What the skill syncs that were started were asked for. */
  readonly skillSyncs: Parameters<StartRun>[0][];
  readonly ratingSyncs: Parameters<StartRun>[0][];
  readonly reads: string[];
  readonly lines: LogLine[];
  readonly waits: number[];
  clock: number;
  /** What the skill sync does once it is started, by milliseconds after its start. */
  script: { readonly afterMs: number; readonly act: (runId: string) => void }[];
  /** Thrown by the invocation, if set. */
  refusal: Error | undefined;
};

/** Services on plain maps; waiting moves the clock and plays what was due meanwhile. */
export function createWorld(): World {
  const due: { at: number; act: () => void }[] = [];
  const lines: LogLine[] = [];
  const memory = createMemoryTable();
  const conflicts = createMemoryConflictStore(memory);
  const feed = createMemoryFeedStore(memory);
  const begin = (runId: string) => {
    if (world.refusal) throw world.refusal;
    world.started.push(runId);
    for (const { afterMs, act } of world.script) {
      due.push({ at: world.clock + afterMs, act: () => act(runId) });
    }
  };
  const world: World = {
    skills: new Map(),
    categories: [],
    jobs: new Map(),
    runs: new Map(),
    rejected: [],
    memory,
    feed,
    schedules: new Map([SKILL_SYNC_SCHEDULE, CLEANUP_SCHEDULE].map((schedule) => [schedule.job, schedule])),
    audit: [],
    counted: [],
    started: [],
    skillSyncs: [],
    ratingSyncs: [],
    reads: [],
    lines,
    waits: [],
    clock: NOW,
    script: [],
    refusal: undefined,
    services: {
      skills: {
        async get(id, now) {
          world.reads.push(`skill ${id}`);
          const entry = world.skills.get(id);
          return entry && entry.expiresAt > now ? entry : undefined;
        },
        list: async (filter, limit, cursor) =>
          pageOf(
            [...world.skills.values()].filter(({ remote: { skill } }) =>
              filter.category === undefined ? true : skill.category === filter.category,
            ),
            limit,
            cursor,
          ),
      },
      categories: { list: async (limit, cursor) => pageOf(world.categories, limit, cursor) },
      jobs: {
        async state(job) {
          world.reads.push(`state ${job}`);
          return world.jobs.get(job) ?? jobState(job);
        },
        async setOverride(job, override) {
          const state = world.jobs.get(job) ?? jobState(job);
          world.jobs.set(job, { ...state, override: { ...state.override, ...override } });
        },
        async setCacheSize(job, size) {
          world.jobs.set(job, { ...(world.jobs.get(job) ?? jobState(job)), ...size });
        },
      },
      editor: {
        async edit(id, change, { now }) {
          const entry = world.skills.get(id);
          if (entry === undefined || entry.expiresAt.getTime() <= now) return undefined;
          const edited = { ...entry, local: change(entry), base: entry.base ?? entry.remote.skill };
          world.skills.set(id, edited);
          return edited;
        },
      },
      schedules: {
        list: () => createMemoryScheduleStore(world.schedules, () => world.clock).list(),
        change: (job, change) =>
          createMemoryScheduleStore(world.schedules, () => world.clock).change(job, change),
      },
      cleaner: { sweep: async () => SWEEP },
      audit: {
        async append(record) {
          world.audit.unshift(record);
        },
        list: async (limit, cursor) => pageOf(world.audit, limit, cursor),
      },
      feed: {
        async read() {
          world.reads.push('feed');
          return feed.read();
        },
        control: (change) => feed.control(change),
      },
      settings: {
        jobs: [JobId.skillSync, JobId.cacheCleanup],
        skillSyncIntervalMinutes: 15,
        feed: { deployed: true, started: true },
      },
      count: (what) => {
        world.counted.push(what);
      },
      conflicts: {
        get: (conflict, now) => conflicts.get(conflict, now),
        list: (filter, limit, cursor, now) => conflicts.list(filter, limit, cursor, now),
        resolve: (resolution) => conflicts.resolve(resolution),
        async countOpen() {
          world.reads.push('open conflicts');
          return conflicts.countOpen();
        },
        async totals() {
          world.reads.push('totals of conflicts');
          return conflicts.totals();
        },
      },
      runs: {
        async put(run) {
          world.runs.set(run.runId, run);
        },
        async get(id) {
          world.reads.push(`run ${id}`);
          return world.runs.get(id);
        },
        list: async ({ job, status }, limit, cursor) =>
          pageOf(
            [...world.runs.values()].filter(
              (run) => run.job === (job ?? run.job) && run.status === (status ?? run.status),
            ),
            limit,
            cursor,
          ),
      },
      rejectedRecords: { list: async (limit, cursor) => pageOf(world.rejected, limit, cursor) },
      ratings: createMemoryRatingStore(memory),
      pulls: createMemoryRatingPulls(memory),
      tally: createMemoryRatingTally(memory),
      ratingConflicts: createMemoryRatingConflictLog(memory),
      async startSkillSync(request) {
        world.skillSyncs.push(request);
        begin(request.run_id);
      },
      async startRatingSync(request) {
        world.ratingSyncs.push(request);
        begin(request.run_id);
      },
      now: () => world.clock,
      async sleep(ms) {
        world.waits.push(ms);
        world.clock += ms;
        for (const event of due.splice(0)) {
          if (event.at <= world.clock) event.act();
          else due.push(event);
        }
      },
      random: () => 0.5,
      log: recordingLog(lines),
    },
  };
  return world;
}

export function recordingLog(lines: LogLine[]): Log {
  const at = (level: string) => (message: string, facts?: Record<string, unknown>) => {
    lines.push({ level, message, facts: facts ?? {} });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export function cached(skill: Skill, over: Partial<CachedSkill> = {}): CachedSkill {
  return { remote: versionOf(skill), observedAt: NOW, expiresAt: new Date(NOW + 3_600_000), ...over };
}

export function jobState(job: string, over: Partial<JobState> = {}): JobState {
  return {
    job,
    fence: 0,
    totalRuns: 0,
    successfulRuns: 0,
    failedRuns: 0,
    skillsCount: 0,
    categoriesCount: 0,
    durations: { count: 0, sumSeconds: 0, buckets: [] },
    errors: {},
    ...over,
  };
}

export const SKILL_SYNC_SCHEDULE: JobSchedule = {
  job: JobId.skillSync,
  name: 'Atom SaaS skill sync',
  enabled: true,
  expression: { kind: 'rate', minutes: 15 },
  since: NOW - 20 * 60_000,
};

export const CLEANUP_SCHEDULE: JobSchedule = {
  job: JobId.cacheCleanup,
  name: 'Cache cleanup',
  enabled: true,
  expression: { kind: 'cron', cron: '0 0 * * ? *' },
  since: NOW - 86_400_000,
};

const SWEEP: Sweep = {
  deletedSkills: 3,
  deletedCategories: 1,
  deletedRuns: 7,
  deletedOther: 2,
  liveSkills: 40,
  liveCategories: 5,
};

/** A feed that is connected and has been before. */
export function aFeedReport(over: Partial<FeedReport> = {}): FeedReport {
  return {
    status: 'open',
    connected: true,
    lastConnectedAt: NOW - 60_000,
    lastMessageAt: NOW - 1_000,
    reconnectAttempts: 0,
    consecutiveFailures: 0,
    fallbackToPolling: false,
    lastCatchUpAt: NOW - 59_000,
    reconnectsTotal: 4,
    messagesTotal: { skill_update: 30, category_update: 2, rating_update: 5, skill_delete: 1 },
    rejectedTotal: 3,
    ...over,
  };
}

/** The feed's task takes the feed for a minute and reports. */
export async function reportFeed(world: World, over: Partial<FeedReport> = {}): Promise<void> {
  const lease = await world.feed.acquire('task', world.clock, 60_000);
  if (lease === undefined) throw new Error('Another task holds the feed.');
  await world.feed.renew(lease, world.clock, 60_000, aFeedReport(over));
}

/** The same world with other settings of the feed. */
export function withFeed(world: World, feed: Services['settings']['feed']): World {
  return { ...world, services: { ...world.services, settings: { ...world.services.settings, feed } } };
}

export const RUN_ID = '01KHTNPR6M4Y8Z0V9QK2D3F5GH';

export function aRun(over: Partial<Run> = {}): Run {
  return {
    runId: RUN_ID,
    job: JobId.skillSync,
    status: 'success',
    trigger: 'schedule',
    startedAt: NOW - 60_000,
    endedAt: NOW - 56_500,
    progress: { done: 5000, total: 5000, unit: 'skills' },
    counts: {
      skills_synced: 5000,
      categories_synced: 12,
      added: 3,
      changed: 17,
      unchanged: 4980,
      removed: 1,
    },
    invocations: 1,
    fence: 7,
    ...over,
  };
}

function pageOf<T>(items: readonly T[], limit: number, cursor: string | undefined): Page<T> {
  const from = cursor === undefined ? 0 : Number(/^after-(\d{1,6})$/.exec(cursor)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new InvalidCursorError('not a cursor of this list');
  const to = from + limit;
  return { items: items.slice(from, to), cursor: to < items.length ? `after-${to}` : undefined };
}
