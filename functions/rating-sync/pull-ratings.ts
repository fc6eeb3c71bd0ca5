import { idFingerprint } from '../core/content-hash.ts';
import type { RunContext } from '../core/job-run.ts';
import type { Log, Now, RejectedRecordStore } from '../core/ports.ts';
import type { Rating, RefusedRating, RemoteRating } from '../core/rating.ts';
import type { RatingMarket, RatingPulls, RatingStore, RemoteRatings } from '../core/rating-ports.ts';
import { pulled } from '../core/rating-state.ts';
import { inParallel } from './in-parallel.ts';

export type PullDeps = {
  readonly ratings: Pick<RatingStore, 'ofSkill' | 'change'>;
  readonly pulls: RatingPulls;
  readonly market: Pick<RatingMarket, 'ofSkill'>;
  /** Keeps those that can't be read with their reasons. */
  readonly rejected: Pick<RejectedRecordStore, 'put'>;
  readonly now: Now;
  readonly log: Log;
  /** When a skill is looked at again. Milliseconds. */
  readonly pullEveryMs: number;
};

/** Skills looked at in one run, one request each: a fifth of what the marketplace allows in a minute. */
export const SKILLS_A_RUN = 20;
/** Ratings of one skill that are copied from the marketplace: the newest. Those that were given here count apart. */
export const COPIES_A_SKILL = 200;
/** Refused ratings of one skill that are kept with their reasons in one look. */
const REFUSED_A_SKILL = 20;
/** Above this both ids together would be too long for a key of the table. */
const MAX_NAME_BYTES = 900;
const PAGE = 200;
const CONCURRENCY = 8;

/**
 * Looks at the marketplace's ratings of the skills that are rated here, those that have waited longest first, and
 * takes over what is newer there.
 *
 * @returns how many ratings were taken over
 * @throws an error of `errors.ts` when the marketplace can't be had; the skill keeps its turn
 */
export async function pullRatings(
  deps: PullDeps,
  { signal, runId }: Pick<RunContext, 'signal' | 'runId'>,
): Promise<number> {
  let taken = 0;
  for (const skillId of await deps.pulls.due(deps.now(), SKILLS_A_RUN)) {
    signal.throwIfAborted();
    const remote = await deps.market.ofSkill(skillId, signal);
    if (remote) {
      taken += await takeOver(deps, skillId, remote);
      await listRefused(deps, skillId, remote.refused, runId);
    }
    // A skill that is gone is not asked for again, until somebody rates it here.
    await deps.pulls.schedule(skillId, remote ? deps.now() + deps.pullEveryMs : undefined);
  }
  return taken;
}

async function takeOver(deps: PullDeps, skillId: string, remote: RemoteRatings): Promise<number> {
  const known = await ratingsOf(deps, skillId);
  const candidates = chooseRemote(remote.ratings, known);
  let taken = 0;
  await inParallel(candidates, CONCURRENCY, async (theirs) => {
    const key = { skillId, userId: theirs.userId };
    const told = { requestedAt: remote.requestedAt, clockAheadMs: remote.clockAheadMs, now: deps.now() };
    const transition = (current: Rating | undefined) => pulled(current, key, theirs, told);
    const before = known.get(theirs.userId);
    // What is read above is as good as what the store would read: nothing is written for most of them.
    if (transition(before) === undefined) return;
    const { isChanged } = await deps.ratings.change(key, transition, before);
    if (isChanged) taken += 1;
  });
  return taken;
}

async function listRefused(
  { rejected, now }: PullDeps,
  skillId: string,
  refused: readonly RefusedRating[],
  runId: string,
): Promise<void> {
  for (const { id, reason } of refused.slice(0, REFUSED_A_SKILL)) {
    const seenAt = now();
    const name = `${skillId}/${id}`;
    await rejected.put({
      kind: 'rating',
      id: Buffer.byteLength(name) <= MAX_NAME_BYTES ? name : `${skillId}/${idFingerprint(id)}`,
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
    const page = await ratings.ofSkill(skillId, PAGE, cursor);
    for (const rating of page.items) known.set(rating.userId, rating);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return known;
}
