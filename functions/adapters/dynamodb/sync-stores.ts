import type { ConflictStore } from '#core/conflict-store.ts';
import type {
  CategoryStore,
  CheckpointStore,
  JobStore,
  Log,
  RejectedRecordStore,
  RunStore,
  SkillStore,
} from '#core/ports.ts';
import type { RequestWindow } from '#core/request-window.ts';
import { createCategoryStore } from './category-store.ts';
import { createCheckpointStore } from './checkpoint-store.ts';
import { createDocumentClient } from './client.ts';
import { createConflictStore } from './conflict-store.ts';
import { createJobStore } from './job-store.ts';
import { createRejectedRecordStore } from './rejected-record-store.ts';
import { createRequestWindow } from './request-window.ts';
import { createRunStore } from './run-store.ts';
import { type ConflictPolicy, createSkillStore } from './skill-store.ts';
import type { Table } from './table.ts';

/** Every store that a sync writes through. */
export type SyncStores = {
  readonly skills: SkillStore;
  readonly categories: CategoryStore;
  readonly rejected: RejectedRecordStore;
  readonly checkpoints: CheckpointStore;
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly conflicts: ConflictStore;
};

/** The stores of a sync on one table, over one client. */
export function createSyncStores(table: Table, policy: ConflictPolicy): SyncStores {
  return {
    skills: createSkillStore(table, policy),
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
