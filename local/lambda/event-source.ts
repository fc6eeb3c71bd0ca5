import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '#local/errors.ts';
import type { QueueMessage, Sqs } from '#local/sqs/sqs.ts';
import { sqsEvent } from '#local/sqs/sqs-event.ts';
import { doneMessages } from './batch-outcome.ts';
import type { InvocationResult } from './lambda-runtime.ts';

/** A queue whose messages start a function: an `AWS::Lambda::EventSourceMapping` of the template. */
export type EventSourceDefinition = {
  readonly queueArn: string;
  readonly functionName: string;
  /** Messages in one invocation at most. */
  readonly batchSize: number;
  /** How long a batch is waited for to fill up; 0: what one receive gives is a batch. */
  readonly batchingWindowMs: number;
  /** Invocations at once. */
  readonly maximumConcurrency: number;
  /** `ReportBatchItemFailures`: the function's answer names the messages that failed. */
  readonly reportsFailures: boolean;
};

/** Polls one queue. */
export type EventSource = {
  start(): void;
  /** Receives no more, and waits up to `graceMs` for the batches that are under way. The rest comes back by itself. */
  stop(graceMs: number): Promise<void>;
};

/** What the poller of one queue needs. */
export type EventSourceDeps = {
  readonly sqs: Pick<Sqs, 'receive' | 'remove'>;
  readonly region: string;
  /** Runs the function once and waits for its answer. */
  readonly invoke: (payload: string) => Promise<InvocationResult>;
  /** Hears of a queue that can't be read or written. */
  readonly onTrouble: (message: string) => void;
  /** Between two attempts to read a queue that can't be read; default 1 s. */
  readonly retryDelayMs?: number;
};

/** SQS' own limits for one receive. */
const RECEIVED_AT_ONCE = 10;
const LONGEST_WAIT_SECONDS = 20;

/**
 * Makes the poller of one queue. When a message comes back and when it goes to the dead letters is the queue's own
 * doing: what is not deleted here becomes visible again.
 */
export function createEventSource(definition: EventSourceDefinition, deps: EventSourceDeps): EventSource {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();
  let polling: Promise<void> | undefined;

  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      if (running.size >= definition.maximumConcurrency) {
        await Promise.race(running);
        continue;
      }
      const batch = await collect(definition, deps, signal);
      // A batch that came in the very moment of the stop is left to the queue, as one that is lost on the way.
      if (batch.length === 0 || signal.aborted) continue;
      const work = processBatch(definition, deps, batch).finally(() => running.delete(work));
      running.add(work);
    }
  };

  return {
    start: () => {
      polling ??= poll();
    },
    stop: async (graceMs) => {
      stopping.abort();
      const timer = new AbortController();
      const grace = delay(graceMs, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([Promise.allSettled([polling, ...running]), grace]);
      timer.abort();
    },
  };
}

/** One batch: the first messages that come, and those that follow within the window. Empty when none came. */
async function collect(
  { queueArn, batchSize, batchingWindowMs }: EventSourceDefinition,
  deps: EventSourceDeps,
  signal: AbortSignal,
): Promise<QueueMessage[]> {
  const receive = (wanted: number, waitSeconds: number) => {
    const maximum = Math.min(wanted, RECEIVED_AT_ONCE);
    return receiveOrWait(queueArn, { maximum, waitSeconds, signal }, deps);
  };
  const batch = await receive(batchSize, LONGEST_WAIT_SECONDS);
  if (batch.length === 0) return batch;
  const ends = performance.now() + batchingWindowMs;
  while (batch.length < batchSize && !signal.aborted) {
    const leftSeconds = (ends - performance.now()) / 1000;
    if (leftSeconds <= 0) break;
    batch.push(
      ...(await receive(batchSize - batch.length, Math.min(Math.ceil(leftSeconds), LONGEST_WAIT_SECONDS))),
    );
  }
  return batch;
}

type Receiving = { readonly maximum: number; readonly waitSeconds: number; readonly signal: AbortSignal };

/** Never rejects: a queue that can't be read is one without messages, and asked again after a pause. */
async function receiveOrWait(
  queueArn: string,
  options: Receiving,
  { sqs, onTrouble, retryDelayMs = 1000 }: EventSourceDeps,
): Promise<QueueMessage[]> {
  try {
    return await sqs.receive(queueName(queueArn), options);
  } catch (error) {
    if (options.signal.aborted) return [];
    onTrouble(`can't be read: ${messageOf(error)}`);
    await delay(retryDelayMs, undefined, { signal: options.signal }).catch(() => undefined);
    return [];
  }
}

/** Invokes the function and deletes what it is done with. Never rejects: what goes wrong leaves the messages there. */
async function processBatch(
  definition: EventSourceDefinition,
  { sqs, region, invoke, onTrouble }: EventSourceDeps,
  batch: readonly QueueMessage[],
): Promise<void> {
  const { queueArn, reportsFailures } = definition;
  try {
    const result = await invoke(JSON.stringify(sqsEvent(batch, { queueArn, region })));
    const ids = batch.map(({ MessageId }) => MessageId);
    const done = new Set(doneMessages(ids, result, reportsFailures));
    const handles = batch.filter(({ MessageId }) => done.has(MessageId));
    await sqs.remove(
      queueName(queueArn),
      handles.map(({ ReceiptHandle }) => ReceiptHandle),
    );
  } catch (error) {
    onTrouble(`could not be worked off: ${messageOf(error)}`);
  }
}

function queueName(queueArn: string): string {
  return queueArn.split(':').at(-1) ?? '';
}
