import { createMemoryCategoryStore } from '#adapters/dynamodb/categories/memory-category-store.ts';
import { createMemoryConflictStore } from '#adapters/dynamodb/conflicts/memory-conflict-store.ts';
import { createMemoryTable, type MemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryRejectedRecordStore } from '#adapters/dynamodb/records/memory-rejected-record-store.ts';
import { createMemoryCheckpointStore } from '#adapters/dynamodb/runs/memory-checkpoint-store.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import { createMemorySearchSnapshots } from '#adapters/dynamodb/skills/memory-search-snapshot.ts';
import { createMemorySkillEntries } from '#adapters/dynamodb/skills/memory-skill-entries.ts';
import type { SyncStores } from '#adapters/dynamodb/sync-stores.ts';
import type { ConflictStrategy } from '#core/conflicts/conflict.ts';
import type { Log } from '#core/log.ts';
import { runJob } from '#core/runs/job-run.ts';
import type { Run } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { recordChanges } from '#core/skills/search/record-changes.ts';
import { cachedSkill } from '#core/skills/skill-entry.ts';
import { createSkillStore } from '#core/skills/skill-store.ts';
import type { Now } from '#core/time/clock.ts';
import { syncSkills } from '#functions/skill-sync/sync-skills.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';
import {
  type CatalogueMarketplace,
  createCatalogueMarketplace,
  type WireSkill,
} from './catalogue-marketplace.ts';

export const HOUR = 3_600_000;
export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

export type SyncOptions = {
  readonly runId?: string;
  readonly remainingMs?: () => number;
  readonly acceptOlder?: boolean;
};

/** A line of the log. */
type LoggedLine = { readonly message: string; readonly [fact: string]: unknown };

type HarnessOptions = { readonly pageSize?: number; readonly strategy?: ConflictStrategy };

function createPublisher({ skills }: CatalogueMarketplace) {
  let stamps = 0;
  return (id: string, fields: Record<string, unknown> = {}): WireSkill => {
    stamps += 1;
    const updated_at = new Date(Date.parse('2026-01-01T00:00:00Z') + stamps * 1000).toISOString();
    const skill = { skill_id: id, name: `Skill ${id}`, updated_at, ...fields };
    skills.set(id, skill);
    return skill;
  };
}

function byId<T>(skills: ReadonlyMap<string, T>): [id: string, skill: T][] {
  return [...skills].sort(([a], [b]) => (a < b ? -1 : 1));
}

function liveSkills(table: MemoryTable, now: number): Map<string, unknown> {
  const live = new Map<string, unknown>();
  for (const [id, entry] of byId(table.skills)) {
    const skill = cachedSkill(entry);
    if (skill && skill.expiresAt.getTime() > now) live.set(id, skill.remote.skill);
  }
  return live;
}

function createStores(
  table: MemoryTable,
  strategy: ConflictStrategy,
  now: Now,
  log: Pick<Log, 'info'>,
): SyncStores {
  const entries = createMemorySkillEntries(table);
  const recorded = recordChanges({
    entries,
    snapshots: createMemorySearchSnapshots(table),
    now,
    log: silent,
  });
  return {
    skills: createSkillStore(recorded.entries, { strategy, random: Math.random, log }),
    flushSearch: recorded.flush,
    categories: createMemoryCategoryStore(table),
    rejected: createMemoryRejectedRecordStore(table),
    checkpoints: createMemoryCheckpointStore(table),
    jobs: createMemoryJobStore(table),
    runs: createMemoryRunStore(table),
    conflicts: createMemoryConflictStore(table),
  };
}

/** What was logged, by level. */
function createLines() {
  const [infos, warnings]: [LoggedLine[], LoggedLine[]] = [[], []];
  const into =
    (lines: LoggedLine[]): Log['info'] =>
    (message, ...facts) =>
      void lines.push(Object.assign({ message }, ...facts));
  return { infos, warnings, info: into(infos), warn: into(warnings) };
}

/** A whole skill sync on in-memory stores, a marketplace behind its port, and a clock that tests move. */
export function createSyncHarness({ pageSize = 10, strategy = 'remote_wins' }: HarnessOptions = {}) {
  const clock = createVirtualClock(Date.parse('2026-02-19T10:30:00Z'));
  const table = createMemoryTable();
  const { infos, warnings, info, warn } = createLines();
  const stores = createStores(table, strategy, clock.now, { info });
  const marketplace = createCatalogueMarketplace(clock);
  const wentOn: string[] = [];
  const log: Log = { ...silent, warn };

  const start = (options: SyncOptions = {}, using: SyncStores = stores): Promise<Run> =>
    runJob(
      {
        ...using,
        now: clock.now,
        sleep: clock.sleep,
        log: { ...silent, info },
        remainingMs: options.remainingMs ?? (() => Number.POSITIVE_INFINITY),
        continueInNewInvocation: async (runId) => void wentOn.push(runId),
      },
      {
        job: 'skill-sync-atom-saas',
        runId: options.runId ?? newRunId(clock.now(), Math.random),
        trigger: 'schedule',
        enabled: true,
      },
      (context) =>
        syncSkills(
          {
            ...using,
            marketplace,
            now: clock.now,
            log,
            pageSize,
            ...(options.acceptOlder === undefined ? {} : { acceptOlder: options.acceptOlder }),
            lifetime: { ttlMs: 24 * HOUR, intervalMs: HOUR / 4 },
          },
          context,
        ),
    );

  return {
    clock,
    table,
    stores,
    marketplace,
    wentOn,
    /** What was logged as a warning. */
    warnings,
    /** What runs and conflicts left in the log. */
    infos,
    start,
    sync: (options?: SyncOptions, using?: SyncStores) => clock.run(start(options, using)),
    /** Puts a skill into the marketplace, each time with a later `updated_at`. */
    publish: createPublisher(marketplace),
    /** The cache as a reader sees it now: id → name. */
    cached: () => liveSkills(table, clock.now()),
    wanted: (): Map<string, unknown> => new Map(byId(marketplace.skills)),
  };
}
