import { BaseAnthropic } from '@anthropic-ai/sdk/client';
import { Messages } from '@anthropic-ai/sdk/resources/messages/messages';
import { Models } from '@anthropic-ai/sdk/resources/models';
import { claudeMessageSchema } from '#core/tickets/analysis/claude-message.ts';
import type { ClaudeRequest } from '#core/tickets/analysis/claude-request.ts';
import type { BatchResult, Claude, ClaudeAnswer, RemoteBatch } from '#core/tickets/claude.ts';
import { ClaudeModelError, ClaudeUnavailableError } from '#core/tickets/claude-errors.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import { withDeadline } from '#core/time/deadline.ts';
import { classifyError } from './classify-error.ts';
import { readModel, readRemoteBatch } from './read-answers.ts';
import { readResults } from './read-results.ts';

export type ClaudeOptions = {
  readonly apiKey: string;
  /** https, or http of a server on this machine. Nothing is ever sent anywhere else. */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly now: Now;
  readonly sleep: Sleep;
  /** Milliseconds until the invocation ends: no call outlasts it. */
  readonly remainingMs: () => number;
};

/** An analysis takes some seconds; one that takes so long does not come any more. */
const ASK_TIMEOUT_MS = 90_000;
/** Up to some ten megabytes have to arrive. */
const SUBMIT_TIMEOUT_MS = 120_000;
const READ_TIMEOUT_MS = 30_000;
/** Results may go on coming in for long, but not without a sign of life for so long. */
const STALL_TIMEOUT_MS = 60_000;
/** What is left to the invocation when the last call ends. */
const RESERVE_MS = 10_000;
const BATCHES_PER_PAGE = 100;

/**
 * Makes the port to Claude on the official SDK, of which it takes what it needs: the whole client would be half of the
 * function's bundle. The SDK retries nothing by itself; its waits would neither see the run's clock nor its budget.
 *
 * @example createClaude({ apiKey, baseUrl: env.ANTHROPIC_BASE_URL, fetch, ...clock })
 */
export function createClaude(options: ClaudeOptions): Claude {
  return new AnthropicClaude(options);
}

/** What every call hands to the SDK. */
type CallOptions = { readonly signal: AbortSignal; readonly timeout: number; readonly maxRetries: 0 };

class AnthropicClaude implements Claude {
  readonly #options: ClaudeOptions;
  readonly #client: BaseAnthropic;
  readonly #messages: Messages;
  readonly #models: Models;

  constructor(options: ClaudeOptions) {
    this.#options = options;
    this.#client = new BaseAnthropic({
      apiKey: options.apiKey,
      baseURL: options.baseUrl,
      maxRetries: 0,
      fetch: guarded(options),
      fetchOptions: { redirect: 'error' },
      // Its log lines would have requests in them, and its spans would cost time.
      logLevel: 'off',
      openTelemetry: false,
    });
    this.#messages = new Messages(this.#client);
    this.#models = new Models(this.#client);
  }

  readonly model = async (id: string) => {
    const answer: unknown = await this.#call(READ_TIMEOUT_MS, (call) => this.#models.retrieve(id, {}, call));
    return readModel(answer);
  };

  readonly ask = async (request: ClaudeRequest): Promise<ClaudeAnswer> => {
    const { data, request_id } = await this.#call(ASK_TIMEOUT_MS, (call) =>
      this.#messages.create(paramsOf(request), call).withResponse(),
    );
    const message = claudeMessageSchema.safeParse(data);
    if (!message.success) throw malformed('an answer');
    return { message: message.data, requestId: request_id ?? '' };
  };

  readonly submitBatch: Claude['submitBatch'] = async (requests) => {
    const body = {
      requests: requests.map(({ customId, params }) => ({ custom_id: customId, params: paramsOf(params) })),
    };
    const batch: unknown = await this.#call(SUBMIT_TIMEOUT_MS, (call) =>
      this.#messages.batches.create(body, call),
    );
    return mustBeBatch(batch);
  };

  readonly batch = async (remoteId: string): Promise<RemoteBatch | undefined> => {
    try {
      return mustBeBatch(await this.#retrieve(remoteId));
    } catch (error) {
      if (error instanceof ClaudeModelError) return undefined;
      throw error;
    }
  };

  readonly cancelBatch = async (remoteId: string): Promise<void> => {
    await this.#call(READ_TIMEOUT_MS, (call) => this.#messages.batches.cancel(remoteId, {}, call));
  };

  readonly batchesSince = async (since: number): Promise<readonly RemoteBatch[]> => {
    const found: RemoteBatch[] = [];
    let after: string | undefined;
    for (;;) {
      const query = { limit: BATCHES_PER_PAGE, ...(after !== undefined && { after_id: after }) };
      const page = await this.#call(READ_TIMEOUT_MS, (call) => this.#messages.batches.list(query, call));
      const batches = page.data.map(mustBeBatch);
      found.push(...batches.filter(({ createdAt }) => createdAt >= since));
      const last = batches.at(-1);
      if (!page.has_more || last === undefined || last.createdAt < since || last.id === after) return found;
      after = last.id;
    }
  };

  async *results(remoteId: string): AsyncGenerator<BatchResult> {
    const { results_url } = await this.#retrieve(remoteId);
    if (!results_url) throw malformed('a batch without results');
    // The address is absolute and Claude's own word: `guarded` lets it lead nowhere else.
    const response = await this.#call(READ_TIMEOUT_MS, (call) =>
      this.#client
        .get(results_url, { ...call, headers: { accept: 'application/binary' }, stream: true })
        .asResponse(),
    );
    try {
      yield* readResults(this.#chunksOf(response));
    } catch (error) {
      throw classifyError(error, this.#options.now());
    }
  }

  #retrieve(remoteId: string) {
    return this.#call(READ_TIMEOUT_MS, (call) => this.#messages.batches.retrieve(remoteId, {}, call));
  }

  /** The body in pieces; fails where none comes for too long, and lets go of it when the reader stops. */
  async *#chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
    const reader = body?.getReader();
    if (!reader) return;
    try {
      for (;;) {
        const { done, value } = await this.#within(STALL_TIMEOUT_MS, () => reader.read());
        if (done) return;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  /** Makes one call, in the time that it may take and that the invocation has left. @throws ClaudeError */
  async #call<T>(timeoutMs: number, call: (options: CallOptions) => Promise<T>): Promise<T> {
    try {
      return await this.#within(timeoutMs, (signal, timeout) => call({ signal, timeout, maxRetries: 0 }));
    } catch (error) {
      throw classifyError(error, this.#options.now());
    }
  }

  #within<T>(timeoutMs: number, task: (signal: AbortSignal, ms: number) => Promise<T>): Promise<T> {
    const { sleep, remainingMs } = this.#options;
    const ms = Math.ceil(Math.max(1_000, Math.min(timeoutMs, remainingMs() - RESERVE_MS)));
    const error = () =>
      new ClaudeUnavailableError(`Claude did not answer within ${Math.round(ms / 1_000)} s.`, {
        mayBePaid: true,
      });
    return withDeadline(sleep, { ms, error }, (signal) => task(signal, ms));
  }
}

/** The SDK's types have no readonly arrays. */
function paramsOf({ messages, ...params }: ClaudeRequest) {
  return { ...params, messages: [...messages] };
}

function mustBeBatch(answer: unknown): RemoteBatch {
  const batch = readRemoteBatch(answer);
  if (!batch) throw malformed('a batch');
  return batch;
}

function malformed(what: string): ClaudeUnavailableError {
  return new ClaudeUnavailableError(`Claude sent ${what} that is not of the documented form.`, {
    mayBePaid: true,
  });
}

/** Lets no request, and no key, go to another server than the one that was set. */
function guarded({ baseUrl, fetch }: ClaudeOptions): typeof fetch {
  const { origin } = new URL(baseUrl);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) {
      throw new ClaudeUnavailableError('Claude named an address on another server; it is not followed.', {
        mayBePaid: false,
      });
    }
    return fetch(input, init);
  };
}
