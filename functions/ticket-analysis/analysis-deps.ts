import type { Log } from '#core/log.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import type { ProductArea } from '#core/tickets/analysis/analysis.ts';
import type { Effort } from '#core/tickets/analysis/claude-request.ts';
import type { AnalysisBatches } from '#core/tickets/analysis-batch.ts';
import type { BatchPoll } from '#core/tickets/batch-poll.ts';
import type { Claude } from '#core/tickets/claude.ts';
import type { SpendLimits } from '#core/tickets/spend.ts';
import type { SpendLedger } from '#core/tickets/spend-ledger.ts';
import type { TicketStore } from '#core/tickets/ticket-store.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';

/** `auto`: few directly, many in a batch. `batch`: everything waits for a batch. `direct`: never a batch. */
export const AnalysisMode = { auto: 'auto', batch: 'batch', direct: 'direct' } as const;
export type AnalysisMode = (typeof AnalysisMode)[keyof typeof AnalysisMode];

export type AnalysisSettings = {
  readonly model: string;
  readonly effort: Effort;
  readonly areas: readonly ProductArea[];
  readonly mode: AnalysisMode;
  /** At most so many tickets are analysed by a run of the task `analyze` that names no other number. */
  readonly batchSize: number;
  /** Up to so many are analysed directly. */
  readonly directMax: number;
  readonly limits: SpendLimits;
};

export type AnalysisDeps = {
  readonly tickets: TicketStore;
  readonly batches: AnalysisBatches;
  readonly ledger: SpendLedger;
  readonly runs: Pick<RunStore, 'get'>;
  readonly poll: BatchPoll;
  /** Undefined where no key of Claude's API is set. @throws SecretUnavailableError */
  readonly openClaude: () => Promise<Claude | undefined>;
  readonly settings: AnalysisSettings;
  /** Reports that a batch of a run was collected: a run that waits for it need not wait any longer. */
  readonly onCollected: (runId: string) => void;
  readonly log: Log;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
};
