import { NO_USE, type SpendUse } from '#core/tickets/spend-ledger.ts';
import type { Budget } from './budget.ts';
import type { PaidRequest } from './paid-requests.ts';

type MoneyDeps = {
  readonly budget: Budget;
  /** Counts what each request has used, answered or not. */
  readonly onUse: (use: SpendUse) => void;
};

/** The money for one request that is under way, and for those that have to repeat it. */
export class RequestMoney {
  readonly #deps: MoneyDeps;
  #request: PaidRequest;
  #use: SpendUse = NO_USE;
  #isPaid = false;

  constructor(deps: MoneyDeps, first: PaidRequest) {
    this.#deps = deps;
    this.#request = first;
  }

  /** What is set aside for it. */
  get microUsd(): number {
    return this.#request.microUsd;
  }

  /** It was answered, and used so much. */
  used(use: SpendUse): void {
    this.#use = use;
  }

  /** Its answer was lost, and it may be paid: it counts as spent in full. */
  lost(): void {
    this.#use = { ...NO_USE, requests: 1, costMicroUsd: this.#request.microUsd };
  }

  /** Pays for it, and sets money aside for another one. @throws BudgetExhaustedError */
  async again(microUsd: number, use = this.#use): Promise<void> {
    this.#use = use;
    await this.close();
    const { budget } = this.#deps;
    const { id } = await budget.reserve([microUsd]);
    const paid = async (real: SpendUse) => {
      await budget.pay(id, real);
    };
    this.#request = { microUsd, paid };
    this.#use = NO_USE;
    this.#isPaid = false;
  }

  /** Pays for it, if that has not happened yet. */
  async close(): Promise<void> {
    if (this.#isPaid) return;
    this.#isPaid = true;
    this.#deps.onUse(this.#use);
    await this.#request.paid(this.#use);
  }
}
