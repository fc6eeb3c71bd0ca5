import { QueueError, RatingContendedError } from '#core/errors.ts';
import { inParallel } from '#core/in-parallel.ts';
import type { Log } from '#core/log.ts';
import { rejectedByQueue, type UntakenMessage } from '#core/ratings/queue-rejection.ts';
import { type Rating, type RatingKey, ratingKeyOf, type UploadMessage } from '#core/ratings/rating.ts';
import type { RatingStore, UploadQueue } from '#core/ratings/rating-ports.ts';
import { MESSAGE_GRACE_MS, queued, unqueued } from '#core/ratings/rating-state.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { Now } from '#core/time/clock.ts';

export type QueueDeps = {
  readonly ratings: Pick<RatingStore, 'waiting' | 'change' | 'count'>;
  readonly queue: Pick<UploadQueue, 'send'>;
  readonly now: Now;
  readonly log: Log;
};

/** Ratings of one read of the index. */
const PAGE_SIZE = 100;
/** Ratings marked at once. */
const CONCURRENCY = 16;
/** What the marketplace takes in a minute: the length of the queue says when its end will be reached. */
const UPLOADS_A_MINUTE = 100;

/** When a message that now joins a queue of `ahead` others should have been processed, in milliseconds from now. */
export function queueAllowanceMs(ahead: number): number {
  return MESSAGE_GRACE_MS + Math.ceil((ahead * 60_000) / UPLOADS_A_MINUTE);
}

/**
 * Queues whatever is due: what is pending, what failed and whose message did not come back in time, and what was
 * marked as queued by someone who then could not send, or was killed. First the mark, then the message: a crash in
 * between leaves a rating that is due again later; a message too many finds nothing left to upload.
 *
 * One rating that can't be marked, or whose message the queue refuses, harms no other, nor the pages behind it. Only
 * a page of which the queue takes nothing is the last one.
 *
 * @param report is called after each page with how many have been marked in all: with those whose message was not taken, which
 *   count among the run's failed and skipped ones
 * @throws QueueError, in the end, when messages were not taken; their ratings are pending again
 */
export async function queueRatings(
  deps: QueueDeps,
  { runId, signal }: Pick<RunContext, 'runId' | 'signal'>,
  report: (queuedSoFar: number) => void,
): Promise<number> {
  const dueBefore = deps.now();
  const ahead = await deps.ratings.count('queued');
  /** Due again at once, and not for this run to try again and again. */
  const untaken = new Set<string>();
  let total = 0;
  let cursor: string | undefined;
  let isTaking = true;
  do {
    signal.throwIfAborted();
    const page = await deps.ratings.waiting(['pending', 'failed', 'queued'], {
      limit: PAGE_SIZE,
      cursor,
      dueBefore,
    });
    const due = page.items.filter((rating) => !untaken.has(keyText(rating)));
    const until = deps.now() + queueAllowanceMs(ahead + total + due.length);
    const { marked, failure } = await mark(deps, due, { runId, until });
    const left = await send(deps, marked);
    for (const message of left) untaken.add(keyText(message));
    total += marked.length;
    report(total);
    if (failure !== undefined) throw failure;
    isTaking = marked.length === 0 || left.length < marked.length;
    cursor = page.cursor;
  } while (cursor !== undefined && isTaking);
  if (untaken.size > 0) {
    throw new QueueError(
      `The queue did not take ${untaken.size} of ${total} ratings; they are pending again.`,
    );
  }
  return total;
}

type Marked = { readonly marked: readonly Rating[]; readonly failure: unknown };

/** What was marked has to be sent even when marking ends with a failure: it would wait for long otherwise. */
async function mark(
  { ratings, now, log }: QueueDeps,
  items: readonly Rating[],
  { runId, until }: { readonly runId: string; readonly until: number },
): Promise<Marked> {
  const marked: Rating[] = [];
  const markOne = async (item: Rating) => {
    const at = { runId, until, now: now() };
    const change = ratings.change(ratingKeyOf(item), (current) => queued(current, at), item);
    const { rating, isChanged } = await change.catch((error: unknown) => leftForNextRun(log, item, error));
    if (rating && isChanged) marked.push(rating);
  };
  const failure = await inParallel(items, CONCURRENCY, markOne).catch((error: unknown) => error);
  return { marked, failure };
}

/** One that keeps changing is left to the next run; without a table there is nothing to queue at all. */
function leftForNextRun(log: Log, { skillId }: Rating, error: unknown) {
  if (!(error instanceof RatingContendedError)) throw error;
  log.warn('a rating could not be queued', { skill_id: skillId, error });
  return { rating: undefined, isChanged: false };
}

/** Sends the messages of a page, and marks those that were not taken. @returns those that may be taken another time */
async function send(deps: QueueDeps, marked: readonly Rating[]): Promise<readonly UntakenMessage[]> {
  if (marked.length === 0) return [];
  const byKey = new Map(marked.map((rating) => [keyText(rating), rating]));
  const untaken = await deps.queue.send(marked.map(messageFor));
  await inParallel(untaken, CONCURRENCY, async (message) => {
    const rating = byKey.get(keyText(message));
    if (rating) await markUntaken(deps, rating, message);
  });
  return untaken.filter(({ rejection }) => rejection === undefined);
}

/**
 * Marks a rating whose message the queue did not take: pending again, or failed with the queue's
 * reason where it refuses this very message.
 */
export async function markUntaken(
  { ratings, now, log }: Pick<QueueDeps, 'now' | 'log'> & { readonly ratings: Pick<RatingStore, 'change'> },
  rating: Rating,
  { rejection }: UntakenMessage,
): Promise<void> {
  const { skillId, queuedAt = 0 } = rating;
  const key = ratingKeyOf(rating);
  if (rejection === undefined) {
    await ratings.change(key, (current) => unqueued(current, queuedAt, now()), rating);
    return;
  }
  log.error('the queue refuses the message for a rating', { skill_id: skillId, reason: rejection });
  const at = { queuedAt, rejection, now: now() };
  await ratings.change(key, (current) => rejectedByQueue(current, at), rating);
}

/** The message that has a rating uploaded. */
export function messageFor({ skillId, userId, revision }: Rating): UploadMessage {
  return { skillId, userId, revision };
}

function keyText({ skillId, userId }: RatingKey): string {
  return JSON.stringify([skillId, userId]);
}
