import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { asciiJson } from '#core/json/ascii-json.ts';
import { UnknownNameError } from '#local/errors.ts';
import type { FunctionDefinition } from './function-definition.ts';
import type { ContainerOutcome } from './lambda-container.ts';
import type { FunctionFailure } from './lambda-messages.ts';
import { createPool, type Pool } from './lambda-pool.ts';

/** What a synchronous invocation answers. */
export type InvocationResult = {
  readonly requestId: string;
  /** JSON: the handler's answer, or the error in Lambda's form. */
  readonly payload: string;
  /** Set when the function failed. */
  readonly functionError?: 'Unhandled';
};

/** Runs functions by their names, as the Invoke call of Lambda does. */
export type LambdaRuntime = {
  /** The function's name for a name, a partial or a whole ARN, with or without a version; else `undefined`. */
  resolve(nameOrArn: string): string | undefined;
  /** Invokes and waits for the answer. */
  invoke(name: string, payload: string): Promise<InvocationResult>;
  /** Invokes as Lambda's queue does: retried on failure, then handed to the on-failure queue. Returns the request id. */
  invokeAsync(name: string, payload: string): string;
  /** Drops what waits for a retry, waits up to `graceMs` for what runs, then ends the containers. */
  close(graceMs: number): Promise<void>;
};

/** The functions, and where what they write and fail with goes. */
export type LambdaRuntimeOptions = {
  readonly functions: FunctionDefinition[];
  /** The whole `process.env` of a function's containers; default what the template says. */
  readonly environment?: (definition: FunctionDefinition) => Record<string, string>;
  /** Takes what a function writes. */
  readonly onOutput: (definition: FunctionDefinition, text: string) => void;
  /** Hears of every invocation that failed. */
  readonly onFailure: (definition: FunctionDefinition, failure: FunctionFailure) => void;
  /** Sends the record of an asynchronous invocation that failed for good. */
  readonly sendToQueue: (queueName: string, body: string) => Promise<void>;
  /** Between the attempts of an asynchronous invocation. Lambda waits 1 and 2 minutes; default here 1 and 2 s. */
  readonly retryDelaysMs?: [first: number, second: number];
  /** Containers of one function at once; default 4. Further invocations wait. */
  readonly maximumContainers?: number;
};

/** An asynchronous invocation that is given up. */
type Loss = {
  readonly failure: FunctionFailure;
  readonly attempts: number;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
};

type Invocation = { readonly requestId: string; readonly payload: string };

type Run = (pool: Pool, invocation: Invocation) => Promise<ContainerOutcome>;

/** Runs the functions of the template as Lambda does, in worker threads of this process. */
export function createLambdaRuntime(options: LambdaRuntimeOptions): LambdaRuntime {
  const { maximumContainers: maximum = 4, onFailure } = options;
  const environmentOf = options.environment ?? ((definition) => definition.environment);
  const pools = new Map(
    options.functions.map((definition): [string, Pool] => {
      const environment = () => environmentOf(definition);
      const onOutput = (text: string) => options.onOutput(definition, text);
      return [definition.name, createPool({ definition, environment, maximum, onOutput })];
    }),
  );
  const running = new Set<Promise<unknown>>();
  const stopping = new AbortController();

  const run: Run = async (pool, { requestId, payload }) => {
    const work = pool.run(requestId, payload);
    running.add(work);
    const outcome = await work.finally(() => running.delete(work));
    if ('failure' in outcome && !stopping.signal.aborted) onFailure(pool.definition, outcome.failure);
    return outcome;
  };

  return {
    resolve: (nameOrArn) => {
      const name = functionNameOf(nameOrArn);
      return pools.has(name) ? name : undefined;
    },
    invoke: async (name, payload) => {
      const requestId = randomUUID();
      return resultOf(requestId, await run(poolOf(pools, name), { requestId, payload }));
    },
    invokeAsync: (name, payload) => {
      const invocation = { requestId: randomUUID(), payload };
      const pool = poolOf(pools, name);
      runWithRetries(pool, invocation, { run, options, signal: stopping.signal }).catch((error: unknown) => {
        if (!stopping.signal.aborted)
          onFailure(pool.definition, { errorType: 'Error', errorMessage: String(error) });
      });
      return invocation.requestId;
    },
    close: async (graceMs) => {
      stopping.abort();
      await Promise.race([Promise.allSettled(running), delay(graceMs, undefined, { ref: false })]);
      await Promise.all([...pools.values()].map((pool) => pool.terminate()));
    },
  };
}

function poolOf(pools: Map<string, Pool>, name: string): Pool {
  const pool = pools.get(name);
  if (pool === undefined) throw new UnknownNameError(`There is no function ${name}.`);
  return pool;
}

async function runWithRetries(
  pool: Pool,
  invocation: Invocation,
  { run, options, signal }: { run: Run; options: LambdaRuntimeOptions; signal: AbortSignal },
): Promise<void> {
  const { maximumRetryAttempts, maximumEventAgeMs, onFailureQueue } = pool.definition.asyncInvoke;
  const [first, second] = options.retryDelaysMs ?? [1000, 2000];
  const expires = Date.now() + maximumEventAgeMs;
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await run(pool, invocation);
    if (!('failure' in outcome)) return;
    const wait = attempts === 1 ? first : second;
    const exhausted = attempts > maximumRetryAttempts;
    if (exhausted || Date.now() + wait > expires) {
      const condition = exhausted ? 'RetriesExhausted' : 'EventAgeExceeded';
      const record = destinationRecord(pool.definition, invocation, {
        failure: outcome.failure,
        attempts,
        condition,
      });
      if (onFailureQueue !== undefined) await options.sendToQueue(onFailureQueue, record);
      return;
    }
    await delay(wait, undefined, { signal });
  }
}

/** `arn:aws:lambda:region:account:function:name[:version]`, `account:function:name` or `name[:version]`. */
function functionNameOf(nameOrArn: string): string {
  const parts = nameOrArn.split(':');
  const marker = parts.indexOf('function');
  return (marker >= 0 ? parts[marker + 1] : parts[0]) ?? '';
}

function resultOf(requestId: string, outcome: ContainerOutcome): InvocationResult {
  if ('payload' in outcome) return { requestId, payload: outcome.payload };
  return { requestId, payload: JSON.stringify(outcome.failure), functionError: 'Unhandled' };
}

function destinationRecord(
  definition: FunctionDefinition,
  { requestId, payload }: Invocation,
  loss: Loss,
): string {
  // An error may quote what the queue would refuse.
  return asciiJson({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: `${definition.arn}:$LATEST`,
      condition: loss.condition,
      approximateInvokeCount: loss.attempts,
    },
    requestPayload: JSON.parse(payload) as unknown,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: loss.failure,
  });
}
