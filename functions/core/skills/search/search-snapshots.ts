import type { SearchableSkill } from './searchable-skill.ts';

/** More skills than these are not indexed: what fits into the memory of the function that searches, with room to spare. */
export const MAX_INDEXED = 20_000;

/** How long a writer relies on having announced itself (ms). */
export const ANNOUNCED_MS = 30_000;

/**
 * How long after a notice its writer may still be at work (ms): the time that the notice is relied on, one write with all
 * the SDK's repetitions, the lag of the index and the difference between two clocks.
 */
export const NOTICE_ACTIVE_MS = ANNOUNCED_MS + 90_000;

/** How long notices are kept (ms). Whoever has not asked for so long reads every edited skill again. */
export const NOTICE_KEPT_MS = 3_600_000;

/** A skill of the snapshot: as the marketplace has it. Until when it is served, its digest says. */
export type SnapshotSkill = Omit<SearchableSkill, 'expiresAt'>;

/** What became of some skills: those that were written, and those that the snapshot must not hold any longer. */
export type SnapshotChange = {
  readonly skills: readonly SnapshotSkill[];
  readonly removed: readonly string[];
};

/** A snapshot as it was read. */
export type SkillSnapshot = {
  readonly skills: ReadonlyMap<string, SnapshotSkill>;
  /** A part of it is missing or can't be read: the skills in it are missing here. */
  readonly isDamaged: boolean;
};

/** That somebody is about to write skills: one that is edited here or, where none is named, any. */
export type ChangeNotice = { readonly at: number; readonly skillId?: string };

/**
 * What saves whoever searches from reading every skill: a snapshot of what is searched, and notices that tell when the
 * digests have to be compared. Neither is believed without the digests: a snapshot that is old, incomplete or lost costs
 * reads, and nothing else. Times are in ms since 1970.
 */
export type SearchSnapshots = {
  /** Undefined where there is none. @throws StorageError */
  read(): Promise<SkillSnapshot | undefined>;
  /** Adds a change, and merges earlier ones when there are many. Several at once lose none. @throws StorageError */
  append(change: SnapshotChange, now: number): Promise<void>;
  /** Puts a whole snapshot in the place of what is there. @throws StorageError */
  replace(skills: readonly SnapshotSkill[], now: number): Promise<void>;
  /** To be called before a skill is written. @throws StorageError */
  announce(notice: ChangeNotice): Promise<void>;
  /**
   * The notices of that time and later, up to {@link NOTICE_KEPT_MS} old, the oldest first.
   *
   * @param atMost how many of them. Default: all
   * @throws StorageError
   */
  noticesSince(at: number, atMost?: number): Promise<readonly ChangeNotice[]>;
};
