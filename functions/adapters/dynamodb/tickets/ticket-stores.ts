import type { Table } from '#adapters/dynamodb/table/table.ts';
import type { AnalysisBatches } from '#core/tickets/analysis-batch.ts';
import type { SpendLedger } from '#core/tickets/spend-ledger.ts';
import type { TicketSyncStates } from '#core/tickets/sync-state.ts';
import type { TicketStore } from '#core/tickets/ticket-store.ts';
import { createAnalysisBatches } from './analysis-batches.ts';
import { createSpendLedger } from './spend-ledger.ts';
import { createTicketStore } from './ticket-store.ts';
import { createTicketSyncStates } from './ticket-sync-states.ts';

/** Every store of the ticket pipeline. */
export type TicketStores = {
  readonly tickets: TicketStore;
  readonly syncStates: TicketSyncStates;
  readonly batches: AnalysisBatches;
  readonly ledger: SpendLedger;
};

/** The stores of the ticket pipeline on one table; `subdomain` is the Zendesk account whose tickets they are. */
export function createTicketStores(table: Table, subdomain: string): TicketStores {
  return {
    tickets: createTicketStore(table, subdomain),
    syncStates: createTicketSyncStates(table),
    batches: createAnalysisBatches(table),
    ledger: createSpendLedger(table),
  };
}
