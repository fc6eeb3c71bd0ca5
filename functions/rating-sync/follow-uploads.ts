import type { Log } from '#core/log.ts';
import type { RatingStore } from '#core/ratings/rating-ports.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { Now, Sleep } from '#core/time/clock.ts';

export type FollowDeps = {
  readonly ratings: Pick<RatingStore, 'count'>;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly log: Log;
};

/** What became of the ratings that a run has queued. */
export type Followed = {
  readonly uploaded: number;
  readonly failed: number;
  /** Rated anew meanwhile: they wait for the next run. */
  readonly skipped: number;
  /** Still on their way when the run ended. */
  readonly queued: number;
};

const FIRST_LOOK_MS = 250;
const LONGEST_LOOK_MS = 2_000;
/** Nobody waits for a run for longer; what is on its way arrives without it. */
const PATIENCE_MS = 120_000;
/** Where nothing moves for so long, nobody works the queue off now. */
const STANDSTILL_MS = 20_000;
/** What of the invocation is kept for the rest of the run. */
const RESERVE_MS = 60_000;

/**
 * Follows the ratings of a run until each is settled, while there is time and something moves. One look counts the
 * entries of the sparse index that name the run: it costs what still waits.
 *
 * @param report is told how many are still on their way
 * @throws StorageError when not even the last look succeeds; the signal's reason when it aborts
 */
export async function followUploads(
  deps: FollowDeps,
  { runId, signal, remainingMs }: Pick<RunContext, 'runId' | 'signal' | 'remainingMs'>,
  total: number,
  report: (left: number) => void,
): Promise<Followed> {
  const { ratings, now, sleep } = deps;
  const startedAt = now();
  let left = total;
  let movedAt = startedAt;
  for (let lookMs = FIRST_LOOK_MS; left > 0; lookMs = Math.min(2 * lookMs, LONGEST_LOOK_MS)) {
    if (now() - startedAt > PATIENCE_MS || now() - movedAt > STANDSTILL_MS) break;
    if (remainingMs() < RESERVE_MS) break;
    await sleep(lookMs, signal);
    const queued = await lookAgain(deps, runId, left);
    if (queued !== left) movedAt = now();
    left = queued;
    report(left);
  }
  return settle(ratings, runId, total, left);
}

/** A look that fails is one at which nothing had moved: the uploads go on, and the next look may do. */
async function lookAgain({ ratings, log }: FollowDeps, runId: string, before: number): Promise<number> {
  return ratings.count('queued', runId).catch((error: unknown) => {
    log.warn('the uploads of a run could not be counted', { run_id: runId, error });
    return before;
  });
}

async function settle(
  ratings: FollowDeps['ratings'],
  runId: string,
  total: number,
  queued: number,
): Promise<Followed> {
  if (total === 0) return { uploaded: 0, failed: 0, skipped: 0, queued: 0 };
  const [failed, dead, skipped] = await Promise.all([
    ratings.count('failed', runId),
    ratings.count('dead_lettered', runId),
    ratings.count('pending', runId),
  ]);
  return {
    uploaded: Math.max(0, total - queued - failed - dead - skipped),
    failed: failed + dead,
    skipped,
    queued,
  };
}
