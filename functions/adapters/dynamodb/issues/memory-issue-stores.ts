import type { IssueStores } from './issue-stores.ts';
import { createMemoryIssueGenerations, type MemoryIssueGenerations } from './memory-issue-generations.ts';
import { createMemoryIssueRecords, type MemoryIssueRecords } from './memory-issue-records.ts';

/** The in-memory fakes of `createIssueStores`. */
export function createMemoryIssueStores(
  memory: MemoryIssueGenerations & MemoryIssueRecords,
  subdomain: string,
): IssueStores {
  return {
    generations: createMemoryIssueGenerations(memory, subdomain),
    records: createMemoryIssueRecords(memory, subdomain),
  };
}
