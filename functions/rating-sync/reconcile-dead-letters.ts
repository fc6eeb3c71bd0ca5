import { inParallel } from '#core/in-parallel.ts';
import type { Log } from '#core/log.ts';
import { ratingKeyOf } from '#core/ratings/rating.ts';
import type { DeadLetter, RatingStore, UploadQueue } from '#core/ratings/rating-ports.ts';
import { isSuperseded, markedDeadLettered, redriven } from '#core/ratings/rating-state.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { Now } from '#core/time/clock.ts';
import { markUntaken, messageFor, queueAllowanceMs } from './queue-ratings.ts';

export type ReconcileDeps = {
  readonly ratings: Pick<RatingStore, 'get' | 'change'>;
  readonly queue: Pick<UploadQueue, 'receiveDead' | 'deleteDead' | 'send'>;
  readonly now: Now;
  readonly log: Log;
};

/** What reconciling the dead letters came to. */
export type Reconciled = { readonly deleted: number; readonly marked: number; readonly redriven: number };

/** Receives of a usual run that find letters of ours, ten each: what it does not get to is left to the next one. */
const USUAL_RECEIVES = 5;
/** Receives of a usual run in all: letters that are none of ours stay, and must not hide those that come after them. */
const MOST_USUAL_RECEIVES = 25;
/** Receives of a redrive, which is to reach every letter. */
const REDRIVE_RECEIVES = 500;
/** Longer than all receives of a usual run take, so that it sees no letter twice; short, so that the next run sees it. */
const HIDDEN_MS = 60_000;
const CONCURRENCY = 10;

/**
 * Reconciles dead letters with their ratings. A letter whose rating is synced, or has a later message or waits for
 * one, is deleted. A rating that does not know of its letter is marked. With `redrive`, letters go back into the queue:
 * sent first, then deleted, so that a crash in between doubles a message and loses none.
 *
 * What can't be read stays where it is: the alarm on the queue tells of it. So does a letter that can't be reconciled now;
 * neither keeps the others from their turn.
 *
 * @param report is called after each receive with what it came to so far
 * @throws in the end, the first error that kept a letter from being reconciled
 */
export async function reconcileDeadLetters(
  deps: ReconcileDeps,
  { runId, signal, advanced }: Pick<RunContext, 'runId' | 'signal' | 'advanced'>,
  redrive: boolean,
  report: (soFar: Reconciled) => void = () => undefined,
): Promise<Reconciled> {
  const sum = { deleted: 0, marked: 0, redriven: 0 };
  const [most, mostInAll] = redrive
    ? [REDRIVE_RECEIVES, REDRIVE_RECEIVES]
    : [USUAL_RECEIVES, MOST_USUAL_RECEIVES];
  const failures: unknown[] = [];
  for (let receives = 0, inAll = 0; receives < most && inAll < mostInAll; inAll += 1) {
    signal.throwIfAborted();
    const letters = await deps.queue.receiveDead(HIDDEN_MS);
    if (letters.length === 0) break;
    const done: DeadLetter[] = [];
    const failedBefore = failures.length;
    await inParallel(letters, CONCURRENCY, async (letter) => {
      const fate = await reconcileLetter(deps, letter, redrive ? runId : undefined).catch(
        (error: unknown) => {
          failures.push(error);
          return 'stays' as const;
        },
      );
      if (fate === 'stays') return;
      sum[fate] += 1;
      if (fate !== 'marked') done.push(letter);
    });
    report({ ...sum });
    if (done.length > 0) {
      await deps.queue.deleteDead(done);
      advanced();
    }
    // None could be reconciled: it is not the letters.
    if (failures.length - failedBefore === letters.length) break;
    if (letters.some(({ message }) => message !== undefined)) receives += 1;
  }
  if (failures.length > 0) {
    deps.log.error('dead letters could not be judged and stay', { letters: failures.length });
    throw failures[0];
  }
  return sum;
}

async function reconcileLetter(
  deps: ReconcileDeps,
  { message, sentAt }: DeadLetter,
  redriveAs: string | undefined,
): Promise<keyof Reconciled | 'stays'> {
  const { ratings, now } = deps;
  if (!message) {
    deps.log.error('a dead letter is none of ours and stays', { sent_at: new Date(sentAt).toISOString() });
    return 'stays';
  }
  const key = ratingKeyOf(message);
  const rating = await ratings.get(key);
  const letter = { revision: message.revision, sentAt, now: now() };
  if (!rating || isSuperseded(rating, letter)) return 'deleted';
  const { isChanged } = await ratings.change(
    key,
    (current) => markedDeadLettered(current, { revision: message.revision, sentAt, now: now() }),
    rating,
  );
  if (redriveAs === undefined) return isChanged ? 'marked' : 'stays';
  const at = { runId: redriveAs, now: now(), until: now() + queueAllowanceMs(0) };
  const requeued = await ratings.change(key, (current) => redriven(current, at));
  if (!requeued.rating || !requeued.isChanged) return 'stays';
  const [untaken] = await deps.queue.send([messageFor(requeued.rating)]);
  if (!untaken) return 'redriven';
  await markUntaken(deps, requeued.rating, untaken);
  return 'stays';
}
