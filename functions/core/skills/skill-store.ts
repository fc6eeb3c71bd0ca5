import { ulid } from 'ulid';
import type { ConflictStrategy } from '#core/conflicts/conflict.ts';
import type { Log } from '#core/log.ts';
import type { Random } from '#core/time/clock.ts';
import type { Instant } from '#core/time/instant.ts';
import type { SkillDigest } from './cached-skill.ts';
import type { SkillAggregates, SkillVersion } from './skill.ts';
import type { SkillEntries } from './skill-entries.ts';
import { aggregated, type PutResult, received, removed, tombstoned } from './skill-entry.ts';
import type { Observation } from './version-order.ts';

/** The cached skills as the sync and the feed write them. Each call may be repeated: its effect is the same. */
export type SkillStore = {
  /** Every digest, tombstones and expired ones included, in chunks as they are read. Eventually consistent. */
  digests(): AsyncIterable<readonly SkillDigest[]>;
  /**
   * Puts a version unless what is stored is newer (`version-order.ts`). What it does to a local edit is decided by
   * `#core/conflicts/decide-edit.ts`.
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
  tombstone(skillId: string, deletedAt: Instant, observation: Observation): Promise<boolean>;
  /**
   * Changes the aggregates of a live skill, and when it was changed, where they are newer; its edit stays as it is.
   * @returns false when the skill is absent or stands at newer aggregates
   * @throws TooLargeError
   */
  putAggregates(aggregates: SkillAggregates, observation: Observation): Promise<boolean>;
};

/** What is done about conflicts, and chance for their ids. */
export type ConflictPolicy = { readonly strategy: ConflictStrategy; readonly random: Random };

/** What the skills need beside their entries. */
export type SkillStoreOptions = ConflictPolicy & {
  /**
   * Each conflict that is detected leaves a line: the dashboard counts their types by it.
   * @default - nobody hears of it
   */
  readonly log?: Pick<Log, 'info'>;
};

/**
 * The skills of these entries. A put is one conditional write; only when that does not hold is the entry read (a
 * failed condition is billed as a write, so the sync compares digests first). All else reads first.
 *
 * @example
 * const skills = createSkillStore(createSkillEntries(table), { strategy: 'merge', random: Math.random });
 */
export function createSkillStore(
  entries: SkillEntries,
  { strategy, random, log }: SkillStoreOptions,
): SkillStore {
  return {
    digests: () => entries.digests(),
    async put(version, observation) {
      if (await entries.putUnlessNewer(version, observation)) return { outcome: 'written' };
      const newId = ulid(observation.now.getTime(), random);
      const skillId = version.skill.skill_id;
      const put = await entries.change(skillId, received(version, observation, { strategy, newId }));
      if (put.conflict?.detected) {
        const { type, severity } = put.conflict;
        log?.info('conflict detected', { skill_id: skillId, conflict_type: type, severity });
      }
      return put;
    },
    remove: (digest, observation) => entries.change(digest.skillId, removed(digest, observation)),
    tombstone: (skillId, deletedAt, observation) =>
      entries.change(skillId, tombstoned(deletedAt, observation)),
    putAggregates: (aggregates, observation) =>
      entries.change(aggregates.skillId, aggregated(aggregates, observation)),
  };
}
