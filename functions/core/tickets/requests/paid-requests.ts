import { NO_USE, type SpendUse, sumOfUses } from '#core/tickets/spend-ledger.ts';
import { type Budget, BudgetExhaustedError, type Reserved } from './budget.ts';

/** Something to ask about, and what a request about it may cost at most, in millionths of a US dollar. */
export type Priced<T> = { readonly item: T; readonly microUsd: number };

/** A request that may be made: its money is set aside. */
export type PaidRequest = {
  readonly microUsd: number;
  /** Says what it cost in the end; to be called once. @throws StorageError */
  paid(use: SpendUse): Promise<void>;
};

/** One reservation is made for so many requests: two writes to the ledger instead of twenty. */
const REQUESTS_PER_RESERVATION = 10;

/** A reservation that requests draw on. */
type Purse = {
  readonly reserved: Reserved;
  drawn: number;
  returned: number;
  use: SpendUse;
};

/**
 * Hands out things to ask about, each with the money for it, reserved ten at a time. Where the limits hold nothing
 * more, it waits for what is under way: it mostly costs less than was set aside, so that there may be room again.
 */
export class PaidRequests<T> {
  readonly #budget: Budget;
  readonly #rest: Priced<T>[];
  readonly #open = new Map<Purse, Promise<void>>();
  readonly #resolvers = new Map<Purse, () => void>();
  #purse: Purse | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  /** Reservations that have been paid for: each may have left room. */
  #paid = 0;
  /** What stopped the handing out before its end. */
  exhausted: BudgetExhaustedError | undefined;

  constructor(budget: Budget, items: readonly Priced<T>[]) {
    this.#budget = budget;
    this.#rest = [...items].reverse();
  }

  /** The next one; undefined at the end, or where the budget is `exhausted`. One caller after the other is served. */
  next(): Promise<(Priced<T> & { readonly request: PaidRequest }) | undefined> {
    const mine = this.#turn.then(() => this.#next());
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Pays for what was begun, and gives back the rest. To be called when nothing is under way any more. */
  async close(): Promise<void> {
    this.#rest.length = 0;
    this.#purse = undefined;
    for (const purse of [...this.#open.keys()]) await this.#pay(purse);
  }

  async #next() {
    const priced = this.#rest.at(-1);
    if (priced === undefined || this.exhausted) return undefined;
    const purse = this.#purse ?? (await this.#reserve());
    if (purse === undefined) return undefined;
    this.#rest.pop();
    purse.drawn += 1;
    this.#purse = purse.drawn < purse.reserved.count ? purse : undefined;
    const { microUsd } = priced;
    return { ...priced, request: { microUsd, paid: (use: SpendUse) => this.#returned(purse, use) } };
  }

  async #reserve(): Promise<Purse | undefined> {
    const costs = this.#rest.slice(-REQUESTS_PER_RESERVATION).reverse();
    for (;;) {
      const paidBefore = this.#paid;
      try {
        const reserved = await this.#budget.reserve(costs.map(({ microUsd }) => microUsd));
        const purse: Purse = { reserved, drawn: 0, returned: 0, use: NO_USE };
        const paid = new Promise<void>((resolve) => this.#resolvers.set(purse, resolve));
        this.#open.set(purse, paid);
        return purse;
      } catch (error) {
        if (!(error instanceof BudgetExhaustedError)) throw error;
        // What was under way may have ended while this was asked for.
        if (this.#paid > paidBefore) continue;
        if (this.#open.size === 0) {
          this.exhausted = error;
          return undefined;
        }
        await Promise.race(this.#open.values());
      }
    }
  }

  async #returned(purse: Purse, use: SpendUse): Promise<void> {
    purse.returned += 1;
    purse.use = sumOfUses(purse.use, use);
    if (purse.returned === purse.reserved.count) await this.#pay(purse);
  }

  async #pay(purse: Purse): Promise<void> {
    try {
      await this.#budget.pay(purse.reserved.id, purse.use);
    } finally {
      this.#paid += 1;
      this.#open.delete(purse);
      this.#resolvers.get(purse)?.();
      this.#resolvers.delete(purse);
    }
  }
}
