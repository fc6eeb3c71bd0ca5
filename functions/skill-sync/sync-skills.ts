import type { CategoryStore } from '#core/categories/category-store.ts';
import type { ConflictStore } from '#core/conflicts/conflict-store.ts';
import {
  type AtomSyncError,
  EveryRecordRefusedError,
  MarketplaceRefusedError,
  OutOfTimeError,
} from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Marketplace } from '#core/marketplace/marketplace.ts';
import type { RejectedRecordStore } from '#core/records/rejected-record-store.ts';
import type { WorkResult } from '#core/runs/end-run.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { JobStore } from '#core/runs/job-store.ts';
import type { CheckpointStore } from '#core/runs/listing-checkpoint.ts';
import { addCounts } from '#core/runs/run.ts';
import type { Lifetime } from '#core/skills/cached-skill.ts';
import { type PageCounts, settledSkills, zeroCounts } from '#core/skills/skill-counts.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import type { Now } from '#core/time/clock.ts';
import { type Applied, createRecordApplier } from './apply-records.ts';
import { completeListing } from './complete-listing.ts';
import { createHeldBack, type HeldBack } from './held-back.ts';
import { countLive, type KnownCache, loadDigests } from './known-cache.ts';
import { listPages, type PageResult } from './list-pages.ts';
import { type Listing, openListing } from './listing.ts';
import { createLook, type Look } from './look.ts';
import { outcomeOf, quietly } from './outcomes.ts';
import { createNamer, createRefusals, type Refusals } from './refuse-records.ts';
import { removeMissing } from './remove-missing.ts';
import { stopBeforeTimeRunsOut } from './stop-in-time.ts';
import { syncCategories } from './sync-categories.ts';
import { takeBackListed } from './take-back-listed.ts';

/** Pages under work at once, after each other in order; bounds what is held in memory. */
const PAGES_IN_WORK = 3;
/** Pages that could not be had, after which the rest is not tried. */
const MAX_FAILED_PAGES = 3;

export type SkillSyncDeps = {
  readonly marketplace: Marketplace;
  readonly skills: SkillStore;
  readonly categories: CategoryStore;
  readonly rejected: RejectedRecordStore;
  readonly checkpoints: CheckpointStore;
  readonly jobs: JobStore;
  readonly conflicts: Pick<ConflictStore, 'countOpen' | 'finishSettled'>;
  readonly now: Now;
  readonly log: Log;
  readonly pageSize: number;
  readonly lifetime: Lifetime;
  /** The marketplace's word is taken even where it is older than what the cache holds. Default false. */
  readonly acceptOlder?: boolean;
};

/** All that the steps of one run share. */
type SyncRun = {
  readonly deps: SkillSyncDeps;
  readonly context: RunContext;
  readonly known: KnownCache;
  readonly listing: Listing;
  readonly refusals: Refusals;
  readonly heldBack: HeldBack;
  readonly apply: (records: readonly unknown[], requestedAt: number) => Promise<Applied>;
  /** Counts of the run, added to page by page and step by step. */
  counts: Record<string, number>;
  /** Names the records of the look under way. */
  name: ReturnType<typeof createNamer>;
  /** The last page that an earlier invocation did: doing it once more is no progress. 0: there was none. */
  readonly repeatedPage: number;
  /** Whether this invocation has got anywhere yet. */
  advanced: boolean;
  /** The look under way. */
  look: Look;
};

/**
 * The work of the job `skill-sync`: brings the cache in step with the marketplace's categories and skills.
 *
 * Success means complete: every page was had, and the distinct skills seen reach the marketplace's `total`, or two
 * looks at it agree row for row. Whatever stops it, what was written stays, the cursor is kept, and nothing is removed.
 *
 * @throws AtomSyncError what the run fails with
 */
export async function syncSkills(deps: SkillSyncDeps, context: RunContext): Promise<WorkResult> {
  const [known, listing] = await Promise.all([
    loadDigests(deps.skills),
    openListing(deps, context, { pageSize: deps.pageSize, onlyOwn: deps.acceptOlder === true }),
    deps.conflicts.finishSettled(),
  ]);
  const run = prepare(deps, context, known, listing);
  const liveAtStart = countLive(known, deps.now());
  // The categories' trouble must not keep the skills from being brought up to date: it fails the run afterwards.
  const categories = outcomeOf(syncCategories(shared(run)));
  const skills = await outcomeOf(syncListing(run, liveAtStart));
  const categoryOutcome = await categories;
  if ('value' in categoryOutcome) count(run, categoryOutcome.value);
  report(run);
  tellHeldBack(run);
  if ('error' in skills) throw skills.error;
  if ('error' in categoryOutcome) throw categoryOutcome.error;
  count(run, { conflicts_unresolved: await deps.conflicts.countOpen() });
  report(run);
  return {
    skillsCount: countLive(known, deps.now()),
    categoriesCount: categoryOutcome.value.categories_synced,
  };
}

async function syncListing(run: SyncRun, liveAtStart: number): Promise<void> {
  const { listing, deps } = run;
  const lookFirst = () => firstLook(run);
  await completeListing({ listing, log: deps.log, lookFirst, lookAgain: () => lookAgain(run) });
  await listing.forgetCursor();
  const { rejected = 0, held_back = 0 } = run.counts;
  if (settledSkills(run.counts) + held_back + run.listing.carriedOver === 0 && rejected > 0) {
    throw new EveryRecordRefusedError(
      `Each of the ${rejected} skill records was refused; see the refused records for the reasons.`,
    );
  }
  const taken = await takeBackListed({ ...shared(run), isListed: listing.has }, listing.startedAt);
  // Whatever was taken back was held back when its page was worked on.
  count(run, { added: taken, held_back: -Math.min(taken, held_back) });
  const removed = await removeMissing(
    { ...shared(run), isListed: run.listing.has, ttlMs: run.deps.lifetime.ttlMs },
    liveAtStart,
  );
  count(run, removed);
}

/** A look from the start. What stops it leaves the run to go on with such a look, held against the one before. */
async function lookAgain(run: SyncRun): Promise<Look> {
  try {
    return await goThroughPages(run, 1, false);
  } catch (error) {
    await run.listing.save();
    throw error;
  }
}

/** The look that keeps the cursor. It is saved when something stops the look, so that the next run goes on there. */
async function firstLook(run: SyncRun): Promise<Look> {
  const { listing } = run;
  try {
    return await goThroughPages(run, listing.firstPage, true);
  } catch (error) {
    // A page that the marketplace refuses for good (out of range by now) is no place to go on from.
    if (error instanceof MarketplaceRefusedError) await listing.forgetCursor();
    else await listing.save();
    throw error;
  }
}

async function goThroughPages(run: SyncRun, fromPage: number, keepsCursor: boolean): Promise<Look> {
  const { deps, context } = run;
  const { signal } = context;
  const inWork: Promise<() => Promise<void>>[] = [];
  const failures: AtomSyncError[] = [];
  // A page that fails stays at the head, so that the cursor never goes past it.
  const finishOldest = async () => {
    const done = await inWork[0];
    inWork.shift();
    await done?.();
  };
  const checkTime = stopBeforeTimeRunsOut(context.remainingMs, deps.now);
  let awaited = fromPage;
  const look = createLook(fromPage);
  run.look = look;
  run.name = createNamer();
  const isEndless = () => look.isEndless(run.listing.seenCount());
  try {
    for await (const result of listPages(deps.marketplace, {
      fromPage,
      pageSize: deps.pageSize,
      signal,
      isEndless,
    })) {
      signal.throwIfAborted();
      awaited = result.page + 1;
      if ('error' in result) failures.push(result.error);
      else inWork.push(quietly(workOn(run, result, keepsCursor && failures.length === 0)));
      if (failures.length >= MAX_FAILED_PAGES) break;
      if (inWork.length >= PAGES_IN_WORK) await finishOldest();
      // An invocation that got nowhere has nothing to save: it uses its time to the end.
      if (run.advanced) checkTime();
    }
    while (inWork.length > 0) await finishOldest();
  } catch (error) {
    await finishWhatIsDone(inWork);
    throw error instanceof OutOfTimeError ? waitingForPage(error, awaited) : error;
  }
  if (failures[0]) throw failures[0];
  return look;
}

/**
 * Waits for every page in work, so that no write is under way once the lease is given back, and counts those
 * that came through, up to the first that did not.
 */
async function finishWhatIsDone(inWork: readonly Promise<() => Promise<void>>[]): Promise<void> {
  const settled = await Promise.allSettled(inWork);
  for (const page of settled) {
    if (page.status === 'rejected') return;
    await page.value();
  }
}

/** Applies a page. Resolves to what is left to do once all pages before it are done. */
async function workOn(
  run: SyncRun,
  { page, got, rowsThrough }: Extract<PageResult, { got: unknown }>,
  keepsCursor: boolean,
): Promise<() => Promise<void>> {
  const { look } = run;
  look.hear(Math.max(got.total, rowsThrough));
  const applied = await run.apply(got.records, got.requestedAt);
  return async () => {
    look.pageDone(applied.ids);
    count(run, applied.counts);
    report(run);
    if (!keepsCursor) return;
    await run.listing.pageDone(page, applied);
    if (page === run.repeatedPage) return;
    run.advanced = true;
    run.context.advanced();
  };
}

/** Time is up: what for, should the run have got nowhere. */
function waitingForPage(error: OutOfTimeError, page: number): OutOfTimeError {
  return new OutOfTimeError(`${error.message} Page ${page} of the listing was next.`, { cause: error });
}

function prepare(deps: SkillSyncDeps, context: RunContext, known: KnownCache, listing: Listing): SyncRun {
  const refusals = createRefusals(deps.rejected, context.runId, deps.now);
  const heldBack = createHeldBack();
  const { signal, lease } = context;
  const apply = createRecordApplier({
    ...deps,
    name: (id, record) => run.name(id, record),
    refusals,
    known,
    signal,
    fence: lease.fence,
    see: listing.see,
    acceptOlder: deps.acceptOlder === true,
    heldBack,
  });
  const run: SyncRun = {
    deps,
    context,
    known,
    listing,
    refusals,
    heldBack,
    apply,
    name: createNamer(),
    repeatedPage: listing.seenCount() > 0 ? listing.firstPage : 0,
    advanced: false,
    counts: { ...listing.ownCounts },
    look: createLook(listing.firstPage),
  };
  return run;
}

function shared(run: SyncRun) {
  const { deps, context, known, refusals, heldBack, apply } = run;
  const { signal, lease } = context;
  const acceptOlder = deps.acceptOlder === true;
  return { ...deps, known, refusals, heldBack, apply, signal, fence: lease.fence, acceptOlder };
}

function count(run: SyncRun, counts: Partial<PageCounts> & Readonly<Record<string, number>>): void {
  run.counts = addCounts(run.counts, counts);
}

function report({ context, counts, listing, look: { total } }: SyncRun): void {
  const carried_over = listing.carriedOver;
  const skills_synced = settledSkills(counts) + carried_over;
  context.report(
    { done: listing.seenCount(), total, unit: 'skills' },
    { ...zeroCounts(), ...counts, carried_over, skills_synced },
  );
}

function tellHeldBack({ counts, heldBack, deps: { log } }: SyncRun): void {
  if (!counts.held_back) return;
  const facts = { held_back: counts.held_back, some: heldBack.shown };
  log.warn(
    'the marketplace lists versions that are older than what the cache holds; they are held back',
    facts,
  );
}
