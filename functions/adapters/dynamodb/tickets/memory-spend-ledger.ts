import { emptyMonth } from '#core/tickets/spend.ts';
import type { SpendLedger, SpendMonth } from '#core/tickets/spend-ledger.ts';

/** The ledger's months. */
export type MemorySpend = { readonly spend: Map<string, SpendMonth> };

/** The in-memory fake of `createSpendLedger`. */
export function createMemorySpendLedger({ spend }: MemorySpend): SpendLedger {
  const read = (month: string) => spend.get(month) ?? emptyMonth(month);
  return {
    read: async (month) => read(month),
    async change(month, transition) {
      const { next, result } = transition(read(month));
      spend.set(month, next);
      return result;
    },
  };
}
