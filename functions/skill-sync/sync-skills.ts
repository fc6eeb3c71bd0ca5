import type { Lifetime } from '../core/cached-skill.ts';
import type { ConflictStore } from '../core/conflict-store.ts';
import {
  type AtomSyncError,
  EveryRecordRefusedError,
  ListingIncompleteError,
  MarketplaceRefusedError,
  OutOfTimeError,
} from '../core/errors.ts';
import type { RunContext, WorkResult } from '../core/job-run.ts';
import type {
  CategoryStore,
  CheckpointStore,
  JobStore,
  Log,
  Marketplace,
  Now,
  RejectedRecordStore,
  SkillStore,
} from '../core/ports.ts';
import { addCounts } from '../core/run.ts';
import { type PageCounts, settledSkills, zeroCounts } from '../core/skill-counts.ts';
import { type Applied, createRecordApplier, type KnownCache } from './apply-records.ts';
import { listPages, type PageResult, rowsThrough } from './list-pages.ts';
import { type Listing, openListing } from './listing.ts';
import { createNamer, createRefusals, type Refusals } from './refuse-records.ts';
import { removeMissing } from './remove-missing.ts';
import { stopBeforeTimeRunsOut } from './stop-in-time.ts';
import { syncCategories } from './sync-categories.ts';

/** Looks at the listing: the second is for what drifted between the pages of the first. */
const MAX_LOOKS = 2;
/** Pages under work at once, after each other in order; bounds what is held in memory. */
const PAGES_IN_WORK = 3;
/** Pages in a row that only repeat the one before, after which a listing that never ends is left. */
const MAX_REPEATED_PAGES = 20;
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
};

/** All that the steps of one run share. */
type SyncRun = {
  readonly deps: SkillSyncDeps;
  readonly context: RunContext;
  readonly known: KnownCache;
  readonly listing: Listing;
  readonly refusals: Refusals;
  readonly apply: (records: readonly unknown[], requestedAt: number) => Promise<Applied>;
  /** Counts of the run, added to page by page and step by step. */
  counts: Record<string, number>;
  /** Names the records of the look under way. */
  name: ReturnType<typeof createNamer>;
  /** The last page that an earlier invocation did: doing it once more is no progress. 0: there was none. */
  readonly repeatedPage: number;
  /** Whether this invocation has got anywhere yet. */
  advanced: boolean;
  /** The highest `total` of the look under way; a page may prove that there are more. */
  total: number | undefined;
  /** Pages in a row that were equal to the one before: a listing that only repeats itself. */
  repeatedPages: number;
  lastPageIds: string;
};

/**
 * The work of the job `skill-sync`: brings the cache in step with the marketplace's categories and skills.
 *
 * Success means complete: every page was had, and the distinct skills seen reach the marketplace's `total`.
 * Whatever stops it, what was written stays, the cursor is kept, and nothing is removed.
 *
 * @throws AtomSyncError what the run fails with
 */
export async function syncSkills(deps: SkillSyncDeps, context: RunContext): Promise<WorkResult> {
  const [known, listing] = await Promise.all([
    loadDigests(deps.skills),
    openListing(deps, context, deps.pageSize),
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
  await lookUntilComplete(run);
  await run.listing.forgetCursor();
  if (settledSkills(run.counts) + run.listing.carriedOver === 0 && (run.counts.rejected ?? 0) > 0) {
    throw new EveryRecordRefusedError(
      `Each of the ${run.counts.rejected} skill records was refused; see the refused records for the reasons.`,
    );
  }
  const removed = await removeMissing(
    { ...shared(run), isListed: run.listing.has, ttlMs: run.deps.lifetime.ttlMs },
    liveAtStart,
  );
  count(run, removed);
}

/** Goes through the listing, and once more from its start when the ids seen do not reach its `total`. */
async function lookUntilComplete(run: SyncRun): Promise<void> {
  const { listing, deps } = run;
  for (let look = 1; look <= MAX_LOOKS; look += 1) {
    if (look === 1) await firstLook(run);
    else await goThroughPages(run, 1, false);
    if (run.total !== undefined && listing.seenCount() >= run.total) return;
    deps.log.warn('the listing drifted', { look, seen: listing.seenCount(), total: run.total });
  }
  await listing.forgetCursor();
  throw new ListingIncompleteError(
    `The listing names ${run.total} skills, but two looks at it showed ${listing.seenCount()}. What was seen is in the cache; nothing was removed.`,
  );
}

/** The look that keeps the cursor. It is saved when something stops the look, so that the next run goes on there. */
async function firstLook(run: SyncRun): Promise<void> {
  const { listing } = run;
  try {
    await goThroughPages(run, listing.firstPage, true);
  } catch (error) {
    // A page that the marketplace refuses for good (out of range by now) is no place to go on from.
    if (error instanceof MarketplaceRefusedError) await listing.forgetCursor();
    else await listing.save();
    throw error;
  }
}

async function goThroughPages(run: SyncRun, fromPage: number, keepsCursor: boolean): Promise<void> {
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
  run.repeatedPages = 0;
  run.total = undefined;
  run.name = createNamer();
  const isEndless = () => run.repeatedPages >= MAX_REPEATED_PAGES;
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
  { page, got }: Extract<PageResult, { got: unknown }>,
  keepsCursor: boolean,
): Promise<() => Promise<void>> {
  run.total = Math.max(run.total ?? 0, got.total, rowsThrough(got));
  const applied = await run.apply(got.records, got.requestedAt);
  return async () => {
    const ids = applied.ids.join('\n');
    run.repeatedPages = ids === run.lastPageIds ? run.repeatedPages + 1 : 0;
    run.lastPageIds = ids;
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
  const { signal, lease } = context;
  const apply = createRecordApplier({
    ...deps,
    name: (id, record) => run.name(id, record),
    refusals,
    known,
    signal,
    fence: lease.fence,
    see: listing.see,
  });
  const run: SyncRun = {
    deps,
    context,
    known,
    listing,
    refusals,
    apply,
    name: createNamer(),
    repeatedPage: listing.seenCount() > 0 ? listing.firstPage : 0,
    advanced: false,
    counts: { ...listing.ownCounts },
    total: undefined,
    repeatedPages: 0,
    lastPageIds: '',
  };
  return run;
}

function shared(run: SyncRun) {
  const { deps, context, known, refusals, apply } = run;
  return { ...deps, known, refusals, apply, signal: context.signal, fence: context.lease.fence };
}

function count(run: SyncRun, counts: Partial<PageCounts> & Readonly<Record<string, number>>): void {
  run.counts = addCounts(run.counts, counts);
}

function report({ context, counts, listing, total }: SyncRun): void {
  const carried_over = listing.carriedOver;
  const skills_synced = settledSkills(counts) + carried_over;
  context.report(
    { done: listing.seenCount(), total, unit: 'skills' },
    { ...zeroCounts(), ...counts, carried_over, skills_synced },
  );
}

async function loadDigests(skills: SkillStore): Promise<KnownCache> {
  const known: KnownCache = new Map();
  for await (const chunk of skills.digests()) {
    for (const digest of chunk) known.set(digest.skillId, digest);
  }
  return known;
}

function countLive(known: KnownCache, nowMs: number): number {
  let live = 0;
  for (const digest of known.values()) if (!digest.tombstone && digest.expiresAt > nowMs) live += 1;
  return live;
}

/** A promise whose failure is looked at later, so that it is nobody's unhandled rejection until then. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function outcomeOf<T>(
  promise: Promise<T>,
): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}
