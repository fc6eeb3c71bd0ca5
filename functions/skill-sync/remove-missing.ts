import { ListingIncompleteError, MassRemovalRefusedError } from '#core/errors.ts';
import type { Marketplace } from '#core/marketplace/marketplace.ts';
import { addCounts } from '#core/runs/run.ts';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import { parseSkill } from '#core/skills/skill.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import type { Now } from '#core/time/clock.ts';
import type { ApplyRecords } from './apply-records.ts';
import { askForSkill } from './ask-for-skill.ts';
import type { KnownCache } from './known-cache.ts';
import { maxRemovals } from './removal-limit.ts';

/** Up to so many missing skills are each asked for before they go; of more, so many are asked for as a sample. */
const ASKED_FOR = 20;

type RemovalDeps = {
  readonly marketplace: Pick<Marketplace, 'getSkill'>;
  readonly skills: Pick<SkillStore, 'remove'>;
  readonly known: KnownCache;
  readonly lifetime: { readonly ttlMs: number };
  readonly fence: number;
  readonly now: Now;
  readonly signal: AbortSignal;
  readonly isListed: (id: string) => boolean;
  readonly apply: ApplyRecords;
};

/**
 * Removes from the cache what a complete listing no longer has.
 *
 * A listing whose count adds up may still have skipped a skill: one added and one removed between two pages
 * keep `total` as it is. So the marketplace is asked for the missing ones by name; one that it still has is
 * taken as it is now. When one of a larger number turns up like that, the listing proves nothing.
 *
 * @returns how many were removed, and what the ones that are still there came to
 * @param liveAtStart live entries when the run began: what the limit of a fifth refers to
 * @throws MassRemovalRefusedError when more than a fifth of the cache would go; nothing was removed
 * @throws ListingIncompleteError when the sample shows that the listing left skills out; nothing was removed
 */
export async function removeMissing(deps: RemovalDeps, liveAtStart: number): Promise<Record<string, number>> {
  const nowMs = deps.now();
  const missing = [...deps.known.values()].filter(
    (digest) => !digest.tombstone && digest.expiresAt > nowMs && !deps.isListed(digest.skillId),
  );
  if (missing.length === 0) return {};
  const allowed = maxRemovals(liveAtStart);
  if (missing.length > allowed) {
    throw new MassRemovalRefusedError(
      `The marketplace no longer lists ${missing.length} of ${liveAtStart} skills; at most ${allowed} may go in one run. None was removed. Check the marketplace; entries that it no longer has expire by themselves.`,
    );
  }
  const observedAt = deps.now();
  const { ids: stillThere, counts } = await askFor(deps, missing.slice(0, ASKED_FOR));
  if (stillThere.size > 0 && missing.length > ASKED_FOR) {
    throw new ListingIncompleteError(
      `The listing lacked ${missing.length} skills of the cache, but of ${ASKED_FOR} asked for the marketplace still has ${stillThere.size}. None was removed.`,
    );
  }
  let removed = 0;
  for (const digest of missing) {
    if (!stillThere.has(digest.skillId) && (await remove(deps, digest, observedAt))) removed += 1;
  }
  return addCounts(counts, { removed });
}

/** Asks for each skill by its id; those that the marketplace still has are applied as they are now. */
async function askFor(deps: RemovalDeps, digests: readonly SkillDigest[]) {
  const ids = new Set<string>();
  let counts: Record<string, number> = {};
  for (const { skillId } of digests) {
    const found = await askForSkill(deps, skillId);
    if (!found) continue;
    ids.add(skillId);
    // An answer about another skill proves nothing: this one stays, and the next run asks again.
    const parsed = parseSkill(found.record);
    if (parsed.id !== skillId) continue;
    const applied = await deps.apply([found.record], found.requestedAt);
    counts = addCounts(counts, applied.counts);
  }
  return { ids, counts };
}

async function remove(deps: RemovalDeps, digest: SkillDigest, observedAt: number): Promise<boolean> {
  deps.signal.throwIfAborted();
  const nowMs = deps.now();
  const expiresAt = new Date(nowMs + deps.lifetime.ttlMs);
  const observation = { observedAt, now: new Date(nowMs), expiresAt, fence: deps.fence };
  const removed = await deps.skills.remove(digest, observation);
  if (removed) deps.known.set(digest.skillId, { ...digest, tombstone: true, expiresAt: expiresAt.getTime() });
  return removed;
}
