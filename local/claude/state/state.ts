/** What outlives a restart: the batches, and what was paid. */

/** One paid message. */
export type PaidItem = {
  /** SHA-256 of the user's message, hex. */
  readonly hash: string;
  /** True where the message came to its end. */
  readonly completed: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number;
};

/** What was paid at once: one direct message, or the messages of one batch. */
export type Payment = {
  /** Id of the message or of the batch: the same payment noted twice counts once. */
  readonly key: string;
  readonly tier: 'standard' | 'batch';
  readonly items: readonly PaidItem[];
};

/** How many requests of a batch ended how. */
export type BatchCounts = {
  readonly processing: number;
  readonly succeeded: number;
  readonly errored: number;
  readonly canceled: number;
  readonly expired: number;
};

/** A batch without its requests and results; times in epoch milliseconds. */
export type BatchRecord = {
  readonly id: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** How long it takes from its creation until all is done. */
  readonly durationMs: number;
  /** How long a cancellation takes. */
  readonly cancelMs: number;
  readonly cancelInitiatedAt?: number;
  readonly endedAt?: number;
  readonly counts: BatchCounts;
};

/** Where that is kept. Everything is written when the call returns. */
export type ClaudeState = {
  payments(): Iterable<Payment>;
  addPayment(payment: Payment): void;
  batches(): readonly BatchRecord[];
  saveBatch(record: BatchRecord): void;
  removeBatch(id: string): void;
  /** The body that a batch was created with. */
  putRequests(id: string, body: string): void;
  requests(id: string): string | undefined;
  dropRequests(id: string): void;
  putResults(id: string, lines: readonly string[]): void;
  /** The lines of a batch's results, in pieces of any length; undefined where there are none. */
  results(id: string): Iterable<string> | undefined;
};

/** Keeps it in memory: for tests, whose simulators end with them. */
export function createMemoryState(): ClaudeState {
  const payments: Payment[] = [];
  const batches = new Map<string, BatchRecord>();
  const requests = new Map<string, string>();
  const results = new Map<string, readonly string[]>();
  return {
    payments: () => payments,
    addPayment: (payment) => void payments.push(payment),
    batches: () => [...batches.values()],
    saveBatch: (record) => void batches.set(record.id, record),
    removeBatch: (id) => {
      batches.delete(id);
      requests.delete(id);
      results.delete(id);
    },
    putRequests: (id, body) => void requests.set(id, body),
    requests: (id) => requests.get(id),
    dropRequests: (id) => void requests.delete(id),
    putResults: (id, lines) => void results.set(id, lines),
    results: (id) => {
      const lines = results.get(id);
      return lines?.map((line) => `${line}\n`);
    },
  };
}
