import { LeaseLostError } from '#core/errors.ts';
import type { TicketSyncState, TicketSyncStates } from '#core/tickets/sync-state.ts';

/** The states of the export by subdomain, and the account that the copy belongs to. */
export type MemoryTicketSync = {
  readonly ticketSync: {
    account?: string | undefined;
    readonly states: Map<string, { readonly state?: TicketSyncState; readonly fence: number }>;
  };
};

/** The in-memory fake of `createTicketSyncStates`. */
export function createMemoryTicketSyncStates({ ticketSync }: MemoryTicketSync): TicketSyncStates {
  const { states } = ticketSync;
  return {
    account: async () => ticketSync.account,
    read: async (subdomain) => states.get(subdomain)?.state,
    async write(state, fence) {
      const stored = states.get(state.subdomain);
      if (stored && stored.fence > fence)
        throw new LeaseLostError('A later run has written where the export is.');
      states.set(state.subdomain, { state, fence });
      ticketSync.account = state.subdomain;
    },
    async reset() {
      const { account } = ticketSync;
      const stored = account === undefined ? undefined : states.get(account);
      if (account !== undefined && stored) states.set(account, { fence: stored.fence });
      ticketSync.account = undefined;
    },
  };
}
