/**
 * How many writes the feed may make at once, and when it has to gather changes instead.
 *
 * A token bucket over the writes of skills and categories. While there are tokens, each change is written as it comes.
 * Once they are used up changes are gathered, the newest of each skill, until there are enough again. On demand a write
 * of an entry costs four units, at us-east-1's list price 0.0000025 $; so that a marketplace with 5,000 skills and 100
 * changes a second would cost 648 $ a month written as they come, and 34 $ gathered for a quarter of an hour.
 */

/** Tokens of a full bucket: a flood of so many changes (0.25 $) is written as it comes. */
export const WRITE_BURST = 100_000;

/** Tokens that come back in a second: what may be written as it comes for ever (at most 13 $ a month). */
export const WRITES_PER_SECOND = 2;

/**
 * Tokens that there have to be, besides one for each change that is held, until changes are written as they come again:
 * a quarter of an hour of rest. With fewer the feed would change its ways every few seconds.
 */
export const RESUME_TOKENS = 1_800;

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

/** The budget after writes. What was written beyond the tokens is forgiven: gathered changes are bounded by themselves. */
export function spent(budget: WriteBudget, now: number, writes: number): WriteBudget {
  const { tokens, at } = refilled(budget, now);
  return { tokens: Math.max(0, tokens - writes), at };
}

/**
 * Whether changes are to be gathered from now on.
 *
 * @param isGathering whether they are now
 * @param held changes that are held and will be written, too
 */
export function mustGather({ tokens }: WriteBudget, isGathering: boolean, held: number): boolean {
  return isGathering ? tokens < RESUME_TOKENS + held : tokens < 1;
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
 * are written `skills / gatherSeconds` times a second at most. Deletions, which are never gathered, come on top.
 */
export function writesPerDay({ changesPerSecond, skills, gatherSeconds }: FeedLoad): number {
  if (changesPerSecond <= 0 || skills <= 0) return 0;
  const gathered = skills / (gatherSeconds + skills / changesPerSecond);
  const perSecond =
    gatherSeconds === 0
      ? changesPerSecond
      : Math.max(gathered, Math.min(changesPerSecond, WRITES_PER_SECOND));
  return perSecond * 86_400;
}
