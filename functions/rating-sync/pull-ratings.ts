import {
  MalformedAnswerError,
  MarketplaceAuthError,
  MarketplaceRefusedError,
  RatingContendedError,
} from '#core/errors.ts';
import { inParallel } from '#core/in-parallel.ts';
import { idFingerprint } from '#core/json/content-hash.ts';
import type { Log } from '#core/log.ts';
import type { Rating, RemoteRating, UnreadableRating } from '#core/ratings/rating.ts';
import type { RatingMarket, RatingPulls, RatingStore, RemoteRatings } from '#core/ratings/rating-ports.ts';
import { pulled } from '#core/ratings/rating-state.ts';
import type { RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { Now } from '#core/time/clock.ts';
import { endsRun } from './ends-run.ts';

export type PullDeps = {
  readonly ratings: Pick<RatingStore, 'ofSkill' | 'change'>;
  readonly pulls: RatingPulls;
  readonly market: Pick<RatingMarket, 'ofSkill'>;
  /** Keeps those that can't be read with their reasons. */
  readonly rejected: Pick<RejectedRecordStore, 'put'>;
  readonly now: Now;
  readonly log: Log;
  /** The time between two pulls of a skill's ratings. Milliseconds. */
  readonly pullEveryMs: number;
};

/** Skills pulled in one run, one request each: a fifth of what the marketplace allows in a minute. */
export const SKILLS_A_RUN = 20;
/** Ratings of one skill that are copied from the marketplace: the newest. Those that were given here count apart. */
export const COPIES_A_SKILL = 200;
/** Rejected ratings of one skill that are kept with their reasons in one pull. */
const UNREADABLE_A_SKILL = 20;
/** Above this both ids together would be too long for a key of the table. */
const MAX_NAME_BYTES = 900;
const PAGE_SIZE = 200;
const CONCURRENCY = 8;

/** Skills in a row of which the marketplace gives no answer: it is not the skills, and each may take long. */
const FAILURES_IN_A_ROW = 3;

/** What pulling the marketplace's ratings came to. */
export type Pulled = {
  /** Ratings taken over. */
  readonly taken: number;
  /** Skills whose ratings could not be pulled; they have their turn again later. */
  readonly failed: number;
};

/**
 * Pulls the marketplace's ratings of the skills that are rated here, those that have waited longest first, and takes
 * over what is newer there. A skill whose ratings can't be pulled loses its turn, as one that was pulled: it would
 * otherwise be the first one again, for ever, and nobody after it would have his.
 *
 * @param report is called after each skill with what it came to so far
 * @throws an error of `errors.ts` when it is not about one skill: the skill keeps its turn; or when not one could be
 *   pulled for a reason that is not the skill's
 */
export async function pullRatings(
  deps: PullDeps,
  context: Pick<RunContext, 'runId' | 'signal' | 'advanced'>,
  report: (soFar: Pulled) => void = () => undefined,
): Promise<Pulled> {
  const state: PullState = { taken: 0, failed: 0, pulled: 0, failuresInARow: 0, outage: undefined };
  for (const skillId of await deps.pulls.due(deps.now(), SKILLS_A_RUN)) {
    context.signal.throwIfAborted();
    const error = await takeTurn(deps, skillId, context, state);
    if (error !== undefined) countFailure(state, error);
    if (error instanceof MarketplaceRefusedError) continue;
    report({ taken: state.taken, failed: state.failed });
    if (state.failuresInARow >= FAILURES_IN_A_ROW) break;
  }
  if (state.pulled === 0 && state.outage !== undefined) throw state.outage;
  return { taken: state.taken, failed: state.failed };
}

/**
 * Pulls the ratings of the skill whose turn it is, and schedules its next one.
 *
 * @returns the error that is about this skill, where there is one
 * @throws what is about the whole run
 */
async function takeTurn(
  deps: PullDeps,
  skillId: string,
  { runId, signal, advanced }: Pick<RunContext, 'runId' | 'signal' | 'advanced'>,
  state: PullState,
): Promise<unknown> {
  try {
    state.taken += await pullSkill(deps, skillId, { runId, signal });
    state.pulled += 1;
    state.failuresInARow = 0;
    advanced();
    return undefined;
  } catch (error) {
    if (keepsTurn(error) || signal.aborted) throw error;
    await deps.pulls.schedule(skillId, deps.now() + deps.pullEveryMs);
    if (endsRun(error)) throw error;
    deps.log.warn('the ratings of a skill could not be looked at', { skill_id: skillId, error });
    return error;
  }
}

type PullState = {
  taken: number;
  failed: number;
  /** Skills whose ratings were pulled. */
  pulled: number;
  failuresInARow: number;
  /** The first error that is not the skill's own fault. */
  outage: unknown;
};

function countFailure(state: PullState, error: unknown): void {
  state.failed += 1;
  // The marketplace answered: it refuses this skill.
  if (error instanceof MarketplaceRefusedError) return;
  state.outage ??= error;
  if (!(error instanceof MalformedAnswerError)) state.failuresInARow += 1;
}

/** A skill that is gone is not asked for again, until somebody rates it here. */
async function pullSkill(
  deps: PullDeps,
  skillId: string,
  { runId, signal }: Pick<RunContext, 'runId' | 'signal'>,
): Promise<number> {
  const remote = await deps.market.ofSkill(skillId, signal);
  const taken = remote ? await takeOver(deps, skillId, remote) : 0;
  if (remote) await listUnreadable(deps, skillId, remote.unreadable, runId);
  await deps.pulls.schedule(skillId, remote ? deps.now() + deps.pullEveryMs : undefined);
  return taken;
}

/** Nothing was asked that could be this skill's fault. A token that is refused may be refused for this skill alone. */
function keepsTurn(error: unknown): boolean {
  return endsRun(error) && !(error instanceof MarketplaceAuthError);
}

async function takeOver(deps: PullDeps, skillId: string, remote: RemoteRatings): Promise<number> {
  const known = await ratingsOf(deps, skillId);
  const candidates = chooseRemote(remote.ratings, known);
  let taken = 0;
  await inParallel(candidates, CONCURRENCY, async (theirs) => {
    const key = { skillId, userId: theirs.userId };
    const answer = { requestedAt: remote.requestedAt, clockAheadMs: remote.clockAheadMs, now: deps.now() };
    const transition = (current: Rating | undefined) => pulled(current, key, theirs, answer);
    const before = known.get(theirs.userId);
    // What is read above is as good as what the store would read: nothing is written for most of them.
    if (transition(before) === undefined) return;
    const { isChanged } = await deps.ratings
      .change(key, transition, before)
      .catch((error: unknown) => leftAsItIs(deps.log, skillId, error));
    if (isChanged) taken += 1;
  });
  return taken;
}

/** One that keeps changing is left to the next pull; the others are not its affair. */
function leftAsItIs(log: Log, skillId: string, error: unknown) {
  if (!(error instanceof RatingContendedError)) throw error;
  log.warn('a rating could not be taken over', { skill_id: skillId, error });
  return { isChanged: false };
}

/** Lists the ratings that can't be read among the rejected records, a few of each skill. */
async function listUnreadable(
  { rejected, now }: PullDeps,
  skillId: string,
  unreadable: readonly UnreadableRating[],
  runId: string,
): Promise<void> {
  for (const { name, fault: reason } of unreadable.slice(0, UNREADABLE_A_SKILL)) {
    const seenAt = now();
    const id = `${skillId}/${name}`;
    await rejected.put({
      kind: 'rating',
      id: Buffer.byteLength(id) <= MAX_NAME_BYTES ? id : `${skillId}/${idFingerprint(name)}`,
      reason,
      runId,
      firstSeenAt: seenAt,
      lastSeenAt: seenAt,
    });
  }
}

/** What is known here, and the newest of the others, up to the bound. */
function chooseRemote(
  ratings: readonly RemoteRating[],
  known: ReadonlyMap<string, Rating>,
): readonly RemoteRating[] {
  const ours = ratings.filter(({ userId }) => known.has(userId));
  const others = ratings
    .filter(({ userId }) => !known.has(userId))
    .sort((a, b) => ((a.stamp ?? '') < (b.stamp ?? '') ? 1 : -1));
  const copies = [...known.values()].filter(({ revision }) => revision === 0).length;
  return [...ours, ...others.slice(0, Math.max(0, COPIES_A_SKILL - copies))];
}

async function ratingsOf({ ratings }: PullDeps, skillId: string): Promise<Map<string, Rating>> {
  const known = new Map<string, Rating>();
  let cursor: string | undefined;
  do {
    const page = await ratings.ofSkill(skillId, PAGE_SIZE, cursor);
    for (const rating of page.items) known.set(rating.userId, rating);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return known;
}
