import type { SkillDigest } from './cached-skill.ts';
import type { SkillVersion } from './skill.ts';
import type { Transition } from './skill-entry.ts';
import type { Observation } from './version-order.ts';

/**
 * Where the entries of skills are stored. What may become of an entry, the transitions of `skill-entry.ts` say. An
 * expiry is kept in whole seconds, rounded down.
 */
export type SkillEntries = {
  /** Every digest, tombstones and expired ones included, in chunks as they are read. Eventually consistent. */
  digests(): AsyncIterable<readonly SkillDigest[]>;
  /**
   * Writes a version without reading what is stored: the one write of a first sync. It holds where nothing is stored,
   * or what is stored ranks no higher or has expired; and only where no edit and no outbox is there, and no later
   * holder of the lease has written.
   *
   * @returns false: nothing was written, and what is stored has to be looked at
   * @throws TooLargeError when it can't be stored even compressed
   */
  putUnlessNewer(version: SkillVersion, observation: Observation): Promise<boolean>;
  /**
   * Carries out a transition by comparing and swapping: it is given what is stored, and called again when that changed
   * under it. A pending outbox is written before it, and one that it leaves right after it.
   *
   * @returns what the transition told
   * @throws SkillContendedError when the entry kept changing
   * @throws TooLargeError when the entry can't be stored even compressed
   */
  change<Result>(skillId: string, transition: Transition<Result>): Promise<Result>;
};
