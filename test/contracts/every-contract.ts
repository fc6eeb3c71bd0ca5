import type { OpenStores } from '#test/engines/test-stores.ts';
import { analysisBatchesContract } from './analysis-batches.contract.ts';
import { auditStoreContract } from './audit-store.contract.ts';
import { cacheCleanerContract } from './cache-cleaner.contract.ts';
import { cacheReadStoreContract } from './cache-read-store.contract.ts';
import { categoryStoreContract } from './category-store.contract.ts';
import { checkpointStoreContract } from './checkpoint-store.contract.ts';
import { conflictOutcomesContract } from './conflict-outcomes.contract.ts';
import { conflictStoreContract } from './conflict-store.contract.ts';
import { exactJsonContract } from './exact-json.contract.ts';
import { feedStoreContract } from './feed-store.contract.ts';
import { frameOrderContract } from './frame-order.contract.ts';
import { issueGenerationsContract } from './issue-generations.contract.ts';
import { issueIncidentsContract } from './issue-incidents.contract.ts';
import { issueRecordsContract } from './issue-records.contract.ts';
import { jobStoreContract } from './job-store.contract.ts';
import { ratingStoreContract } from './rating-store.contract.ts';
import { rejectedRecordStoreContract } from './rejected-record-store.contract.ts';
import { runStoreContract } from './run-store.contract.ts';
import { searchSnapshotsContract, storedSearchContract } from './search-snapshot.contract.ts';
import { skillBatchReaderContract } from './skill-batch-reader.contract.ts';
import { skillEditorContract } from './skill-editor.contract.ts';
import { skillEntriesContract } from './skill-entries.contract.ts';
import { skillHintsContract } from './skill-hints.contract.ts';
import { skillOrderContract } from './skill-order.contract.ts';
import { skillReaderContract } from './skill-reader.contract.ts';
import { skillStoreContract } from './skill-store.contract.ts';
import { spendLedgerContract } from './spend-ledger.contract.ts';
import { storedGenerationsContract, storedRecordsContract } from './stored-issues.contract.ts';
import { storedSkillsContract } from './stored-skills.contract.ts';
import { ticketListContract } from './ticket-list.contract.ts';
import { ticketStoreContract } from './ticket-store.contract.ts';
import { ticketSyncStatesContract } from './ticket-sync-states.contract.ts';

/** What every implementation of every storage port does, whatever it stores in. */
export function everyStorageContract(open: OpenStores): void {
  skillEntriesContract(open);
  skillStoreContract(open);
  skillHintsContract(open);
  frameOrderContract(open);
  skillOrderContract(open);
  skillReaderContract(open);
  categoryStoreContract(open);
  rejectedRecordStoreContract(open);
  runStoreContract(open);
  checkpointStoreContract(open);
  jobStoreContract(open);
  cacheCleanerContract(open);
  cacheReadStoreContract(open);
  skillEditorContract(open);
  auditStoreContract(open);
  feedStoreContract(open);
  conflictOutcomesContract(open);
  conflictStoreContract(open);
  exactJsonContract(open);
  ratingStoreContract(open);
  ticketStoreContract(open);
  ticketListContract(open);
  ticketSyncStatesContract(open);
  analysisBatchesContract(open);
  spendLedgerContract(open);
  issueGenerationsContract(open);
  issueRecordsContract(open);
  issueIncidentsContract(open);
  searchSnapshotsContract(open);
  skillBatchReaderContract(open);
}

/** The same, and how DynamoDB stores it: for engines of DynamoDB alone. */
export function everyTableContract(open: OpenStores): void {
  everyStorageContract(open);
  storedSkillsContract(open);
  storedSearchContract(open);
  storedGenerationsContract(open);
  storedRecordsContract(open);
}
