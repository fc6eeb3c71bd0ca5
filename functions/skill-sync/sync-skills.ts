import type { CategoryStore } from '#core/categories/category-store.ts';
import type { ConflictStore } from '#core/conflicts/conflict-store.ts';
import { EveryRecordRefusedError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Marketplace } from '#core/marketplace/marketplace.ts';
import type { RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import type { WorkResult } from '#core/runs/end-run.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { JobStore } from '#core/runs/job-store.ts';
import type { CheckpointStore } from '#core/runs/listing-checkpoint.ts';
import type { Lifetime } from '#core/skills/cached-skill.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import type { Now } from '#core/time/clock.ts';
import { createRecordApplier } from './apply-records.ts';
import { completeListing } from './complete-listing.ts';
import { createHeldBack, type HeldBack } from './held-back.ts';
import { countLive, loadDigests } from './known-cache.ts';
import { type Listing, openListing } from './listing.ts';
import { outcomeOf } from './outcome-of.ts';
import { PageWalk } from './page-walk.ts';
import { createRejecter } from './reject-records.ts';
import { removeMissing } from './remove-missing.ts';
import { RunTally } from './run-tally.ts';
import { syncCategories } from './sync-categories.ts';
import { takeBackListed } from './take-back-listed.ts';

export type SkillSyncDeps = {
  readonly marketplace: Marketplace;
  readonly skills: SkillStore;
  readonly categories: CategoryStore;
  readonly rejected: RejectedRecordStore;
  readonly checkpoints: CheckpointStore;
  readonly jobs: JobStore;
  readonly conflicts: Pick<ConflictStore, 'countOpen' | 'drainOutboxes'>;
  readonly now: Now;
  readonly log: Log;
  readonly pageSize: number;
  readonly lifetime: Lifetime;
  /** The marketplace's word is taken even where it is older than what the cache holds. Default false. */
  readonly acceptOlder?: boolean;
  /** Called at the end, however the run ends: brings the search in step with what was written. Never throws. */
  readonly flushSearch?: () => Promise<void>;
};

/**
 * The work of the job `skill-sync`: brings the cache in step with the marketplace's categories and skills.
 *
 * Success means complete: every page was had, and the distinct skills seen reach the marketplace's `total`, or two
 * passes through it agree row for row. Whatever stops it, what was written stays, the cursor is kept, and nothing is
 * removed.
 *
 * @throws AtomSyncError what the run fails with
 */
export async function syncSkills(deps: SkillSyncDeps, context: RunContext): Promise<WorkResult> {
  try {
    return await syncCache(deps, context);
  } finally {
    await deps.flushSearch?.();
  }
}

async function syncCache(deps: SkillSyncDeps, context: RunContext): Promise<WorkResult> {
  const { marketplace, conflicts, lifetime, pageSize, now, log, acceptOlder = false } = deps;
  const { signal } = context;
  const { fence } = context.lease;
  const [known, listing] = await Promise.all([
    loadDigests(deps.skills),
    openListing(deps, context, { pageSize, onlyOwn: acceptOlder }),
    conflicts.drainOutboxes(),
  ]);
  const liveAtStart = countLive(known, now());
  const heldBack = createHeldBack();
  const tally = new RunTally(context, listing);
  // What every step writes with: for how long, under which lease, by which clock, and how far it overrules the cache.
  const writing = { lifetime, fence, now, signal, acceptOlder };
  const reject = createRejecter(deps.rejected, context.runId, now);
  const { skills } = deps;
  const apply = createRecordApplier({ ...writing, skills, reject, known, heldBack, see: listing.see });
  const walk = new PageWalk({ marketplace, pageSize, context, listing, apply, tally, now });
  const entries = { ...writing, marketplace, skills, known, isListed: listing.has };
  const { categories } = deps;
  // The categories' trouble must not keep the skills from being brought up to date: it fails the run in the end.
  const categoriesSynced = outcomeOf(syncCategories({ ...writing, marketplace, categories, reject }));
  const listingSynced = await outcomeOf(
    syncListing({
      listing,
      walk,
      tally,
      log,
      takeBack: () => takeBackListed({ ...entries, heldBack }, listing.startedAt),
      removeMissing: () => removeMissing({ ...entries, apply }, liveAtStart),
    }),
  );
  const categoryOutcome = await categoriesSynced;
  if ('value' in categoryOutcome) tally.add(categoryOutcome.value);
  tally.report(walk.total);
  warnOfHeldBack(log, tally, heldBack);
  if ('error' in listingSynced) throw listingSynced.error;
  if ('error' in categoryOutcome) throw categoryOutcome.error;
  tally.add({ conflicts_unresolved: await conflicts.countOpen() });
  tally.report(walk.total);
  return {
    skillsCount: countLive(known, now()),
    categoriesCount: categoryOutcome.value.categories_synced,
  };
}

type ListingSteps = {
  readonly listing: Listing;
  readonly walk: PageWalk;
  readonly tally: RunTally;
  readonly log: Log;
  /** Takes back what the complete listing names although it was removed. @returns how many skills */
  readonly takeBack: () => Promise<number>;
  /** Removes what the complete listing no longer has. @returns what that came to */
  readonly removeMissing: () => Promise<Readonly<Record<string, number>>>;
};

/** Applies the whole listing, and only then what it proves: which skills are back, and which are gone. */
async function syncListing(steps: ListingSteps): Promise<void> {
  const { listing, walk, tally, log } = steps;
  await completeListing({
    listing,
    log,
    firstPass: () => walk.firstPass(),
    furtherPass: () => walk.furtherPass(),
  });
  await listing.forgetCursor();
  failWhenAllRejected(tally);
  const taken = await steps.takeBack();
  // Whatever was taken back was held back when its page was applied.
  tally.add({ added: taken, held_back: -Math.min(taken, tally.of('held_back')) });
  tally.add(await steps.removeMissing());
}

/** Not one record was usable: such a listing proves nothing. @throws EveryRecordRefusedError */
function failWhenAllRejected(tally: RunTally): void {
  const rejected = tally.of('rejected');
  if (rejected === 0 || tally.syncedSkills + tally.of('held_back') > 0) return;
  throw new EveryRecordRefusedError(
    `Each of the ${rejected} skill records was refused; see the refused records for the reasons.`,
  );
}

function warnOfHeldBack(log: Log, tally: RunTally, heldBack: HeldBack): void {
  const held_back = tally.of('held_back');
  if (held_back === 0) return;
  log.warn('the marketplace lists versions that are older than what the cache holds; they are held back', {
    held_back,
    some: heldBack.shown,
  });
}
