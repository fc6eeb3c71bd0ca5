import { createMemoryAnalysisBatches, type MemoryAnalysisBatches } from './memory-analysis-batches.ts';
import { createMemorySpendLedger, type MemorySpend } from './memory-spend-ledger.ts';
import { createMemoryTicketStore, type MemoryTickets } from './memory-ticket-store.ts';
import { createMemoryTicketSyncStates, type MemoryTicketSync } from './memory-ticket-sync-states.ts';
import type { TicketStores } from './ticket-stores.ts';

/** The in-memory fakes of `createTicketStores`. */
export function createMemoryTicketStores(
  memory: MemoryTickets & MemoryTicketSync & MemoryAnalysisBatches & MemorySpend,
  subdomain: string,
): TicketStores {
  return {
    tickets: createMemoryTicketStore(memory, subdomain),
    syncStates: createMemoryTicketSyncStates(memory),
    batches: createMemoryAnalysisBatches(memory),
    ledger: createMemorySpendLedger(memory),
  };
}
