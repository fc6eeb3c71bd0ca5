import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { sleep } from '#adapters/clock/sleep.ts';
import { createCacheCleaner } from '#adapters/dynamodb/cache-cleaner.ts';
import { createCategoryReader, createCategoryStore } from '#adapters/dynamodb/categories/category-store.ts';
import {
  createMemoryCategoryReader,
  createMemoryCategoryStore,
} from '#adapters/dynamodb/categories/memory-category-store.ts';
import { CONFLICT_COUNTERS } from '#adapters/dynamodb/conflicts/conflict-item.ts';
import { createConflictStore } from '#adapters/dynamodb/conflicts/conflict-store.ts';
import { createMemoryConflictStore } from '#adapters/dynamodb/conflicts/memory-conflict-store.ts';
import { createFeedStore } from '#adapters/dynamodb/feed/feed-store.ts';
import { createMemoryFeedStore } from '#adapters/dynamodb/feed/memory-feed-store.ts';
import { createIssueGenerations } from '#adapters/dynamodb/issues/issue-generations.ts';
import { createIssueRecords } from '#adapters/dynamodb/issues/issue-records.ts';
import type { IssueStores } from '#adapters/dynamodb/issues/issue-stores.ts';
import { createMemoryIssueStores } from '#adapters/dynamodb/issues/memory-issue-stores.ts';
import { createMemoryRequestWindow } from '#adapters/dynamodb/marketplace/memory-request-window.ts';
import { createRequestWindow } from '#adapters/dynamodb/marketplace/request-window.ts';
import { createMemoryCacheCleaner } from '#adapters/dynamodb/memory-cache-cleaner.ts';
import { createMemoryTable, type MemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryRatingConflictLog } from '#adapters/dynamodb/ratings/memory-rating-conflict-log.ts';
import { createMemoryRatingPulls } from '#adapters/dynamodb/ratings/memory-rating-pulls.ts';
import { createMemoryRatingStore } from '#adapters/dynamodb/ratings/memory-rating-store.ts';
import { createMemoryRatingTally } from '#adapters/dynamodb/ratings/memory-rating-tally.ts';
import { createRatingConflictLog } from '#adapters/dynamodb/ratings/rating-conflict-log.ts';
import { createRatingPulls } from '#adapters/dynamodb/ratings/rating-pulls.ts';
import { createRatingStore } from '#adapters/dynamodb/ratings/rating-store.ts';
import { createRatingTally } from '#adapters/dynamodb/ratings/rating-tally.ts';
import { createAuditStore } from '#adapters/dynamodb/records/audit-store.ts';
import { createMemoryAuditStore } from '#adapters/dynamodb/records/memory-audit-store.ts';
import { createMemoryRejectedRecordStore } from '#adapters/dynamodb/records/memory-rejected-record-store.ts';
import {
  createMemoryRejectedRecordRemover,
  createRejectedRecordRemover,
} from '#adapters/dynamodb/records/rejected-record-remover.ts';
import { createRejectedRecordStore } from '#adapters/dynamodb/records/rejected-record-store.ts';
import { createCheckpointStore } from '#adapters/dynamodb/runs/checkpoint-store.ts';
import { createJobStore } from '#adapters/dynamodb/runs/job-store.ts';
import { createMemoryCheckpointStore } from '#adapters/dynamodb/runs/memory-checkpoint-store.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createCacheReadStore } from '#adapters/dynamodb/skills/cache-read-store.ts';
import { createMemoryCacheReadStore } from '#adapters/dynamodb/skills/memory-cache-read-store.ts';
import { createMemorySearchSnapshots } from '#adapters/dynamodb/skills/memory-search-snapshot.ts';
import { createMemorySkillEntries } from '#adapters/dynamodb/skills/memory-skill-entries.ts';
import { createMemorySkillReader } from '#adapters/dynamodb/skills/memory-skill-reader.ts';
import { createSearchSnapshots } from '#adapters/dynamodb/skills/search-snapshot.ts';
import { createSkillEntries } from '#adapters/dynamodb/skills/skill-entries.ts';
import { createSkillReader } from '#adapters/dynamodb/skills/skill-reader.ts';
import { updateIf } from '#adapters/dynamodb/table/expression.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { createMemoryTicketStores } from '#adapters/dynamodb/tickets/memory-ticket-stores.ts';
import { createTicketStores, type TicketStores } from '#adapters/dynamodb/tickets/ticket-stores.ts';
import type { CategoryReader, CategoryStore } from '#core/categories/category-store.ts';
import type { ConflictStrategy, ResolutionStrategy } from '#core/conflicts/conflict.ts';
import type { ConflictStore } from '#core/conflicts/conflict-store.ts';
import type { FeedStore } from '#core/feed/feed-state.ts';
import type { Log } from '#core/log.ts';
import type { RequestWindow } from '#core/marketplace/request-window.ts';
import type { RatingConflictLog, RatingPulls, RatingStore, RatingTally } from '#core/ratings/rating-ports.ts';
import type { AuditStore } from '#core/records/audit-store.ts';
import type { RejectedRecordRemover, RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import type { JobStore } from '#core/runs/job-store.ts';
import type { CheckpointStore } from '#core/runs/listing-checkpoint.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import type { CacheCleaner } from '#core/skills/cache-cleaner.ts';
import type { CacheReadStore } from '#core/skills/cache-reads.ts';
import type { SearchSnapshots } from '#core/skills/search/search-snapshots.ts';
import { createSkillEditor, type SkillEditor } from '#core/skills/skill-editor.ts';
import type { SkillEntries } from '#core/skills/skill-entries.ts';
import type { SkillReader } from '#core/skills/skill-reader.ts';
import { createSkillStore, type SkillStore } from '#core/skills/skill-store.ts';
import { POLICY, T0 } from '#test/contracts/versions.ts';
import { type BatchReaders, memoryBatchReaders, tableBatchReaders } from './batch-readers.ts';
import { memoryRaw, type RawTable, tableRaw } from './raw-table.ts';

/** What a writer leaves that dies between its two writes. */
type TestOutbox = {
  /** Puts the record of a closed conflict back into its skill's entry, and takes it off the counts. */
  leave(conflict: {
    readonly id: string;
    readonly skillId: string;
    readonly end: ResolutionStrategy;
  }): Promise<void>;
  isPending(skillId: string): Promise<boolean>;
};

/** Every store, on one empty table of one engine. */
export type TestStores = {
  /** What `skills`, `editor` and `conflicts` change. */
  readonly entries: SkillEntries;
  readonly outbox: TestOutbox;
  /** With the strategy `manual`. */
  readonly skills: SkillStore;
  /** On the same table. */
  readonly skillsBy: (strategy: ConflictStrategy) => SkillStore;
  readonly conflicts: ConflictStore;
  readonly skillReader: SkillReader;
  readonly batchReaders: BatchReaders;
  readonly snapshots: SearchSnapshots;
  readonly cleaner: CacheCleaner;
  readonly cacheReads: CacheReadStore;
  readonly categories: CategoryStore;
  readonly categoryReader: CategoryReader;
  readonly rejected: RejectedRecordStore;
  readonly rejectedRemover: RejectedRecordRemover;
  readonly runs: RunStore;
  readonly jobs: JobStore;
  readonly checkpoints: CheckpointStore;
  readonly editor: SkillEditor;
  readonly audit: AuditStore;
  readonly feed: FeedStore;
  readonly ratings: RatingStore;
  readonly pulls: RatingPulls;
  readonly ratingConflicts: RatingConflictLog;
  readonly tally: RatingTally;
  readonly window: RequestWindow;
  /** Those of one Zendesk account. */
  readonly ticketStores: (subdomain: string) => TicketStores;
  readonly issueStores: (subdomain: string) => IssueStores;
  readonly raw: RawTable;
};

/** Opens the stores on a table that nobody else uses. */
export type OpenStores = () => Promise<TestStores>;

export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** The stores of the in-memory fakes. */
export async function openMemoryStores(): Promise<TestStores> {
  const memory = createMemoryTable();
  const entries = createMemorySkillEntries(memory);
  return {
    entries,
    outbox: memoryOutbox(memory),
    skills: createSkillStore(entries, POLICY),
    skillsBy: (strategy) => createSkillStore(entries, { ...POLICY, strategy }),
    conflicts: createMemoryConflictStore(memory),
    skillReader: createMemorySkillReader(memory),
    batchReaders: memoryBatchReaders(memory),
    snapshots: createMemorySearchSnapshots(memory),
    cleaner: createMemoryCacheCleaner(memory),
    cacheReads: createMemoryCacheReadStore(),
    categories: createMemoryCategoryStore(memory),
    categoryReader: createMemoryCategoryReader(memory),
    rejected: createMemoryRejectedRecordStore(memory),
    rejectedRemover: createMemoryRejectedRecordRemover(memory),
    runs: createMemoryRunStore(memory),
    jobs: createMemoryJobStore(memory),
    checkpoints: createMemoryCheckpointStore(memory),
    editor: createSkillEditor(entries),
    audit: createMemoryAuditStore(memory),
    feed: createMemoryFeedStore(memory),
    ratings: createMemoryRatingStore(memory),
    pulls: createMemoryRatingPulls(memory),
    ratingConflicts: createMemoryRatingConflictLog(memory),
    tally: createMemoryRatingTally(memory),
    window: createMemoryRequestWindow(),
    ticketStores: (subdomain) => createMemoryTicketStores(memory, subdomain),
    issueStores: (subdomain) => createMemoryIssueStores(memory, subdomain),
    raw: memoryRaw(memory),
  };
}

/** The stores of the DynamoDB adapters. */
export function tableStores(table: Table): TestStores {
  const entries = createSkillEntries(table);
  return {
    entries,
    outbox: tableOutbox(table),
    skills: createSkillStore(entries, POLICY),
    skillsBy: (strategy) => createSkillStore(entries, { ...POLICY, strategy }),
    conflicts: createConflictStore(table),
    skillReader: createSkillReader(table),
    batchReaders: tableBatchReaders(table),
    snapshots: createSearchSnapshots(table),
    cleaner: createCacheCleaner(table),
    cacheReads: createCacheReadStore(table),
    categories: createCategoryStore(table),
    categoryReader: createCategoryReader(table),
    rejected: createRejectedRecordStore(table),
    rejectedRemover: createRejectedRecordRemover(table),
    runs: createRunStore(table),
    jobs: createJobStore(table),
    checkpoints: createCheckpointStore(table),
    editor: createSkillEditor(entries),
    audit: createAuditStore(table),
    feed: createFeedStore(table),
    ratings: createRatingStore(table),
    pulls: createRatingPulls(table),
    ratingConflicts: createRatingConflictLog(table),
    tally: createRatingTally(table),
    window: createRequestWindow(table),
    ticketStores: (subdomain) => createTicketStores(table, subdomain),
    issueStores: (subdomain) => issueStoresAt(table, subdomain),
    raw: tableRaw(table),
  };
}

/** The contracts' time is not that of the machine. */
function issueStoresAt(table: Table, subdomain: string): IssueStores {
  const time = { sleep, random: Math.random, now: () => T0 };
  return {
    generations: createIssueGenerations(table, subdomain, time),
    records: createIssueRecords(table, subdomain),
  };
}

function tableOutbox(table: Table): TestOutbox {
  const raw = tableRaw(table);
  return {
    async leave({ id, skillId, end }) {
      const { json, ...rest } = (await raw.get('CONFLICTS', id)) ?? {};
      await raw.patch(`SKILL#${skillId}`, 'SKILL', {
        settled: json,
        conflictId: id,
        work: 'conflict#settled',
        dueAt: '2026-03-02T09:00:00.000Z',
      });
      // A record of somebody else's, expired: it makes no difference.
      await raw.put({ ...rest, json, pk: 'CONFLICTS', sk: `0${id.slice(1)}`, expiresAt: 1 });
      await raw.drop('CONFLICTS', id);
      const changes = updateIf({ add: { [`resolved_${end}`]: -1 } });
      await table.client.send(
        new UpdateCommand({ TableName: table.name, Key: CONFLICT_COUNTERS, ...changes }),
      );
    },
    isPending: async (skillId) => (await raw.get(`SKILL#${skillId}`, 'SKILL'))?.settled !== undefined,
  };
}

function memoryOutbox({ skills, conflicts, conflictCounts }: MemoryTable): TestOutbox {
  return {
    async leave({ id, skillId, end }) {
      const outbox = conflicts.get(id);
      if (outbox === undefined) throw new Error(`No record of ${id}`);
      skills.set(skillId, { ...skills.get(skillId), outbox });
      conflicts.set(`0${id.slice(1)}`, { ...outbox, id: `0${id.slice(1)}`, resolvedAt: 0 });
      conflicts.delete(id);
      conflictCounts.set(end, (conflictCounts.get(end) ?? 0) - 1);
    },
    isPending: async (skillId) => skills.get(skillId)?.outbox !== undefined,
  };
}
