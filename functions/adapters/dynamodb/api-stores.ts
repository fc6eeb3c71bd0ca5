import { sleep } from '#adapters/clock/sleep.ts';
import type { CategoryReader } from '#core/categories/category-store.ts';
import type { ConflictStore } from '#core/conflicts/conflict-store.ts';
import type { FeedStore } from '#core/feed/feed-state.ts';
import type { RatingConflictLog, RatingPulls, RatingStore, RatingTally } from '#core/ratings/rating-ports.ts';
import type { AuditStore } from '#core/records/audit-store.ts';
import type { RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import type { JobStore } from '#core/runs/job-store.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import type { CacheCleaner } from '#core/skills/cache-cleaner.ts';
import { type CacheReadCounter, createCacheReadCounter } from '#core/skills/cache-reads.ts';
import { announceChanges } from '#core/skills/search/record-changes.ts';
import { createSkillEditor, type SkillEditor } from '#core/skills/skill-editor.ts';
import type { SkillReader } from '#core/skills/skill-reader.ts';
import { createCacheCleaner } from './cache-cleaner.ts';
import { createCategoryReader } from './categories/category-store.ts';
import { createConflictStore } from './conflicts/conflict-store.ts';
import { createFeedStore } from './feed/feed-store.ts';
import { createRatingConflictLog } from './ratings/rating-conflict-log.ts';
import { createRatingPulls } from './ratings/rating-pulls.ts';
import { createRatingStore } from './ratings/rating-store.ts';
import { createRatingTally } from './ratings/rating-tally.ts';
import { createAuditStore } from './records/audit-store.ts';
import { createRejectedRecordStore } from './records/rejected-record-store.ts';
import { createJobStore } from './runs/job-store.ts';
import { createRunStore } from './runs/run-store.ts';
import { createCacheReadStore } from './skills/cache-read-store.ts';
import { createSearchSnapshots } from './skills/search-snapshot.ts';
import { createSkillEntries } from './skills/skill-entries.ts';
import { createSkillReader } from './skills/skill-reader.ts';
import type { Table } from './table/table.ts';

/** Every store that the API reads and writes. */
export type ApiStores = {
  readonly skills: SkillReader;
  readonly cacheReads: CacheReadCounter;
  readonly categories: CategoryReader;
  readonly editor: SkillEditor;
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly conflicts: ConflictStore;
  readonly feed: FeedStore;
  readonly rejectedRecords: RejectedRecordStore;
  readonly cleaner: CacheCleaner;
  readonly ratings: RatingStore;
  readonly pulls: RatingPulls;
  readonly tally: RatingTally;
  readonly ratingConflicts: RatingConflictLog;
  readonly audit: AuditStore;
};

/**
 * The stores of the API.
 *
 * @param table where all of them are
 * @param auditTable the same table over the client of the audit, whose limits are of its own
 */
export function createApiStores(table: Table, auditTable: Table): ApiStores {
  const entries = announceChanges(createSkillEntries(table), createSearchSnapshots(table), Date.now);
  return {
    skills: createSkillReader(table),
    cacheReads: createCacheReadCounter({
      store: createCacheReadStore(table),
      now: Date.now,
      sleep,
      log: table.log,
    }),
    categories: createCategoryReader(table),
    editor: createSkillEditor(entries),
    jobs: createJobStore(table),
    runs: createRunStore(table),
    conflicts: createConflictStore(table, undefined, entries),
    feed: createFeedStore(table),
    rejectedRecords: createRejectedRecordStore(table),
    cleaner: createCacheCleaner(table),
    ratings: createRatingStore(table),
    pulls: createRatingPulls(table),
    tally: createRatingTally(table),
    ratingConflicts: createRatingConflictLog(table),
    audit: createAuditStore(auditTable),
  };
}
