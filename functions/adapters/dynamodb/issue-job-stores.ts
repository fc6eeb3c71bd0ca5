import type { Log } from '#core/log.ts';
import { createIssueStores, type IssueStores } from './issues/issue-stores.ts';
import { createJobStore } from './runs/job-store.ts';
import { createRunStore } from './runs/run-store.ts';
import { createDocumentClient } from './table/client.ts';
import type { TicketJobStores } from './ticket-job-stores.ts';
import { createTicketStores } from './tickets/ticket-stores.ts';

/** Every store of the function that makes issues of tickets. */
type IssueJobStores = TicketJobStores & IssueStores;

/** The stores of the function of the issues: its table by name, its client from the environment. */
export function openIssueJobStores(name: string, log: Log, subdomain: string): IssueJobStores {
  const table = { client: createDocumentClient(), name, log };
  return {
    ...createTicketStores(table, subdomain),
    ...createIssueStores(table, subdomain),
    jobs: createJobStore(table),
    runs: createRunStore(table),
  };
}
