import type { Page } from '#core/page.ts';
import type { CachedSkill } from './cached-skill.ts';

/** What a list of cached skills is narrowed down to; all given must hold. */
export type SkillFilter = {
  readonly category?: string;
  readonly tag?: string;
};

/** The cached skills as readers see them. An expired or removed skill is absent. */
export type SkillReader = {
  get(skillId: string, now: Date): Promise<CachedSkill | undefined>;
  /** @throws InvalidCursorError for a cursor that this list did not give */
  list(filter: SkillFilter, limit: number, cursor: string | undefined, now: Date): Promise<Page<CachedSkill>>;
};

/** Many cached skills at once. */
export type SkillBatchReader = {
  /**
   * Those of these ids that are live, in any order.
   *
   * @param isConsistent read as `SkillReader.get` does. Default: a moment behind the last write, at half the price
   * @throws StorageError
   */
  getMany(skillIds: readonly string[], now: Date, isConsistent?: boolean): Promise<readonly CachedSkill[]>;
};

/** A reader of many that has some of what it read in memory. */
export type RememberingReader = SkillBatchReader & {
  /** A skill as it was when it was last read; undefined where it is not remembered. */
  remembered(skillId: string): CachedSkill | undefined;
};
