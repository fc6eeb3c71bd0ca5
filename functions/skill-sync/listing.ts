import { idFingerprint } from '#core/json/content-hash.ts';
import type { Log } from '#core/log.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { JobStore } from '#core/runs/job-store.ts';
import type { CheckpointStore, ListingCheckpoint, ListingPointer } from '#core/runs/listing-checkpoint.ts';
import { addCounts } from '#core/runs/run.ts';
import { syncedSkills } from '#core/skills/skill-counts.ts';
import type { Now } from '#core/time/clock.ts';
import { isRecent } from '#core/time/wrong-clock.ts';
import type { Applied } from './apply-records.ts';

/** A cursor older than this is not gone on from: the pages before it have grown too old. */
const MAX_CURSOR_AGE_MS = 3_600_000;
/** Entries written since the last checkpoint that make the next one worth its write. */
const WRITES_PER_CHECKPOINT = 100;
const CHECKPOINT_INTERVAL_MS = 5_000;

type ListingDeps = {
  readonly jobs: JobStore;
  readonly checkpoints: CheckpointStore;
  readonly now: Now;
  readonly log: Log;
};

/** A listing under way: what has been seen of it and how far it is, kept so that a killed run goes on there. */
export type Listing = {
  /** When its first page was asked for, ms since 1970. */
  readonly startedAt: number;
  readonly firstPage: number;
  /** What the last whole pass showed, where an earlier invocation made one; then there is no first pass to make. */
  readonly lastPass: string | undefined;
  /** Skills that earlier runs had brought up to date when they stopped. */
  readonly carriedOver: number;
  /** What this run counted in earlier invocations, and what others had held back. */
  readonly ownCounts: Readonly<Record<string, number>>;
  seenCount(): number;
  /** Notes an id; true when this is the first time. */
  see(id: string): boolean;
  has(id: string): boolean;
  /** A page and all before it are done. Saves the cursor when that is worth a write. */
  pageDone(page: number, applied: Applied): Promise<void>;
  /** Keeps what a whole pass showed, to be saved with the next {@link Listing.save}. */
  keepPass(shown: string | undefined): void;
  /** Saves what is not saved yet. */
  save(): Promise<void>;
  /** The listing has ended: its cursor is forgotten, what was seen stays known. */
  forgetCursor(): Promise<void>;
};

/**
 * Opens the listing: goes on with the unfinished one in the job's state when that is usable, else a new one. With
 * `onlyOwn` nobody else's is: its first pages were worked on otherwise than this run was told to.
 */
export async function openListing(
  deps: ListingDeps,
  context: RunContext,
  { pageSize, onlyOwn }: { readonly pageSize: number; readonly onlyOwn: boolean },
): Promise<Listing> {
  const { listing: left } = context.state;
  const isForeign = onlyOwn && left?.startedBy !== context.runId;
  const unfinished = isForeign ? undefined : usablePointer(left, pageSize, deps.now());
  const earlier = unfinished ? await deps.checkpoints.load(unfinished.listingId) : [];
  const seen = new Set<string>(earlier.flatMap((checkpoint) => checkpoint.seen));
  // The last page that was done is asked for once more: it exists, which can't be said of the one behind it.
  const firstPage = Math.max(1, ...earlier.map((checkpoint) => checkpoint.throughPage));
  if (unfinished && unfinished.startedBy !== context.runId) context.continueFrom(unfinished.startedBy);
  if (unfinished) deps.log.info('going on with an unfinished listing', { page: firstPage, seen: seen.size });
  const pointer = unfinished ?? {
    listingId: context.runId,
    startedAt: deps.now(),
    pageSize,
    startedBy: context.runId,
  };
  const own = earlier.filter((checkpoint) => checkpoint.runId === context.runId);
  const others = earlier.filter((checkpoint) => checkpoint.runId !== context.runId);
  const { held_back = 0 } = sumOf(others);
  return {
    startedAt: pointer.startedAt,
    firstPage,
    lastPass: earlier.length > 0 ? pointer.look : undefined,
    carriedOver: syncedSkills(sumOf(others)),
    ownCounts: addCounts(sumOf(own), { held_back }),
    ...trackSeen(seen),
    ...keepCursor(deps, context, pointer, {
      isAnyKnown: left !== undefined,
      repeatedPage: earlier.length > 0 ? firstPage : 0,
    }),
  };
}

function sumOf(checkpoints: readonly ListingCheckpoint[]): Record<string, number> {
  return checkpoints.reduce<Record<string, number>>((sum, { counts }) => addCounts(sum, counts), {});
}

function trackSeen(seen: Set<string>) {
  return {
    seenCount: () => seen.size,
    has: (id: string) => seen.has(idFingerprint(id)),
    see(id: string) {
      const before = seen.size;
      return seen.add(idFingerprint(id)).size > before;
    },
  };
}

/** How a listing is opened: whether the job's state holds one, and the last page that is saved; 0 where none is. */
type Opened = { readonly isAnyKnown: boolean; readonly repeatedPage: number };

function keepCursor(
  deps: ListingDeps,
  context: RunContext,
  opened: ListingPointer,
  { isAnyKnown, repeatedPage }: Opened,
) {
  const { runId, lease, state } = context;
  let pointer = opened;
  let isPointerSaved = state.listing === opened;
  let isAnySaved = isAnyKnown;
  let unsaved: ListingCheckpoint | undefined;
  let savedAt = deps.now();

  const save = async () => {
    // The page that is done once more goes with the next one: alone, it would take the place of the checkpoint that
    // has all pages before it, and their ids and counts with it.
    if (unsaved && unsaved.throughPage !== repeatedPage) {
      const expiresAt = pointer.startedAt + 2 * MAX_CURSOR_AGE_MS;
      await deps.checkpoints.append(pointer.listingId, unsaved, expiresAt);
      unsaved = undefined;
      savedAt = deps.now();
    } else if (pointer === opened) return;
    if (!isPointerSaved) await deps.jobs.setListing(lease, pointer);
    isPointerSaved = true;
    isAnySaved = true;
  };

  return {
    save,
    keepPass(shown: string | undefined) {
      pointer = { ...opened, ...(shown === undefined ? {} : { look: shown }) };
      isPointerSaved = false;
    },
    async pageDone(throughPage: number, { ids, counts }: Applied) {
      unsaved = {
        throughPage,
        runId,
        seen: [...(unsaved?.seen ?? []), ...ids.map(idFingerprint)],
        counts: addCounts(unsaved?.counts ?? {}, counts),
      };
      const { added = 0, changed = 0, renewed = 0 } = unsaved.counts;
      const sinceMs = deps.now() - savedAt;
      const isDue = sinceMs >= CHECKPOINT_INTERVAL_MS || sinceMs < 0;
      if (isDue || added + changed + renewed >= WRITES_PER_CHECKPOINT) await save();
    },
    async forgetCursor() {
      unsaved = undefined;
      if (isAnySaved) await deps.jobs.setListing(lease, undefined);
      isPointerSaved = false;
      isAnySaved = false;
    },
  };
}

function usablePointer(
  pointer: ListingPointer | undefined,
  pageSize: number,
  now: number,
): ListingPointer | undefined {
  if (!pointer || pointer.pageSize !== pageSize) return undefined;
  return isRecent(pointer.startedAt, now, MAX_CURSOR_AGE_MS) ? pointer : undefined;
}
