import {
  type AtomSyncError,
  LeaseLostError,
  type MalformedAnswerError,
  MarketplaceAuthError,
  MarketplaceUnavailableError,
  OutOfTimeError,
  SecretUnavailableError,
  TokenUnavailableError,
} from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { TOKEN_REMEDY } from '#core/marketplace/marketplace-token.ts';
import type { RatingStore } from '#core/ratings/rating-ports.ts';
import type { WorkResult } from '#core/runs/end-run.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import { endsRun } from './ends-run.ts';
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
type RatingCounts = Followed & {
  /** Ratings taken over from the marketplace. */
  readonly pulled: number;
  /** Skills whose ratings could not be pulled from the marketplace; at least 1 where the pull ended before its time. */
  readonly pull_failed: number;
  readonly dead_letters_deleted: number;
  readonly dead_letters_marked: number;
  readonly redriven: number;
};

/** Failed ratings that are read to find why none could be uploaded. */
const SAMPLE = 5;
const UNIT = 'ratings';

/**
 * The work of the job `rating-sync-atom-saas`: reconciles the dead letters, queues what is due, follows the uploads, and
 * pulls what is newer in the marketplace. Single failures don't fail a run; one in which nothing could
 * be uploaded because the marketplace could not be had does, with that reason.
 *
 * A step that fails keeps no other from being tried: the run fails in the end, with the first error.
 *
 * @throws MarketplaceUnavailableError | MarketplaceAuthError | QueueError | StorageError
 */
export async function syncRatings(deps: SyncRatingsDeps, context: RunContext): Promise<WorkResult> {
  const progress = startProgress(context);
  const steps = startSteps(deps.log, context);
  await steps.try('reconcile', () => reconcile(deps, context, progress));
  await steps.try('queue', () => queue(deps, context, progress));
  await steps.try('follow', () => follow(deps, context, progress));
  await steps.try('pull', () => pull(deps, context, progress));
  steps.end();
  return {};
}

/** What a run has come to so far. */
type Progress = {
  /** The ratings that it has to follow. */
  total: number;
  readonly counts: () => RatingCounts;
  /** Reports to the run; `left` are those still on their way, as many as before where it is not given. */
  readonly report: (change: Partial<RatingCounts>, left?: number) => void;
};

function startProgress(context: RunContext): Progress {
  let counts: RatingCounts = {
    ...{ uploaded: 0, failed: 0, skipped: 0, queued: 0, pulled: 0, pull_failed: 0 },
    ...{ dead_letters_deleted: 0, dead_letters_marked: 0, redriven: 0 },
  };
  let done = 0;
  const progress: Progress = {
    total: 0,
    counts: () => counts,
    report: (change, left = progress.total - done) => {
      counts = { ...counts, ...change };
      done = progress.total - left;
      context.report({ done, total: progress.total, unit: UNIT }, counts);
    },
  };
  return progress;
}

/** Tries step after step. One that fails is logged; the first error is thrown at the end. */
function startSteps(log: Log, { runId, signal }: Pick<RunContext, 'runId' | 'signal'>) {
  const errors: unknown[] = [];
  return {
    try: async (step: string, work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        if (endsRun(error) || signal.aborted) throw error;
        log.error('a step of the rating sync failed; the others are tried', { run_id: runId, step, error });
        errors.push(error);
      }
    },
    end: () => {
      if (errors.length > 0) throw errors[0];
    },
  };
}

async function reconcile(deps: SyncRatingsDeps, context: RunContext, progress: Progress): Promise<void> {
  await reconcileDeadLetters(deps, context, deps.redrive, ({ deleted, marked, redriven }) => {
    progress.total = redriven;
    progress.report({ dead_letters_deleted: deleted, dead_letters_marked: marked, redriven });
  });
}

async function queue(deps: SyncRatingsDeps, context: RunContext, progress: Progress): Promise<void> {
  const redriven = progress.total;
  // A run that goes on in another invocation finds what it has queued before.
  progress.total = Math.max(await deps.ratings.count('queued', context.runId), redriven);
  const before = progress.total;
  await queueRatings(deps, context, (queuedSoFar) => {
    if (queuedSoFar > 0) context.advanced();
    progress.total = before + queuedSoFar;
    progress.report({}, progress.total);
  });
}

async function follow(deps: SyncRatingsDeps, context: RunContext, progress: Progress): Promise<void> {
  const followed = await followUploads(deps, context, progress.total, (left) => progress.report({}, left));
  progress.report(followed, followed.queued);
  if (followed.queued < progress.total) context.advanced();
  if (followed.uploaded === 0 && followed.failed > 0) await failForAll(deps, context.runId, followed.failed);
}

/** A pull that fails does not fail a run that could upload. */
async function pull(deps: SyncRatingsDeps, context: RunContext, progress: Progress): Promise<void> {
  try {
    const { taken, failed } = await pullRatings(deps, context, (soFar) =>
      progress.report({ pulled: soFar.taken, pull_failed: soFar.failed }),
    );
    progress.report({ pulled: taken, pull_failed: failed });
  } catch (error) {
    const { uploaded, pull_failed } = progress.counts();
    if (uploaded === 0 || endsAtOnce(error) || context.signal.aborted) throw error;
    deps.log.warn('the marketplace’s ratings could not be looked at', { run_id: context.runId, error });
    progress.report({ pull_failed: Math.max(1, pull_failed) });
  }
}

/** The run itself has to stop, whatever it did. */
function endsAtOnce(error: unknown): boolean {
  return error instanceof OutOfTimeError || error instanceof LeaseLostError;
}

/** Codes of failures that are the token's, that are its secret's, and that are the marketplace's. */
const AUTH_CODES = codesOf<MarketplaceAuthError>('marketplace_auth');
const NO_TOKEN_CODES = codesOf<TokenUnavailableError>('token_unavailable');
const SECRET_CODES = codesOf<SecretUnavailableError>('secret_unavailable');
const OUTAGE_CODES = codesOf<MarketplaceUnavailableError | MalformedAnswerError>(
  'marketplace_unavailable',
  'malformed_answer',
);

function codesOf<E extends AtomSyncError>(...codes: readonly E['code'][]): ReadonlySet<string> {
  return new Set(codes);
}

/** Why nothing was uploaded: thrown where the marketplace was the reason, and not the ratings. */
async function failForAll({ ratings }: SyncRatingsDeps, runId: string, failed: number): Promise<void> {
  const codes = await failureCodes(ratings, runId);
  const isAmong = (known: ReadonlySet<string>) => codes.some((code) => known.has(code));
  const summary = `None of ${failed} ratings could be uploaded.`;
  if (isAmong(AUTH_CODES)) {
    throw new MarketplaceAuthError(
      `${summary} The marketplace did not accept the token; see the failed uploads.`,
    );
  }
  if (isAmong(SECRET_CODES)) {
    const message = `${summary} The secret with the marketplace token can't be read; see the failed uploads.`;
    throw new SecretUnavailableError(message, { cause: codes });
  }
  if (isAmong(NO_TOKEN_CODES)) {
    throw new TokenUnavailableError(`${summary} The secret holds no token. ${TOKEN_REMEDY}`);
  }
  if (isAmong(OUTAGE_CODES)) {
    throw new MarketplaceUnavailableError(
      `${summary} The marketplace could not be had or did not confirm them; they are tried again.`,
    );
  }
}

async function failureCodes(ratings: RatingStore, runId: string): Promise<readonly string[]> {
  const { items } = await ratings.waiting(['failed', 'dead_lettered'], { limit: 200 });
  const ours = items.filter((rating) => rating.runId === runId).slice(0, SAMPLE);
  return ours.flatMap(({ failure }) => (failure ? [failure.code] : []));
}
