import type { SkillDigest } from '#core/skills/cached-skill.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';

/** The cache as this run knows it: the digests it read, kept true by what it writes. */
export type KnownCache = Map<string, SkillDigest>;

/** Reads the digests of the whole cache. */
export async function loadDigests(skills: SkillStore): Promise<KnownCache> {
  const known: KnownCache = new Map();
  for await (const chunk of skills.digests()) {
    for (const digest of chunk) known.set(digest.skillId, digest);
  }
  return known;
}

/** How many entries are served now. */
export function countLive(known: KnownCache, nowMs: number): number {
  let live = 0;
  for (const digest of known.values()) if (!digest.tombstone && digest.expiresAt > nowMs) live += 1;
  return live;
}
