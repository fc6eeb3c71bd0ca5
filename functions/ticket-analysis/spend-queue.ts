import type { SpendLedger, SpendMonth } from '#core/tickets/spend-ledger.ts';

type Step<T> = (before: SpendMonth) => { readonly next: SpendMonth; readonly result: T };

/** A step that waits for its write, and what is done with the outcome. */
type Waiting = {
  readonly step: (before: SpendMonth) => SpendMonth;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
};

/**
 * Makes the changes of one process to the ledger one after the other, and those that wait together in one write: fifty
 * requests at once would otherwise compete for one item of the table.
 */
export class SpendQueue {
  readonly #ledger: SpendLedger;
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #busy = new Set<string>();

  constructor(ledger: SpendLedger) {
    this.#ledger = ledger;
  }

  /** Changes a month; the step may run several times. @throws StorageError */
  change<T>(month: string, step: Step<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let outcome: { readonly result: T } | undefined;
      const waiting: Waiting = {
        step: (before) => {
          const { next, result } = step(before);
          outcome = { result };
          return next;
        },
        done: () => outcome && resolve(outcome.result),
        failed: reject,
      };
      this.#waiting.set(month, [...(this.#waiting.get(month) ?? []), waiting]);
      if (!this.#busy.has(month)) void this.#work(month);
    });
  }

  async #work(month: string): Promise<void> {
    this.#busy.add(month);
    for (let steps = this.#take(month); steps.length > 0; steps = this.#take(month)) {
      try {
        await this.#ledger.change(month, (before) => ({
          next: steps.reduce((at, { step }) => step(at), before),
          result: undefined,
        }));
        for (const { done } of steps) done();
      } catch (error) {
        for (const { failed } of steps) failed(error);
      }
    }
    this.#busy.delete(month);
  }

  #take(month: string): readonly Waiting[] {
    const steps = this.#waiting.get(month) ?? [];
    this.#waiting.delete(month);
    return steps;
  }
}
