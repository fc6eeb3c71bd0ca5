import type { ConflictEnd } from '#core/conflicts/conflict.ts';
import { spread } from '#core/json/content-hash.ts';
import type { Instant } from '#core/time/instant.ts';
import type { Skill, SkillVersion } from './skill.ts';
import { isUndated, liesAhead, orderTime } from './version-time.ts';

/**
 * What the cache holds of a skill, and the order in which two versions stand.
 *
 * **The order.** The later `updatedAt` is the newer version. At the same `updatedAt` (servers give whole
 * seconds, and some edits don't touch it) the one that was *observed* later is the newer one: a request that
 * left after we had stored a version can only be told of that version or of a later one. Only two
 * observations of the same millisecond are left to the content hash, so that every writer picks the same; one
 * process that writes a skill twice observes it later the second time.
 * A tombstone takes part with the time of its deletion. A time that lies ahead of every clock counts as that of the
 * observation (`version-time.ts`).
 *
 * Three things stand above the order, each only over what was observed before ({@link Overrule}): a listing over a
 * version that has no time which can be believed, a complete listing that names a removed skill again, and an admin's
 * order to take the marketplace's word.
 */

/** The few facts about a cached skill that a sync compares with: read for the whole cache, cheaply. */
export type SkillDigest = {
  readonly skillId: string;
  /** The time that counts in the order: that of the record, or what took its place. */
  readonly updatedAt: Instant;
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Removed, and remembered so that nothing older comes back. */
  readonly tombstone: boolean;
};

/** A live entry. */
export type CachedSkill = {
  /** What the marketplace last said. */
  readonly remote: SkillVersion;
  /** What a local edit made of it, and the marketplace's version that it started from. */
  readonly local?: Skill;
  readonly base?: Skill;
  readonly observedAt: number;
  readonly expiresAt: Date;
};

/** When a version was seen, until when it may be served, and under which lease it is written. */
export type Observation = {
  /** When the request (or frame) that told of it left (arrived), ms since 1970. */
  readonly observedAt: number;
  readonly now: Date;
  readonly expiresAt: Date;
  /** Fencing number of the writer's lease; undefined for a writer that holds none (the feed). */
  readonly fence: number | undefined;
  /** Default: the order of versions alone decides. */
  readonly overrule?: Overrule | undefined;
};

/** What gives way to a version that is older by its time: the marketplace says so now. */
export type Overrule = {
  /** `undated`: a version whose stamp lay ahead of every clock (`version-time.ts`). */
  readonly what: 'undated' | 'tombstone' | 'anything';
  /** Nothing that was observed then or later gives way (ms since 1970). */
  readonly observedBefore: number;
};

/** `superseded`: what is stored is newer. `fenced`: a later holder of the lease has written it. */
export type PutOutcome = 'written' | 'superseded' | 'fenced';

/** What a version did to the conflict with a local edit, where it did anything that counts. */
export type ConflictEffect = {
  /** There was none before. */
  readonly detected: boolean;
  /** How it ended; undefined while it waits for an admin. */
  readonly end: ConflictEnd | undefined;
};

/** What came of a put. */
export type PutResult = {
  readonly outcome: PutOutcome;
  readonly conflict?: ConflictEffect;
  /** Superseded by a later observation of the same version: what is stored says the same. */
  readonly isSame?: boolean;
};

/** What a sync has to do about one record. */
export type Verdict = 'add' | 'change' | 'renew' | 'keep' | 'stale';

/** How long entries live and when they are renewed. Milliseconds. */
export type Lifetime = {
  readonly ttlMs: number;
  /** The time between two syncs: an entry that would not live to see the one after next is renewed anyway. */
  readonly intervalMs: number;
};

/** No setting lets an entry live longer (ms): one that would was written by a wrong clock. */
const LONGEST_TTL_MS = 168 * 3_600_000;

/** Decides from the digest alone what an incoming version means for the cache. */
export function judge(
  digest: SkillDigest | undefined,
  incoming: Pick<SkillVersion, 'updatedAt' | 'hash'>,
  lifetime: Lifetime,
  nowMs: number,
): Verdict {
  if (digest === undefined || digest.expiresAt <= nowMs) return 'add';
  // The hash covers the whole record, its time too: this is what is stored, wherever it stands in the order.
  if (!digest.tombstone && incoming.hash === digest.hash) {
    return isRenewalDue(digest, lifetime, nowMs) ? 'renew' : 'keep';
  }
  const isOlder = orderTime(incoming.updatedAt, nowMs) < digest.updatedAt;
  const givesWay = isUndated(digest.updatedAt) && !digest.tombstone;
  if (isOlder && !givesWay && !liesAhead(digest.updatedAt, nowMs)) return 'stale';
  return digest.tombstone ? 'add' : 'change';
}

function isRenewalDue({ skillId, expiresAt }: SkillDigest, lifetime: Lifetime, nowMs: number): boolean {
  return (
    expiresAt - nowMs < renewalThresholdMs(skillId, lifetime) || liesAhead(expiresAt - LONGEST_TTL_MS, nowMs)
  );
}

/**
 * The rest of life below which an entry is renewed: a quarter to a half of its TTL, fixed by its id, so that
 * what was written in one go is not renewed in one wave.
 */
export function renewalThresholdMs(skillId: string, { ttlMs, intervalMs }: Lifetime): number {
  const jittered = ttlMs * (0.25 + 0.25 * spread(skillId));
  return Math.max(jittered, Math.min(2 * intervalMs, ttlMs));
}

/** The skill as agents read it: the local edit where there is one, else what the marketplace last said. */
export function effectiveSkill(entry: CachedSkill): Skill {
  return entry.local ?? entry.remote.skill;
}
