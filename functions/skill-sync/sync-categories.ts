import { type CategoryVersion, parseCategory } from '#core/categories/category.ts';
import type { CachedCategory, CategoryStore } from '#core/categories/category-store.ts';
import { MassRemovalRefusedError, TooLargeError } from '#core/errors.ts';
import type { Marketplace } from '#core/marketplace/marketplace.ts';
import { assessVersion, type Lifetime, type SkillDigest } from '#core/skills/cached-skill.ts';
import type { Now } from '#core/time/clock.ts';
import { nameOf, type RejectRecord } from './reject-records.ts';
import { maxRemovals } from './removal-limit.ts';

/** A catalogue has few categories, so a fifth of them may be none: this many may always go at once. */
const ALWAYS_REMOVABLE = 2;

type CategoryDeps = {
  readonly marketplace: Pick<Marketplace, 'listCategories'>;
  readonly categories: CategoryStore;
  readonly reject: RejectRecord;
  readonly lifetime: Lifetime;
  readonly fence: number;
  readonly now: Now;
  readonly signal: AbortSignal;
  readonly acceptOlder: boolean;
};

export type CategoryCounts = { categories_synced: number; rejected: number; held_back: number };

/**
 * Brings the categories into the cache. The wire gives them in one answer without a `total`, so an answer is a
 * complete listing; one that lacks too many of those in the cache removes none and fails.
 *
 * @returns how many categories the answer held that could be used, and how many were rejected or held back
 * @throws MassRemovalRefusedError after everything else was written
 */
export async function syncCategories(deps: CategoryDeps): Promise<CategoryCounts> {
  const [stored, answer] = await Promise.all([
    deps.categories.all(),
    deps.marketplace.listCategories(deps.signal),
  ]);
  const nowMs = deps.now();
  const cached = new Map(stored.map((entry) => [entry.version.category.name, entry]));
  const listed = new Set<string>();
  const counts: CategoryCounts = { categories_synced: 0, rejected: 0, held_back: 0 };
  // A rejected record under a name that nobody knows may be any of those that seem to be missing.
  let isAnyUnknown = false;
  for (const record of answer.records) {
    const parsed = parseCategory(record);
    const name = parsed.ok ? parsed.id : nameOf(parsed.id, record);
    if (listed.has(name)) continue;
    listed.add(name);
    const outcome = parsed.ok
      ? await putCategory(deps, cached.get(name), parsed.value, answer.requestedAt)
      : { rejected: parsed.reason };
    if (!parsed.ok) isAnyUnknown ||= !cached.has(name);
    if (outcome === 'held_back') counts.held_back += 1;
    if (typeof outcome === 'string') counts.categories_synced += 1;
    else {
      counts.rejected += 1;
      await deps.reject('category', name, outcome.rejected);
    }
  }
  if (!isAnyUnknown) await removeMissing(deps, [...cached.values()], listed, nowMs);
  return counts;
}

/** What became of a category that could be read. `held_back`: the cache holds a newer one, which stays. */
type PutOutcome = 'in_cache' | 'held_back' | { readonly rejected: string };

/** Puts a category where it is new, changed or due. One that is too large for the table is rejected. */
async function putCategory(
  deps: CategoryDeps,
  entry: CachedCategory | undefined,
  version: CategoryVersion,
  observedAt: number,
): Promise<PutOutcome> {
  deps.signal.throwIfAborted();
  const nowMs = deps.now();
  const verdict = assessVersion(entry && digestOf(entry), version, deps.lifetime, nowMs);
  if (verdict === 'keep') return 'in_cache';
  if (verdict === 'stale' && !deps.acceptOlder) return 'held_back';
  const observation = {
    observedAt,
    now: new Date(nowMs),
    expiresAt: new Date(nowMs + deps.lifetime.ttlMs),
    fence: deps.fence,
    overrule: { what: deps.acceptOlder ? 'anything' : 'undated', observedBefore: observedAt },
  } as const;
  try {
    const outcome = await deps.categories.put(version, observation);
    return outcome === 'superseded' ? 'held_back' : 'in_cache';
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    return { rejected: error.message };
  }
}

/** A category as the judgement of skills sees it: they stand in the same order, and leave no tombstone. */
function digestOf({ version: { category, updatedAt, hash }, expiresAt }: CachedCategory): SkillDigest {
  return { skillId: category.name, updatedAt, hash, expiresAt, tombstone: false };
}

async function removeMissing(
  deps: CategoryDeps,
  stored: readonly CachedCategory[],
  listed: ReadonlySet<string>,
  nowMs: number,
): Promise<void> {
  const live = stored.filter((entry) => entry.expiresAt > nowMs);
  const missing = live.filter((entry) => !listed.has(entry.version.category.name));
  if (missing.length === 0) return;
  const allowed = listed.size === 0 ? 0 : Math.max(ALWAYS_REMOVABLE, maxRemovals(live.length));
  if (missing.length > allowed) {
    throw new MassRemovalRefusedError(
      `The marketplace no longer lists ${missing.length} of ${live.length} categories; at most ${allowed} may go in one run. None was removed. Check the marketplace.`,
    );
  }
  for (const entry of missing) {
    deps.signal.throwIfAborted();
    await deps.categories.remove(entry);
  }
}
