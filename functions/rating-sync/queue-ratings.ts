import { QueueError } from '../core/errors.ts';
import type { RunContext } from '../core/job-run.ts';
import type { Now } from '../core/ports.ts';
import type { Rating, UploadMessage } from '../core/rating.ts';
import type { RatingStore, UploadQueue } from '../core/rating-ports.ts';
import { MESSAGE_GRACE_MS, queued, unqueued } from '../core/rating-state.ts';
import { inParallel } from './in-parallel.ts';

export type QueueDeps = {
  readonly ratings: Pick<RatingStore, 'waiting' | 'change' | 'count'>;
  readonly queue: Pick<UploadQueue, 'send'>;
  readonly now: Now;
};

/** Ratings of one look at the index. */
const PAGE = 100;
/** Ratings marked at once. */
const CONCURRENCY = 16;
/** What the marketplace takes in a minute: how long the line is says when its end will be there. */
const UPLOADS_A_MINUTE = 100;

/** When a message that now joins a line of so many should have been worked off. */
export function queueAllowanceMs(ahead: number): number {
  return MESSAGE_GRACE_MS + Math.ceil((ahead * 60_000) / UPLOADS_A_MINUTE);
}

/**
 * Queues whatever is due: what is pending, what failed and whose message did not come back in time, and what was
 * marked as queued by someone who then could not send, or was killed. First the mark, then the message: a crash in
 * between leaves a rating that is due again later; a message too many finds its rating settled.
 *
 * @param report is told after each page how many have been queued in all
 * @throws QueueError when messages were not taken; their ratings are pending again
 */
export async function queueRatings(
  deps: QueueDeps,
  { runId, signal }: Pick<RunContext, 'runId' | 'signal'>,
  report: (queuedSoFar: number) => void,
): Promise<number> {
  const dueBefore = deps.now();
  const ahead = await deps.ratings.count('queued');
  let total = 0;
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await deps.ratings.waiting(['pending', 'failed', 'queued'], {
      limit: PAGE,
      cursor,
      dueBefore,
    });
    const until = deps.now() + queueAllowanceMs(ahead + total + page.items.length);
    const marked = await mark(deps, page.items, { runId, until });
    await send(deps, marked);
    total += marked.length;
    report(total);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return total;
}

async function mark(
  { ratings, now }: QueueDeps,
  items: readonly Rating[],
  { runId, until }: { readonly runId: string; readonly until: number },
): Promise<readonly Rating[]> {
  const marked: Rating[] = [];
  await inParallel(items, CONCURRENCY, async (item) => {
    const at = { runId, until, now: now() };
    const { rating, isChanged } = await ratings.change(item, (current) => queued(current, at), item);
    if (rating && isChanged) marked.push(rating);
  });
  return marked;
}

async function send({ ratings, queue, now }: QueueDeps, marked: readonly Rating[]): Promise<void> {
  const refused = await queue.send(marked.map(messageFor));
  if (refused.length === 0) return;
  const names = new Set(refused.map(nameOf));
  await inParallel(marked, CONCURRENCY, async (rating) => {
    const { queuedAt = 0 } = rating;
    if (names.has(nameOf(rating))) {
      await ratings.change(rating, (current) => unqueued(current, queuedAt, now()), rating);
    }
  });
  throw new QueueError(
    `The queue did not take ${refused.length} of ${marked.length} ratings; they are pending again.`,
  );
}

/** The message that has a rating uploaded. */
export function messageFor({ skillId, userId, revision }: Rating): UploadMessage {
  return { skillId, userId, revision };
}

function nameOf({ skillId, userId }: { readonly skillId: string; readonly userId: string }): string {
  return JSON.stringify([skillId, userId]);
}
