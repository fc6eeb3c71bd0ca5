import type { ClaudeMessage } from './analysis/claude-message.ts';
import type { ClaudeRequest } from './analysis/claude-request.ts';

/** An answer of Claude's, with the id that Anthropic's support finds it by. */
export type ClaudeAnswer = { readonly message: ClaudeMessage; readonly requestId: string };

/** A model as far as the analyses depend on it. */
export type ClaudeModel = {
  readonly id: string;
  readonly lifecycle: 'active' | 'deprecated' | 'retired';
  /** When it is retired, in milliseconds since 1970, where that is known. */
  readonly retiresAt?: number | undefined;
  /** False where it is known not to be able to; what is not told is taken for granted. */
  readonly canBatch: boolean;
  readonly canStructure: boolean;
};

/** One request of a batch. `customId`: `[a-zA-Z0-9_-]`, 64 characters at most. */
type BatchRequest = { readonly customId: string; readonly params: ClaudeRequest };

/** A batch as Claude knows it. Times are milliseconds since 1970. */
export type RemoteBatch = {
  readonly id: string;
  /** Nothing is known of its requests before it has ended. */
  readonly status: 'in_progress' | 'canceling' | 'ended';
  /** How many requests it has. */
  readonly total: number;
  readonly createdAt: number;
  /** False until it has ended, and when Claude keeps its results no longer. */
  readonly hasResults: boolean;
};

/** What came of one request of a batch. Only `succeeded` is paid. */
export type BatchOutcome =
  | { readonly type: 'succeeded'; readonly message: ClaudeMessage; readonly requestId: string }
  | { readonly type: 'errored'; readonly errorType: string }
  | { readonly type: 'canceled' }
  | { readonly type: 'expired' };

/** A line of a batch's results; `outcome` is undefined where nobody can read it. */
export type BatchResult = { readonly customId: string | undefined; readonly outcome?: BatchOutcome };

/** Claude's API, as much of it as the analyses need. Every method throws {@link ClaudeError}s. */
export type Claude = {
  /** @throws ClaudeModelError where there is no such model */
  model(id: string): Promise<ClaudeModel>;
  /** One try: whoever asks decides whether to ask again, because it may be paid again. */
  ask(request: ClaudeRequest): Promise<ClaudeAnswer>;
  /** One try, for the same reason. */
  submitBatch(requests: readonly BatchRequest[]): Promise<RemoteBatch>;
  /** Undefined where Claude does not know it, or not any more. */
  batch(remoteId: string): Promise<RemoteBatch | undefined>;
  /** The results of a batch that has ended, in any order, each as it comes in. */
  results(remoteId: string): AsyncIterable<BatchResult>;
  /** Asks for its end; what is under way by then may still be answered. */
  cancelBatch(remoteId: string): Promise<void>;
  /** Those created since then, the newest first. */
  batchesSince(since: number): Promise<readonly RemoteBatch[]>;
};
