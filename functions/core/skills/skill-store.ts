import type { Instant } from '#core/time/instant.ts';
import type { PutResult, SkillDigest } from './cached-skill.ts';
import type { SkillFigures, SkillVersion } from './skill.ts';
import type { Observation } from './version-order.ts';

/** The cached skills as the sync writes them. */
export type SkillStore = {
  /** Every digest, tombstones and expired ones included, in chunks as they are read. Eventually consistent. */
  digests(): AsyncIterable<readonly SkillDigest[]>;
  /**
   * Puts a version unless what is stored is newer (see `cached-skill.ts` for the order). What it does to a local
   * edit is decided by `receive-skill.ts`.
   * @throws TooLargeError when it can't be stored even compressed
   */
  put(version: SkillVersion, observation: Observation): Promise<PutResult>;
  /**
   * Puts a tombstone over the version described by the digest, unless something newer was stored meanwhile.
   * @returns whether it was removed
   */
  remove(digest: SkillDigest, observation: Observation): Promise<boolean>;
  /**
   * Puts a tombstone at the time of a deletion, be the skill stored or not. An edited skill stays.
   * @returns false when what is stored is newer or edited
   */
  bury(skillId: string, deletedAt: Instant, observation: Observation): Promise<boolean>;
  /**
   * Changes the figures of a live skill, and when it was changed, where they are newer; its edit stays as it is.
   * @returns false when the skill is absent or stands at newer figures
   * @throws TooLargeError
   */
  putFigures(figures: SkillFigures, observation: Observation): Promise<boolean>;
};
