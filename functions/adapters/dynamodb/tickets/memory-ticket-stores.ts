import type { AnalysisBatches } from '#core/tickets/analysis-batch.ts';
import type { SpendLedger } from '#core/tickets/spend-ledger.ts';
import type { TicketSyncStates } from '#core/tickets/sync-state.ts';
import type { TicketStore } from '#core/tickets/ticket-store.ts';
import { createMemoryAnalysisBatches, type MemoryAnalysisBatches } from './memory-analysis-batches.ts';
import { createMemorySpendLedger, type MemorySpend } from './memory-spend-ledger.ts';
import { createMemoryTicketStore, type MemoryTickets } from './memory-ticket-store.ts';
import { createMemoryTicketSyncStates, type MemoryTicketSync } from './memory-ticket-sync-states.ts';

/** Every store of the ticket pipeline. */
export type TicketStores = {
  readonly tickets: TicketStore;
  readonly syncStates: TicketSyncStates;
  readonly batches: AnalysisBatches;
  readonly ledger: SpendLedger;
};

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
