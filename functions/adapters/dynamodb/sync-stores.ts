import type { CategoryStore } from '#core/categories/category-store.ts';
import type { ConflictStore } from '#core/conflicts/conflict-store.ts';
import type { Log } from '#core/log.ts';
import type { RequestWindow } from '#core/marketplace/request-window.ts';
import type { RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import type { JobStore } from '#core/runs/job-store.ts';
import type { CheckpointStore } from '#core/runs/listing-checkpoint.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import { recordChanges } from '#core/skills/search/record-changes.ts';
import { type ConflictPolicy, createSkillStore, type SkillStore } from '#core/skills/skill-store.ts';
import type { Now } from '#core/time/clock.ts';
import { createCategoryStore } from './categories/category-store.ts';
import { createConflictStore } from './conflicts/conflict-store.ts';
import { createRequestWindow } from './marketplace/request-window.ts';
import { createRejectedRecordStore } from './records/rejected-record-store.ts';
import { createCheckpointStore } from './runs/checkpoint-store.ts';
import { createJobStore } from './runs/job-store.ts';
import { createRunStore } from './runs/run-store.ts';
import { createSearchSnapshots } from './skills/search-snapshot.ts';
import { createSkillEntries } from './skills/skill-entries.ts';
import { createDocumentClient } from './table/client.ts';
import type { Table } from './table/table.ts';

/** Every store that a sync writes through. */
export type SyncStores = {
  readonly skills: SkillStore;
  readonly categories: CategoryStore;
  readonly rejected: RejectedRecordStore;
  readonly checkpoints: CheckpointStore;
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly conflicts: ConflictStore;
  /** Brings the snapshot of the search in step with what was written; see `RecordedEntries`. */
  readonly flushSearch?: () => Promise<void>;
};

/**
 * The stores of a sync on one table, over one client.
 *
 * @param now real time where it is absent
 */
export function createSyncStores(table: Table, policy: ConflictPolicy, now: Now = Date.now): SyncStores {
  const { entries, flush } = recordChanges({
    entries: createSkillEntries(table),
    snapshots: createSearchSnapshots(table),
    now,
    log: table.log,
  });
  return {
    flushSearch: flush,
    skills: createSkillStore(entries, { ...policy, log: table.log }),
    categories: createCategoryStore(table),
    rejected: createRejectedRecordStore(table),
    checkpoints: createCheckpointStore(table),
    jobs: createJobStore(table),
    runs: createRunStore(table),
    conflicts: createConflictStore(table),
  };
}

/** The same for a function, with the shared limit: its table by name, its client from the environment. */
export function openSyncStores(
  name: string,
  log: Log,
  policy: ConflictPolicy,
): SyncStores & { readonly window: RequestWindow } {
  const table = { client: createDocumentClient(), name, log };
  return { ...createSyncStores(table, policy), window: createRequestWindow(table) };
}
