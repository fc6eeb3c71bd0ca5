import type { TicketDay } from '#core/issues/grouped-ticket.ts';
import type { IssueFacts, IssueSummary } from '#core/issues/issue.ts';
import type { IssueRecords } from '#core/issues/issue-records.ts';
import type { Log } from '#core/log.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { Effort } from '#core/tickets/analysis/claude-request.ts';
import type { AnalysisBatches } from '#core/tickets/analysis-batch.ts';
import type { Claude } from '#core/tickets/claude.ts';
import type { SpendLimits } from '#core/tickets/spend.ts';
import type { SpendLedger } from '#core/tickets/spend-ledger.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';

export type LabelSettings = {
  readonly model: string;
  readonly effort: Effort;
  readonly limits: SpendLimits;
};

export type LabelDeps = {
  readonly records: Pick<IssueRecords, 'changeFacts'>;
  readonly ledger: SpendLedger;
  readonly batches: Pick<AnalysisBatches, 'open'>;
  /** Undefined where no key of Claude's API is set. @throws SecretUnavailableError */
  readonly openClaude: () => Promise<Pick<Claude, 'model' | 'ask'> | undefined>;
  readonly settings: LabelSettings;
  readonly log: Log;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
};

/** What the stage counts on the run, by the run's names. */
type LabelCount = 'labelled' | 'cost_micro_usd' | 'tokens_in' | 'tokens_out' | 'tokens_cache_read';

/** The issues of the newest generation, and what is kept of them. */
export type LabelInput = {
  readonly issues: readonly IssueSummary[];
  readonly facts: ReadonlyMap<string, IssueFacts>;
  /** The days of the window. */
  readonly days: Iterable<TicketDay>;
  /** Adds to a count of the run. */
  readonly count: (name: LabelCount, more: number) => void;
};

/** What the stage needs of the run that it is a part of. */
export type LabelContext = Pick<
  RunContext,
  'runId' | 'lease' | 'remainingMs' | 'signal' | 'enter' | 'note' | 'advanced'
>;
