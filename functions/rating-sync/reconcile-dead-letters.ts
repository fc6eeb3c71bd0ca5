import { inParallel } from '#core/in-parallel.ts';
import type { Log } from '#core/log.ts';
import type { DeadLetter, RatingStore, UploadQueue } from '#core/ratings/rating-ports.ts';
import { isSuperseded, markedDeadLettered, redriven } from '#core/ratings/rating-state.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { Now } from '#core/time/clock.ts';
import { messageFor, putRight, queueAllowanceMs } from './queue-ratings.ts';

export type ReconcileDeps = {
  readonly ratings: Pick<RatingStore, 'get' | 'change'>;
  readonly queue: Pick<UploadQueue, 'receiveDead' | 'deleteDead' | 'send'>;
  readonly now: Now;
  readonly log: Log;
};

/** What a look at the dead letters came to. */
export type Reconciled = { readonly deleted: number; readonly marked: number; readonly redriven: number };

/** Looks of a usual run that find letters of ours, ten each: what it does not get to is seen by the next one. */
const USUAL_LOOKS = 5;
/** Looks of a usual run in all: letters that are none of ours stay, and must not hide those that come after them. */
const MOST_USUAL_LOOKS = 25;
/** Looks of a redrive, which is to reach every letter. */
const REDRIVE_LOOKS = 500;
/** Longer than a usual look takes in all, so that no letter is seen twice by it; short, so that the next run sees it. */
const HIDDEN_MS = 60_000;
const CONCURRENCY = 10;

/**
 * Brings dead letters and ratings together. A letter whose rating is settled, or has a later message or waits for
 * one, is deleted. A rating that does not know of its letter is marked. With `redrive`, letters go back into the queue:
 * sent first, then deleted, so that a crash in between doubles a message and loses none.
 *
 * What can't be read stays where it is: the alarm on the queue tells of it. So does a letter that can't be judged now;
 * neither keeps the others from their turn.
 *
 * @param report is told after each look what it came to so far
 * @throws in the end, the first error that kept a letter from being judged
 */
export async function reconcileDeadLetters(
  deps: ReconcileDeps,
  { runId, signal, advanced }: Pick<RunContext, 'runId' | 'signal' | 'advanced'>,
  redrive: boolean,
  report: (soFar: Reconciled) => void = () => undefined,
): Promise<Reconciled> {
  const sum = { deleted: 0, marked: 0, redriven: 0 };
  const [most, mostInAll] = redrive ? [REDRIVE_LOOKS, REDRIVE_LOOKS] : [USUAL_LOOKS, MOST_USUAL_LOOKS];
  const failures: unknown[] = [];
  for (let looks = 0, inAll = 0; looks < most && inAll < mostInAll; inAll += 1) {
    signal.throwIfAborted();
    const letters = await deps.queue.receiveDead(HIDDEN_MS);
    if (letters.length === 0) break;
    const done: DeadLetter[] = [];
    const failedBefore = failures.length;
    await inParallel(letters, CONCURRENCY, async (letter) => {
      const fate = await judgeLetter(deps, letter, redrive ? runId : undefined).catch((error: unknown) => {
        failures.push(error);
        return 'stays' as const;
      });
      if (fate === 'stays') return;
      sum[fate] += 1;
      if (fate !== 'marked') done.push(letter);
    });
    report({ ...sum });
    if (done.length > 0) {
      await deps.queue.deleteDead(done);
      advanced();
    }
    // None could be judged: it is not the letters.
    if (failures.length - failedBefore === letters.length) break;
    if (letters.some(({ message }) => message !== undefined)) looks += 1;
  }
  if (failures.length > 0) {
    deps.log.error('dead letters could not be judged and stay', { letters: failures.length });
    throw failures[0];
  }
  return sum;
}

async function judgeLetter(
  deps: ReconcileDeps,
  { message, sentAt }: DeadLetter,
  redriveAs: string | undefined,
): Promise<keyof Reconciled | 'stays'> {
  const { ratings, now } = deps;
  if (!message) {
    deps.log.error('a dead letter is none of ours and stays', { sent_at: new Date(sentAt).toISOString() });
    return 'stays';
  }
  const rating = await ratings.get(message);
  const letter = { revision: message.revision, sentAt, now: now() };
  if (!rating || isSuperseded(rating, letter)) return 'deleted';
  const { isChanged } = await ratings.change(
    message,
    (current) => markedDeadLettered(current, { revision: message.revision, sentAt, now: now() }),
    rating,
  );
  if (redriveAs === undefined) return isChanged ? 'marked' : 'stays';
  const at = { runId: redriveAs, now: now(), until: now() + queueAllowanceMs(0) };
  const again = await ratings.change(message, (current) => redriven(current, at));
  if (!again.rating || !again.isChanged) return 'stays';
  const [untaken] = await deps.queue.send([messageFor(again.rating)]);
  if (!untaken) return 'redriven';
  await putRight(deps, again.rating, untaken);
  return 'stays';
}
