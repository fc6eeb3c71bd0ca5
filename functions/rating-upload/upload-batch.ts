import type { Log } from '#core/log.ts';
import type { UploadMessage } from '#core/ratings/rating.ts';
import type { RatingTally, UploadQueue } from '#core/ratings/rating-ports.ts';
import { parseUploadMessage } from '#core/ratings/upload-message.ts';
import type { ReceivedMessage } from '#core/received-message.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { UploadDeps, UploadOutcome } from './upload-outcome.ts';
import { uploadRating } from './upload-rating.ts';

export type BatchDeps = UploadDeps & {
  readonly queue: Pick<UploadQueue, 'send' | 'setVisibility'>;
  readonly tally: Pick<RatingTally, 'add'>;
  /** Gives back what of the shared limit was not used. */
  readonly flushLimiter: () => Promise<void>;
  /** Receives of a message until SQS moves it to the dead-letter queue. */
  readonly maxReceives: number;
  /** False: nothing leaves, every message returns to the queue. */
  readonly enabled: boolean;
};

/** What a batch came to. */
export type BatchCounts = { readonly uploaded: number; readonly failed: number; readonly skipped: number };

/** A message has to return to the queue, or go to the dead letters. It is no fault of the function. */
export class MessageReturnedError extends Error {
  override readonly name = 'MessageReturnedError';
}

export type UploadBatch = {
  /** Processes one message. @throws MessageReturnedError when the queue has to keep it */
  process(received: ReceivedMessage): Promise<void>;
  /** To be called when all are processed. Never throws: what it does can wait. */
  end(): Promise<BatchCounts>;
};

/** How long a message stays in the queue that comes while the marketplace is switched off. */
const DISABLED_MS = 15 * 60_000;

/** Starts a batch of messages. One that fails harms no other. */
export function startBatch(deps: BatchDeps): UploadBatch {
  const counts = { uploaded: 0, failed: 0, skipped: 0, first: 0 };
  return {
    async process(received) {
      const message = parseUploadMessage(received.body);
      if (message) return processMessage(deps, { ...received, message }, counts);
      deps.log.error('a message that is none of ours goes to the dead letters', {
        receives: received.receiveCount,
      });
      counts.failed += 1;
      return returnToQueue(deps, received, 0);
    },
    async end() {
      if (counts.first > 0) {
        await deps.tally.add(counts.first).catch(bestEffort(deps.log, 'ratings could not be counted'));
      }
      await deps.flushLimiter().catch(bestEffort(deps.log, 'places of the limit could not be given back'));
      const { uploaded, failed, skipped } = counts;
      return { uploaded, failed, skipped };
    },
  };
}

type Counts = { uploaded: number; failed: number; skipped: number; first: number };
type ParsedMessage = ReceivedMessage & { readonly message: UploadMessage };

async function processMessage(deps: BatchDeps, received: ParsedMessage, counts: Counts): Promise<void> {
  if (!deps.enabled) return postpone(deps, received, DISABLED_MS);
  const { message, receiveCount } = received;
  const isLast = isLastReceive(deps, received);
  let outcome: UploadOutcome;
  try {
    outcome = await uploadRating(deps, message, { count: receiveCount, isLast });
  } catch (error) {
    deps.log.error('the outcome of an upload could not be written', { skill_id: message.skillId, error });
    counts.failed += 1;
    return returnToQueue(deps, received, isLast ? 0 : retryDelayMs(receiveCount, deps.random));
  }
  count(counts, outcome);
  return finishMessage(deps, received, outcome);
}

function count(counts: Counts, outcome: UploadOutcome): void {
  if (outcome.kind === 'uploaded') {
    counts.uploaded += 1;
    if (outcome.isFirst) counts.first += 1;
  } else if (outcome.kind === 'failed' || outcome.kind === 'rejected') counts.failed += 1;
  else counts.skipped += 1;
}

/** Lets a message go by returning, or has it return to the queue by throwing. */
async function finishMessage(
  deps: BatchDeps,
  received: ParsedMessage,
  outcome: UploadOutcome,
): Promise<void> {
  switch (outcome.kind) {
    case 'failed':
      if (outcome.afterMs === undefined) return returnToQueue(deps, received, 0);
      return postpone(deps, received, outcome.afterMs);
    case 'wait':
      return postpone(deps, received, outcome.afterMs);
    case 'idle':
      // The last time it is let go: should the other message's function die, the table brings the rating back.
      if (outcome.afterMs === undefined || isLastReceive(deps, received)) return;
      return returnToQueue(deps, received, outcome.afterMs);
  }
}

function isLastReceive({ maxReceives }: BatchDeps, { receiveCount }: ReceivedMessage): boolean {
  return receiveCount >= maxReceives;
}

/**
 * Has a message return after just so long. What waits, or has more attempts, must not end among the dead letters: instead
 * of being received once too often it is sent anew, and then let go.
 */
async function postpone(deps: BatchDeps, received: ParsedMessage, afterMs: number): Promise<void> {
  if (!isLastReceive(deps, received)) return returnToQueue(deps, received, afterMs);
  const untaken = await deps.queue.send([received.message], afterMs);
  if (untaken.length > 0) return returnToQueue(deps, received, afterMs);
}

/** Makes a message visible after so long. Where that can't be done, the queue's own time passes instead. */
async function returnToQueue(deps: BatchDeps, { receipt }: ReceivedMessage, afterMs: number): Promise<never> {
  await deps.queue
    .setVisibility(receipt, afterMs)
    .catch(bestEffort(deps.log, 'a message could not be put back'));
  throw new MessageReturnedError(`The message comes back after ${afterMs} ms.`);
}

/** What to do with the failure of something that can wait: it is logged. */
function bestEffort(log: Log, message: string): (error: unknown) => void {
  return (error) => log.warn(message, { error });
}
