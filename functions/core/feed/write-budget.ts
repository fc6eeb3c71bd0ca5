/**
 * How much the feed may write as it comes, and when it has to gather changes instead.
 *
 * A token bucket. While changes are written as they come, each write takes a token. Once there are none, changes are
 * gathered, the newest of each skill, and each that arrives takes one: so there are enough again only when changes come
 * more slowly than tokens do, and a marketplace that never rests does not make the feed change its ways every hour.
 *
 * On demand the write of an entry costs four units, 0.0000025 $ at us-east-1's list price. A marketplace with 5,000
 * skills and 100 changes a second would cost 648 $ a month written as they come, and 34 $ at most gathered for a quarter
 * of an hour.
 */

/** Tokens of a full bucket: a flood of so many writes (0.25 $) is written as it comes. */
export const WRITE_BURST = 100_000;

/** Tokens that come back in a second: what may be written as it comes for ever (13 $ a month). */
const WRITES_PER_SECOND = 2;

/** Tokens that end a gathering: a quarter of an hour without a change, or longer with few. */
const RESUME_TOKENS = 1_800;

/** The tokens of a time. A value: each change of it is another one. */
export type WriteBudget = {
  readonly tokens: number;
  /** The time that the tokens are of, milliseconds since 1970. */
  readonly at: number;
};

/** A bucket that is full. */
export function fullBudget(now: number): WriteBudget {
  return { tokens: WRITE_BURST, at: now };
}

/** The budget of a later time. A clock that was set back brings no tokens, and costs none. */
export function refilled({ tokens, at }: WriteBudget, now: number): WriteBudget {
  const cameBack = (Math.max(0, now - at) / 1_000) * WRITES_PER_SECOND;
  return { tokens: Math.min(WRITE_BURST, tokens + cameBack), at: now };
}

/** The budget with a token less. One that is empty stays empty. */
export function spent(budget: WriteBudget, now: number): WriteBudget {
  const { tokens, at } = refilled(budget, now);
  return { tokens: Math.max(0, tokens - 1), at };
}

/**
 * Whether changes are to be gathered from now on.
 *
 * @param isGathering whether they are now
 */
export function mustGather({ tokens }: WriteBudget, isGathering: boolean): boolean {
  return tokens < (isGathering ? RESUME_TOKENS : 1);
}

/** A feed whose writes are to be estimated. */
export type FeedLoad = {
  /** Changes that the marketplace announces in a second. */
  readonly changesPerSecond: number;
  /** Skills that they are spread over, evenly. */
  readonly skills: number;
  /** The setting ATOM_SAAS_WS_GATHER_SECONDS; 0: never gather. */
  readonly gatherSeconds: number;
};

/**
 * How many entries a feed that never rests writes in a day, once its burst is used up. A skill that is gathered is
 * written once in the time that it is held and the time until its next change; however many changes come, all skills
 * together are written `skills / gatherSeconds` times a second at most. What a sync brings is among them, not on top: the
 * feed leaves it to the sync. Deletions, which are never gathered, come on top.
 */
export function writesPerDay({ changesPerSecond, skills, gatherSeconds }: FeedLoad): number {
  if (changesPerSecond <= 0 || skills <= 0) return 0;
  const isGathered = gatherSeconds > 0 && changesPerSecond > WRITES_PER_SECOND;
  const perSecond = isGathered ? skills / (gatherSeconds + skills / changesPerSecond) : changesPerSecond;
  return perSecond * 86_400;
}
