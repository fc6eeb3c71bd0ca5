/** A batch of analyses at Claude. Written before it is created there, so that a crash in between pays nothing twice. */
export type AnalysisBatch = {
  /** Ours, a ULID: also the prefix of its custom ids, `<id>-<n>`. */
  readonly id: string;
  /** The run that asked for it. */
  readonly runId: string;
  /** `intent`: perhaps created. `submitted`: created, its name is known. `collected`: every result is stored. */
  readonly status: 'intent' | 'submitted' | 'collected' | 'abandoned';
  /** Its name at Claude; undefined while it is an intent. */
  readonly remoteId?: string | undefined;
  /** By the n of its custom ids: which ticket, and which content of it. */
  readonly tickets: readonly { readonly id: string; readonly contentSha: string }[];
  readonly model: string;
  /** The reservation in the ledger of what it may cost. */
  readonly reservationId: string;
  readonly createdAt: number;
  readonly submittedAt?: number | undefined;
  readonly collectedAt?: number | undefined;
};

export type AnalysisBatches = {
  /** Writes the whole batch. @throws LeaseLostError under an older fence */
  put(batch: AnalysisBatch, fence: number): Promise<void>;
  get(id: string): Promise<AnalysisBatch | undefined>;
  /** Those that are neither collected nor abandoned, the oldest first. */
  open(): Promise<readonly AnalysisBatch[]>;
};
