import {
  LeaseLostError,
  MarketplaceAuthError,
  MarketplaceUnavailableError,
  OutOfTimeError,
} from '../core/errors.ts';
import type { RunContext, WorkResult } from '../core/job-run.ts';
import type { RatingStore } from '../core/rating-ports.ts';
import { type FollowDeps, type Followed, followUploads } from './follow-uploads.ts';
import { type PullDeps, pullRatings } from './pull-ratings.ts';
import { type QueueDeps, queueRatings } from './queue-ratings.ts';
import { type ReconcileDeps, reconcileDeadLetters } from './reconcile-dead-letters.ts';

export type SyncRatingsDeps = QueueDeps &
  FollowDeps &
  ReconcileDeps &
  PullDeps & {
    readonly ratings: RatingStore;
    /** Whether every dead letter goes back into the queue. */
    readonly redrive: boolean;
  };

/** What a rating sync counts; the first three are the API's. */
export type RatingCounts = Followed & {
  /** Ratings taken over from the marketplace. */
  readonly pulled: number;
  /** 1 when the marketplace's ratings could not be looked at, although uploads went well. */
  readonly pull_failed: number;
  readonly dead_letters_deleted: number;
  readonly dead_letters_marked: number;
  readonly redriven: number;
};

/** Failed ratings that are looked at to tell why none could be uploaded. */
const SAMPLE = 5;
const UNIT = 'ratings';

/**
 * The work of the job `rating-sync-atom-saas`: reconciles the dead letters, queues what is due, follows it until it is
 * settled, and looks at what is newer in the marketplace. Single failures don't fail a run; one in which nothing could
 * be uploaded because the marketplace could not be had does, with that reason.
 *
 * @throws MarketplaceUnavailableError | MarketplaceAuthError | QueueError | StorageError
 */
export async function syncRatings(deps: SyncRatingsDeps, context: RunContext): Promise<WorkResult> {
  let counts: RatingCounts = {
    ...{ uploaded: 0, failed: 0, skipped: 0, queued: 0, pulled: 0, pull_failed: 0 },
    ...{ dead_letters_deleted: 0, dead_letters_marked: 0, redriven: 0 },
  };
  const report = (done: number, total: number, change: Partial<RatingCounts> = {}) => {
    counts = { ...counts, ...change };
    context.report({ done, total, unit: UNIT }, counts);
  };
  const letters = await reconcileDeadLetters(deps, context, deps.redrive);
  report(0, letters.redriven, {
    dead_letters_deleted: letters.deleted,
    dead_letters_marked: letters.marked,
    redriven: letters.redriven,
  });
  // A run that goes on in another invocation finds what it has queued before.
  const before = await deps.ratings.count('queued', context.runId);
  const total =
    Math.max(before, letters.redriven) +
    (await queueRatings(deps, context, (queued) => {
      if (queued > 0) context.advanced();
      report(0, letters.redriven + queued);
    }));
  const followed = await followUploads(deps, context, total, (left) => report(total - left, total));
  report(total - followed.queued, total, followed);
  if (followed.queued < total) context.advanced();
  if (followed.uploaded === 0 && followed.failed > 0) await failForAll(deps, context.runId, followed.failed);
  try {
    report(total - followed.queued, total, { pulled: await pullRatings(deps, context) });
  } catch (error) {
    if (followed.uploaded === 0 || isEnd(error)) throw error;
    deps.log.warn('the marketplace’s ratings could not be looked at', { run_id: context.runId, error });
    report(total - followed.queued, total, { pull_failed: 1 });
  }
  return {};
}

/** The run itself has to stop, whatever it did. */
function isEnd(error: unknown): boolean {
  return error instanceof OutOfTimeError || error instanceof LeaseLostError;
}

/** Why nothing was uploaded: thrown where the marketplace was the reason, and not the ratings. */
async function failForAll({ ratings }: SyncRatingsDeps, runId: string, failed: number): Promise<void> {
  const codes = await failureCodes(ratings, runId);
  const told = `None of ${failed} ratings could be uploaded.`;
  if (codes.includes('marketplace_auth') || codes.includes('token_unavailable')) {
    throw new MarketplaceAuthError(
      `${told} The marketplace did not accept the token; see the failed uploads.`,
    );
  }
  if (codes.includes('marketplace_unavailable') || codes.includes('malformed_answer')) {
    throw new MarketplaceUnavailableError(`${told} The marketplace could not be had; they are tried again.`);
  }
}

async function failureCodes(ratings: RatingStore, runId: string): Promise<readonly string[]> {
  const { items } = await ratings.waiting(['failed', 'dead_lettered'], { limit: 200 });
  const ours = items.filter((rating) => rating.runId === runId).slice(0, SAMPLE);
  return ours.flatMap(({ failure }) => (failure ? [failure.code] : []));
}

/** What waits and what has failed, for the gauges. @throws StorageError */
export async function countWaiting({
  ratings,
}: Pick<SyncRatingsDeps, 'ratings'>): Promise<{ pending: number; failed: number }> {
  const [pending, queued, failed, dead] = await Promise.all([
    ratings.count('pending'),
    ratings.count('queued'),
    ratings.count('failed'),
    ratings.count('dead_lettered'),
  ]);
  return { pending: pending + queued, failed: failed + dead };
}
