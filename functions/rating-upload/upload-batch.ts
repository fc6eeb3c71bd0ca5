import type { Log } from '#core/log.ts';
import type { RatingTally, UploadQueue } from '#core/ratings/rating-ports.ts';
import { parseUploadMessage } from '#core/ratings/upload-message.ts';
import { retryAfter, type UploadDeps, type UploadOutcome, uploadRating } from './upload-rating.ts';

export type BatchDeps = UploadDeps & {
  readonly queue: Pick<UploadQueue, 'send' | 'setVisibility'>;
  readonly tally: Pick<RatingTally, 'add'>;
  /** Gives back what of the shared limit was not used. */
  readonly flushLimiter: () => Promise<void>;
  /** So many receives until SQS takes a message to the dead letters. */
  readonly maxReceives: number;
  /** False: nothing leaves, every message comes back later. */
  readonly enabled: boolean;
};

/** A message as it was received. */
export type ReceivedMessage = {
  readonly body: string;
  readonly receipt: string;
  readonly receiveCount: number;
};

/** What a batch came to. */
export type BatchCounts = { readonly uploaded: number; readonly failed: number; readonly skipped: number };

/** Says that a message has to come back, or go to the dead letters. It is no fault of the function. */
export class ComesBackError extends Error {
  override readonly name = 'ComesBackError';
}

export type UploadBatch = {
  /** Works off one message. @throws ComesBackError when the queue has to keep it */
  workOff(received: ReceivedMessage): Promise<void>;
  /** To be called when all are worked off. Never throws: what it does can wait. */
  end(): Promise<BatchCounts>;
};

/** A message that comes while the marketplace is switched off, looked at again after so long. */
const DISABLED_MS = 15 * 60_000;

/** Starts a batch of messages. One that fails harms no other. */
export function startBatch(deps: BatchDeps): UploadBatch {
  const counts = { uploaded: 0, failed: 0, skipped: 0, first: 0 };

  const workOff = async (received: ReceivedMessage): Promise<void> => {
    const message = parseUploadMessage(received.body);
    const isLast = received.receiveCount >= deps.maxReceives;
    if (!message) {
      deps.log.error('a message that is none of ours goes to the dead letters', {
        receives: received.receiveCount,
      });
      counts.failed += 1;
      return comeBack(deps, received, 0);
    }
    if (!deps.enabled) return postpone(deps, { ...received, isLast, message }, DISABLED_MS);
    const receive = { count: received.receiveCount, isLast };
    const outcome = await uploadRating(deps, message, receive).catch(async (error: unknown) => {
      deps.log.error('the outcome of an upload could not be written', { skill_id: message.skillId, error });
      counts.failed += 1;
      return comeBack(deps, received, isLast ? 0 : retryAfter(received.receiveCount, deps.random()));
    });
    count(counts, outcome);
    switch (outcome.kind) {
      case 'failed':
        if (outcome.afterMs === undefined) return comeBack(deps, received, 0);
        return postpone(deps, { ...received, isLast, message }, outcome.afterMs);
      case 'wait':
        return postpone(deps, { ...received, isLast, message }, outcome.afterMs);
      case 'idle':
        // The last time it is let go: should the other message's function die, the table brings the rating back.
        if (outcome.afterMs !== undefined && !isLast) return comeBack(deps, received, outcome.afterMs);
    }
  };

  return {
    workOff,
    async end() {
      if (counts.first > 0) {
        await deps.tally.add(counts.first).catch(unimportant(deps.log, 'ratings could not be counted'));
      }
      await deps.flushLimiter().catch(unimportant(deps.log, 'places of the limit could not be given back'));
      const { first: _first, ...rest } = counts;
      return rest;
    },
  };
}

function count(
  counts: { uploaded: number; failed: number; skipped: number; first: number },
  outcome: UploadOutcome,
): void {
  if (outcome.kind === 'uploaded') {
    counts.uploaded += 1;
    if (outcome.isFirst) counts.first += 1;
  } else if (outcome.kind === 'failed' || outcome.kind === 'refused') counts.failed += 1;
  else counts.skipped += 1;
}

type Postponed = ReceivedMessage & {
  readonly isLast: boolean;
  readonly message: NonNullable<ReturnType<typeof parseUploadMessage>>;
};

/**
 * Puts a message back for just so long. What waits, or has more attempts, must not end among the dead letters: instead
 * of being received once too often it is sent anew, and then let go.
 */
async function postpone(deps: BatchDeps, received: Postponed, afterMs: number): Promise<void> {
  if (!received.isLast) return comeBack(deps, received, afterMs);
  const refused = await deps.queue.send([received.message], afterMs);
  if (refused.length > 0) return comeBack(deps, received, afterMs);
}

/** Makes a message visible after so long. Where that can't be done, the queue's own time passes instead. */
async function comeBack(deps: BatchDeps, { receipt }: ReceivedMessage, afterMs: number): Promise<never> {
  await deps.queue
    .setVisibility(receipt, afterMs)
    .catch(unimportant(deps.log, 'a message could not be put back'));
  throw new ComesBackError(`The message comes back after ${afterMs} ms.`);
}

function unimportant(log: Log, message: string): (error: unknown) => void {
  return (error) => log.warn(message, { error });
}
