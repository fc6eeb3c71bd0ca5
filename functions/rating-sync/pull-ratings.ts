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
  /** When a skill is looked at again. Milliseconds. */
  readonly pullEveryMs: number;
};

/** Skills looked at in one run, one request each: a fifth of what the marketplace allows in a minute. */
export const SKILLS_A_RUN = 20;
/** Ratings of one skill that are copied from the marketplace: the newest. Those that were given here count apart. */
export const COPIES_A_SKILL = 200;
/** Refused ratings of one skill that are kept with their reasons in one look. */
const UNREADABLE_A_SKILL = 20;
/** Above this both ids together would be too long for a key of the table. */
const MAX_NAME_BYTES = 900;
const PAGE = 200;
const CONCURRENCY = 8;

/** So many skills in a row of which the marketplace gives no answer: it is not the skills, and each may take long. */
const FAILURES_IN_A_ROW = 3;

/** What a look at the marketplace's ratings came to. */
export type Pulled = {
  /** Ratings taken over. */
  readonly taken: number;
  /** Skills that could not be looked at, and have their turn again later. */
  readonly failed: number;
};

/**
 * Looks at the marketplace's ratings of the skills that are rated here, those that have waited longest first, and
 * takes over what is newer there. A skill that can't be looked at loses its turn, as one that was: it would otherwise
 * be the first one again, for ever, and nobody after it would have his.
 *
 * @param report is told after each skill what it came to so far
 * @throws an error of `errors.ts` when it is not about one skill: the skill keeps its turn; or when not one could be
 *   looked at for a reason that is not the skill's
 */
export async function pullRatings(
  deps: PullDeps,
  { runId, signal, advanced }: Pick<RunContext, 'runId' | 'signal' | 'advanced'>,
  report: (soFar: Pulled) => void = () => undefined,
): Promise<Pulled> {
  let [taken, failed, inARow, looked] = [0, 0, 0, 0];
  let outage: unknown;
  for (const skillId of await deps.pulls.due(deps.now(), SKILLS_A_RUN)) {
    signal.throwIfAborted();
    try {
      taken += await pullSkill(deps, skillId, { runId, signal });
      looked += 1;
      advanced();
      inARow = 0;
    } catch (error) {
      if (keepsTurn(error) || signal.aborted) throw error;
      await deps.pulls.schedule(skillId, deps.now() + deps.pullEveryMs);
      if (endsRun(error)) throw error;
      failed += 1;
      deps.log.warn('the ratings of a skill could not be looked at', { skill_id: skillId, error });
      if (error instanceof MarketplaceRefusedError) continue;
      outage ??= error;
      if (!(error instanceof MalformedAnswerError)) inARow += 1;
    }
    report({ taken, failed });
    if (inARow >= FAILURES_IN_A_ROW) break;
  }
  if (looked === 0 && outage !== undefined) throw outage;
  return { taken, failed };
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
    const told = { requestedAt: remote.requestedAt, clockAheadMs: remote.clockAheadMs, now: deps.now() };
    const transition = (current: Rating | undefined) => pulled(current, key, theirs, told);
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

/** One that keeps changing, or can't be read here, is looked at again next time; the others are not its affair. */
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
    const page = await ratings.ofSkill(skillId, PAGE, cursor);
    for (const rating of page.items) known.set(rating.userId, rating);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return known;
}
