import type { RunContext } from '#core/runs/job-run.ts';
import type { SpendUse } from '#core/tickets/spend-ledger.ts';
import { TicketStage } from '#core/tickets/ticket-task.ts';

/** What a run counts of its analyses. */
type Count = 'analysed' | 'refused' | 'failed' | 'pending';

/** So many tickets between two reports of the run. */
const CHECKPOINT = 10;

/**
 * Counts what a run's analyses come to, on top of what its earlier invocations have counted, and reports it at every
 * tenth ticket. Each answer is stored by then: a run that dies loses no more than numbers.
 */
export class AnalysisCounts {
  readonly #context: Pick<RunContext, 'report' | 'advanced' | 'begun'>;
  readonly #counts: Record<string, number>;
  #total: number | undefined;
  /** How many tickets the run set out to analyse before it began to wait; undefined where it did not wait. */
  readonly planned: number | undefined;
  #unreported = 0;

  constructor(context: Pick<RunContext, 'report' | 'advanced' | 'begun'>) {
    this.#context = context;
    const { counts, stage, progress } = context.begun;
    this.#counts = { ...counts };
    this.planned = stage === TicketStage.waitBatch ? progress.total : undefined;
    this.#total = this.planned;
  }

  /** Tickets of the run that need no other request: analysed, refused, or failed for good. */
  get done(): number {
    return this.#of('analysed') + this.#of('refused') + this.#of('failed');
  }

  /** So many more are to be analysed. */
  expect(more: number): void {
    this.#total = this.done + more;
    this.report();
  }

  /** One more ticket has come to its end, or has made a step that no later invocation has to make again. */
  add(what: Count | undefined): void {
    if (what !== undefined && what !== 'pending') this.#counts[what] = this.#of(what) + 1;
    this.#context.advanced();
    this.#unreported += 1;
    if (this.#unreported >= CHECKPOINT) this.report();
  }

  /** What requests have used. */
  used({ costMicroUsd, inputTokens, outputTokens, cacheReadTokens }: SpendUse): void {
    const more = {
      cost_micro_usd: costMicroUsd,
      tokens_in: inputTokens,
      tokens_out: outputTokens,
      tokens_cache_read: cacheReadTokens,
    };
    for (const [name, count] of Object.entries(more)) this.#counts[name] = this.#of(name) + count;
  }

  /** How many tickets wait at the end. */
  waiting(count: number): void {
    this.#counts.pending = count;
    this.report();
  }

  report(): void {
    this.#unreported = 0;
    const { done } = this;
    const total = Math.max(done, this.#total ?? done);
    this.#context.report({ done, total, unit: 'tickets' }, { ...this.#counts });
  }

  #of(name: string): number {
    return this.#counts[name] ?? 0;
  }
}
