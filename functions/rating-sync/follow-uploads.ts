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

/** The pause before the first poll; each later one is twice as long, up to the longest. */
const FIRST_POLL_MS = 250;
const LONGEST_POLL_MS = 2_000;
/** Nobody waits for a run for longer; what is on its way arrives without it. */
const LONGEST_FOLLOW_MS = 120_000;
/** Where no count changes for so long, nobody works on the queue now. */
const STANDSTILL_MS = 20_000;
/** The part of the invocation that is kept for the rest of the run. */
const RESERVE_MS = 60_000;

/**
 * Follows the ratings of a run until each is synced or has failed, while there is time and counts change. One poll counts
 * the entries of the sparse index that name the run: it costs what still waits.
 *
 * @param report is called with how many are still on their way
 * @throws StorageError when not even the last count succeeds; the signal's reason when it aborts
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
  let changedAt = startedAt;
  for (let pollMs = FIRST_POLL_MS; left > 0; pollMs = Math.min(2 * pollMs, LONGEST_POLL_MS)) {
    if (now() - startedAt > LONGEST_FOLLOW_MS || now() - changedAt > STANDSTILL_MS) break;
    if (remainingMs() < RESERVE_MS) break;
    await sleep(pollMs, signal);
    const queued = await countQueued(deps, runId, left);
    if (queued !== left) changedAt = now();
    left = queued;
    report(left);
  }
  return countOutcomes(ratings, runId, total, left);
}

/** A count that fails is one at which nothing had changed: the uploads go on, and the next count may succeed. */
async function countQueued({ ratings, log }: FollowDeps, runId: string, before: number): Promise<number> {
  return ratings.count('queued', runId).catch((error: unknown) => {
    log.warn('the uploads of a run could not be counted', { run_id: runId, error });
    return before;
  });
}

async function countOutcomes(
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
