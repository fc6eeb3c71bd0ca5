import { createRequestWindow } from '#adapters/dynamodb/marketplace/request-window.ts';
import { createRejectedRecordStore } from '#adapters/dynamodb/records/rejected-record-store.ts';
import { createJobStore } from '#adapters/dynamodb/runs/job-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import type { Log } from '#core/log.ts';
import type { RequestWindow } from '#core/marketplace/request-window.ts';
import type { RatingConflictLog, RatingPulls, RatingStore, RatingTally } from '#core/ratings/rating-ports.ts';
import type { RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import type { JobStore } from '#core/runs/job-store.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import { createRatingConflictLog } from './ratings/rating-conflict-log.ts';
import { createRatingPulls } from './ratings/rating-pulls.ts';
import { createRatingStore } from './ratings/rating-store.ts';
import { createRatingTally } from './ratings/rating-tally.ts';

/** Everything that uploads and rating syncs store. */
export type RatingStores = {
  readonly ratings: RatingStore;
  readonly pulls: RatingPulls;
  readonly conflicts: RatingConflictLog;
  readonly tally: RatingTally;
  readonly rejected: RejectedRecordStore;
  readonly window: RequestWindow;
};

/** The stores of ratings on one table, over one client. */
export function createRatingStores(table: Table): RatingStores {
  return {
    ratings: createRatingStore(table),
    pulls: createRatingPulls(table),
    conflicts: createRatingConflictLog(table),
    tally: createRatingTally(table),
    rejected: createRejectedRecordStore(table),
    window: createRequestWindow(table),
  };
}

/** The same for a function: its table by name, its client from the environment. */
export function openRatingStores(name: string, log: Log): RatingStores {
  return createRatingStores({ client: createDocumentClient(), name, log });
}

/** The same for a job: with its state and the records of its runs. */
export function openRatingSyncStores(
  name: string,
  log: Log,
): RatingStores & { readonly jobs: JobStore; readonly runs: RunStore } {
  const table = { client: createDocumentClient(), name, log };
  return { ...createRatingStores(table), jobs: createJobStore(table), runs: createRunStore(table) };
}
