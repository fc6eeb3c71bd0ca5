import { LeaseLostError, TooLargeError } from '#core/errors.ts';
import type { Marketplace } from '#core/marketplace/marketplace.ts';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import { parseSkill } from '#core/skills/skill.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import type { Now } from '#core/time/clock.ts';
import { askForSkill } from './ask-for-skill.ts';
import type { HeldBack, KeptOut } from './held-back.ts';
import type { KnownCache } from './known-cache.ts';

/** Skills whose listed version was not kept that one run asks for by their ids. */
const ASKED_FOR = 20;

type TakeBackDeps = {
  readonly marketplace: Pick<Marketplace, 'getSkill'>;
  readonly skills: Pick<SkillStore, 'put'>;
  readonly known: KnownCache;
  readonly heldBack: HeldBack;
  readonly lifetime: { readonly ttlMs: number };
  readonly fence: number;
  readonly now: Now;
  readonly signal: AbortSignal;
  readonly isListed: (id: string) => boolean;
};

/**
 * Takes back what a complete listing names although it was removed: a skill that was deleted and put back with the time
 * that it had before. The tombstone gives way where it is older than the whole listing; one that came while the listing
 * was under way stays until the next.
 *
 * @param listedSince when the first page of the listing was asked for, ms since 1970
 * @returns how many were taken back
 * @throws LeaseLostError when a later holder has written one of the entries
 */
export async function takeBackListed(deps: TakeBackDeps, listedSince: number): Promise<number> {
  const nowMs = deps.now();
  const removed = [...deps.known.values()].filter(
    ({ tombstone, expiresAt, skillId }) => tombstone && expiresAt > nowMs && deps.isListed(skillId),
  );
  let toAsk = ASKED_FOR;
  let taken = 0;
  for (const digest of removed) {
    deps.signal.throwIfAborted();
    let listed = deps.heldBack.take(digest.skillId);
    if (listed === undefined && toAsk > 0) {
      toAsk -= 1;
      listed = await askFor(deps, digest.skillId);
    }
    if (listed && (await takeBack(deps, digest, listed, listedSince))) taken += 1;
  }
  return taken;
}

/** The version that an earlier invocation of this run met, or that there was no room for. */
async function askFor(deps: TakeBackDeps, skillId: string): Promise<KeptOut | undefined> {
  const found = await askForSkill(deps, skillId);
  const parsed = found && parseSkill(found.record);
  if (!found || !parsed?.ok || parsed.id !== skillId) return undefined;
  return { version: parsed.value, requestedAt: found.requestedAt };
}

async function takeBack(
  { skills, known, lifetime, fence, now }: TakeBackDeps,
  digest: SkillDigest,
  { version, requestedAt }: KeptOut,
  listedSince: number,
): Promise<boolean> {
  const nowMs = now();
  const expiresAt = new Date(nowMs + lifetime.ttlMs);
  const overrule = { what: 'tombstone', observedBefore: listedSince } as const;
  const observation = { observedAt: requestedAt, now: new Date(nowMs), expiresAt, fence, overrule };
  try {
    const { outcome } = await skills.put(version, observation);
    if (outcome === 'fenced') throw new LeaseLostError('A later holder of the lease has written this entry.');
    if (outcome !== 'written') return false;
  } catch (error) {
    // Rejected and counted when its page was applied, or too large since: it stays removed.
    if (error instanceof TooLargeError) return false;
    throw error;
  }
  known.set(digest.skillId, {
    ...digest,
    hash: version.hash,
    expiresAt: expiresAt.getTime(),
    tombstone: false,
  });
  return true;
}
