import type { Log } from '#core/log.ts';
import type { JobStore } from '#core/runs/job-store.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import { createJobStore } from './runs/job-store.ts';
import { createRunStore } from './runs/run-store.ts';
import { createDocumentClient } from './table/client.ts';
import { createTicketStores, type TicketStores } from './tickets/ticket-stores.ts';

/** Every store of a job of the tickets. */
export type TicketJobStores = TicketStores & { readonly jobs: JobStore; readonly runs: RunStore };

/** The stores of a function of the tickets: its table by name, its client from the environment. */
export function openTicketJobStores(name: string, log: Log, subdomain: string): TicketJobStores {
  const table = { client: createDocumentClient(), name, log };
  return {
    ...createTicketStores(table, subdomain),
    jobs: createJobStore(table),
    runs: createRunStore(table),
  };
}
