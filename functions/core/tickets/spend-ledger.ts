/**
 * What the calls of Claude have cost in one month, and what calls under way may cost at most. Money is in millionths
 * of a US dollar. A reservation counts as spent until the real cost takes its place.
 */
export type SpendMonth = {
  /** `2026-11`, in UTC. */
  readonly month: string;
  /** By day of the month, `01` to `31`. */
  readonly days: Readonly<Record<string, SpendDay>>;
  /** Reservations that wait for the real cost, by their id. */
  readonly open: Readonly<Record<string, Reservation>>;
  /** What runs have cost in this month, in millionths of a US dollar, by the run's id; the latest runs only. */
  readonly runs: Readonly<Record<string, number>>;
};

export type SpendDay = {
  /** By model and purpose, `claude-haiku-5-5/analysis`. */
  readonly uses: Readonly<Record<string, SpendUse>>;
};

export type SpendUse = {
  readonly requests: number;
  readonly costMicroUsd: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
};

/** A use that cost nothing. */
export const NO_USE: SpendUse = {
  requests: 0,
  costMicroUsd: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
};

/** The sum of two uses. */
export function sumOfUses(a: SpendUse, b: SpendUse): SpendUse {
  return {
    requests: a.requests + b.requests,
    costMicroUsd: a.costMicroUsd + b.costMicroUsd,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  };
}

export type Reservation = {
  readonly day: string;
  readonly model: string;
  readonly purpose: SpendPurpose;
  readonly microUsd: number;
  readonly runId: string;
  readonly at: number;
};

export const SpendPurpose = { analysis: 'analysis', label: 'label' } as const;
export type SpendPurpose = (typeof SpendPurpose)[keyof typeof SpendPurpose];

/** The ledger's months. */
export type SpendLedger = {
  /** A month without an entry is empty. */
  read(month: string): Promise<SpendMonth>;
  /**
   * Changes a month by comparing and swapping; the transition may run several times. Nothing is written where it
   * gives back the month that it was given.
   *
   * @throws StorageError
   */
  change<T>(
    month: string,
    transition: (before: SpendMonth) => { readonly next: SpendMonth; readonly result: T },
  ): Promise<T>;
};
