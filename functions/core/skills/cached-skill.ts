import { spread } from '#core/json/content-hash.ts';
import type { Instant } from '#core/time/instant.ts';
import type { Skill, SkillVersion } from './skill.ts';
import { isOutdated } from './version-order.ts';
import { liesAhead } from './version-time.ts';

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
  /** There is a local edit. Absent where there is none. */
  readonly edited?: true;
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
export function assessVersion(
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
  if (isOutdated(incoming.updatedAt, digest, nowMs)) return 'stale';
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
