import { AtomSyncError } from '#core/errors.ts';
import {
  monthOf,
  monthOfReservation,
  pay,
  type ReserveResult,
  release,
  reservationId,
  reserve,
  type SpendLimits,
  type SpendPeriod,
  spendInFull,
} from '#core/tickets/spend.ts';
import {
  type SpendLedger,
  type SpendMonth,
  SpendPurpose,
  type SpendUse,
} from '#core/tickets/spend-ledger.ts';
import type { Now } from '#core/time/clock.ts';
import { isoFromMs } from '#core/time/instant.ts';

/** What stands against the next request. */
type Refusal = Extract<ReserveResult, { readonly isReserved: false }>;

/** One of the limits that are set here holds no further request. What waits goes on waiting. */
export class BudgetExhaustedError extends AtomSyncError {
  override readonly name = 'BudgetExhaustedError';
  readonly code = 'budget_exhausted';
  readonly retryable = true;
  constructor({ exceeded, resetsAt }: Refusal) {
    const setting = SETTING_OF[exceeded];
    const until = resetsAt === undefined ? 'the next run' : isoFromMs(resetsAt);
    super(`The budget of the ${exceeded} (${setting}) is used up; what is left waits until ${until}.`);
  }
}

const SETTING_OF: Readonly<Record<SpendPeriod, string>> = {
  day: 'CLAUDE_BUDGET_USD_PER_DAY',
  month: 'CLAUDE_BUDGET_USD_PER_MONTH',
  run: 'CLAUDE_BUDGET_USD_PER_RUN',
};

/** Money that is set aside for some requests; it counts as spent until it is paid for. */
export type Reserved = {
  readonly id: string;
  /** So many of the requests it is for, from the first on. */
  readonly count: number;
  readonly microUsd: number;
};

export type BudgetDeps = {
  readonly ledger: SpendLedger;
  readonly limits: SpendLimits;
  readonly model: string;
  readonly runId: string;
  /** What the requests are for. @default analysis */
  readonly purpose?: SpendPurpose;
  /** Tells this invocation's reservations from those of every other one: the fencing token. */
  readonly fence: number;
  readonly now: Now;
};

/** The budgets of run, day and month, as one invocation draws on them: reserved before a request, paid after it. */
export class Budget {
  readonly #deps: BudgetDeps;
  #reservations = 0;

  constructor(deps: BudgetDeps) {
    this.#deps = deps;
  }

  /**
   * Sets aside what the requests may cost at most: for all of them, or for as many from the first on as the limits hold.
   *
   * @throws BudgetExhaustedError where they do not hold even one
   */
  async reserve(costs: readonly number[]): Promise<Reserved> {
    const { model, runId, fence, now, limits, purpose = SpendPurpose.analysis } = this.#deps;
    const at = now();
    this.#reservations += 1;
    const id = reservationId(at, `${runId}-${fence}-${this.#reservations}`);
    const outcome = await this.#deps.ledger.change(monthOf(at), (before) => {
      const request = (microUsd: number) => ({ id, microUsd, model, purpose, runId });
      return reservePrefix(costs, (microUsd) => reserve(before, request(microUsd), limits, at), before);
    });
    if ('exceeded' in outcome) throw new BudgetExhaustedError(outcome);
    return { id, ...outcome };
  }

  /** Puts what was really used in the place of a reservation. Once: false where that has happened before. */
  pay(id: string, use: SpendUse): Promise<boolean> {
    return this.#deps.ledger.change(monthOfReservation(id), (before) => pay(before, id, use));
  }

  /**
   * The same where nobody knows what some of the requests cost: they count by their share of the reservation.
   *
   * @param unknown how many of `count` requests those are
   */
  payInPart(
    id: string,
    use: SpendUse,
    { unknown, count }: { readonly unknown: number; readonly count: number },
  ): Promise<boolean> {
    return this.#deps.ledger.change(monthOfReservation(id), (before) => {
      const { microUsd = 0 } = before.open[id] ?? {};
      const assumed = Math.ceil((microUsd * unknown) / Math.max(1, count));
      return pay(before, id, {
        ...use,
        requests: use.requests + unknown,
        costMicroUsd: use.costMicroUsd + assumed,
      });
    });
  }

  /** Gives a reservation back. */
  release(id: string): Promise<boolean> {
    return this.#deps.ledger.change(monthOfReservation(id), (before) => release(before, id));
  }

  /**
   * Counts what dead invocations have left reserved as spent: perhaps it was. Nothing is written where there is none.
   *
   * @param isOpen whether a reservation belongs to a batch that is still open
   */
  async payForTheDead(isOpen: (id: string) => boolean): Promise<void> {
    const at = this.#deps.now();
    const months = new Set([monthOf(at), monthOf(at - LONGEST_OPEN_MS)]);
    for (const month of months) {
      await this.#deps.ledger.change(month, (before) => spendInFull(before, (_one, id) => !isOpen(id)));
    }
  }
}

/** A reservation of the month before may be left over; none of a direct request is older. */
const LONGEST_OPEN_MS = 3 * 86_400_000;

type Prefix = { readonly count: number; readonly microUsd: number };
type ReserveStep = (microUsd: number) => { readonly next: SpendMonth; readonly result: ReserveResult };

/** Reserves for as many of the requests as the limits hold. */
function reservePrefix(
  costs: readonly number[],
  reserveFor: ReserveStep,
  before: SpendMonth,
): { readonly next: SpendMonth; readonly result: Prefix | Refusal } {
  let prefix = fitting(costs, Number.POSITIVE_INFINITY);
  for (;;) {
    const { next, result } = reserveFor(prefix.microUsd);
    if (result.isReserved) return { next, result: prefix };
    // Several limits may be exceeded, and one is told at a time.
    const smaller = fitting(costs.slice(0, prefix.count), result.left);
    if (smaller.count === 0 || smaller.count === prefix.count) return { next: before, result };
    prefix = smaller;
  }
}

function fitting(costs: readonly number[], left: number): Prefix {
  let microUsd = 0;
  let count = 0;
  for (const cost of costs) {
    if (microUsd + cost > left) break;
    microUsd += cost;
    count += 1;
  }
  return { count, microUsd };
}
