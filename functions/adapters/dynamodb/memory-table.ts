import type { MemoryCategories } from './categories/memory-category-store.ts';
import type { MemoryFeed } from './feed/memory-feed-store.ts';
import type { MemoryIssueGenerations } from './issues/memory-issue-generations.ts';
import type { MemoryIssueRecords } from './issues/memory-issue-records.ts';
import type { MemoryRatings } from './ratings/memory-rating-store.ts';
import type { MemoryAudit } from './records/memory-audit-store.ts';
import type { MemoryRejectedRecords } from './records/memory-rejected-record-store.ts';
import type { MemoryCheckpoints } from './runs/memory-checkpoint-store.ts';
import type { MemoryJobs } from './runs/memory-job-store.ts';
import type { MemoryRuns } from './runs/memory-run-store.ts';
import { emptySearch, type MemorySearch } from './skills/memory-search-snapshot.ts';
import type { MemorySkills } from './skills/memory-skill-entries.ts';
import type { MemoryAnalysisBatches } from './tickets/memory-analysis-batches.ts';
import type { MemorySpend } from './tickets/memory-spend-ledger.ts';
import type { MemoryTickets } from './tickets/memory-ticket-store.ts';
import type { MemoryTicketSync } from './tickets/memory-ticket-sync-states.ts';

/** What the in-memory fakes keep. Fakes made of one memory table see each other's records. */
export type MemoryTable = MemorySkills &
  MemorySearch &
  MemoryCategories &
  MemoryRejectedRecords &
  MemoryRuns &
  MemoryJobs &
  MemoryAudit &
  MemoryCheckpoints &
  MemoryFeed &
  MemoryRatings &
  MemoryTickets &
  MemoryTicketSync &
  MemoryAnalysisBatches &
  MemorySpend &
  MemoryIssueGenerations &
  MemoryIssueRecords;

/** An empty table. */
export function createMemoryTable(): MemoryTable {
  return {
    skills: new Map(),
    search: emptySearch(),
    categories: new Map(),
    rejected: new Map(),
    runs: new Map(),
    jobs: new Map(),
    audit: new Map(),
    checkpoints: new Map(),
    feed: new Map(),
    conflicts: new Map(),
    conflictCounts: new Map(),
    ratings: new Map(),
    tickets: new Map(),
    ticketSync: { states: new Map() },
    analysisBatches: new Map(),
    spend: new Map(),
    issueGenerations: new Map(),
    issueRecords: new Map(),
  };
}
