import type { Observation, PutOutcome, SkillDigest } from '#core/cached-skill.ts';
import type { SkillStore } from '#core/ports.ts';
import type { SkillVersion } from '#core/skill.ts';
import { toEpochSeconds } from './epoch-seconds.ts';
import type { MemoryTable } from './memory-table.ts';
import { burySkillInMemory } from './skill-burial.ts';
import { putFiguresInMemory } from './skill-figures.ts';
import {
  readDigest,
  refuseTooLarge,
  remoteSide,
  shardOf,
  skillItem,
  skillKey,
  standingOf,
} from './skill-item.ts';
import { isFenced, NO_FENCE, settle, tombstoneRank } from './version-order.ts';

const CHUNK = 2_000;

/** The in-memory fake of `createSkillStore`: the same items, the same order of versions. */
export function createMemorySkillStore({ skills }: Pick<MemoryTable, 'skills'>): SkillStore {
  return {
    digests: () => digests(skills),
    put: async (version, observation) => put(skills, version, observation),
    remove: async (digest, observation) => remove(skills, digest, observation),
    bury: async (skillId, deletedAt, observation) =>
      burySkillInMemory(skills, skillId, deletedAt, observation),
    putFigures: async (figures, observation) => putFiguresInMemory(skills, figures, observation),
  };
}

async function* digests(skills: MemoryTable['skills']): AsyncGenerator<readonly SkillDigest[]> {
  const all = [...skills.values()].flatMap((item) => readDigest(item) ?? []);
  for (let start = 0; start < all.length; start += CHUNK) yield all.slice(start, start + CHUNK);
}

function put(skills: MemoryTable['skills'], version: SkillVersion, observation: Observation): PutOutcome {
  const skillId = version.skill.skill_id;
  const stored = skills.get(skillId);
  const item = skillItem(version, observation);
  const outcome = settle(stored && standingOf(stored), { rank: item.rank, observation });
  if (outcome !== 'written') return outcome;
  const fence = observation.fence ?? stored?.fence ?? NO_FENCE;
  if (stored?.edited === undefined) {
    skills.set(skillId, { ...item, fence });
    return 'written';
  }
  const side = remoteSide(version, observation, { besideEdit: true });
  refuseTooLarge(skillId, [side.remote, stored.local, stored.base]);
  skills.set(skillId, { ...stored, ...side, fence });
  return 'written';
}

function remove(skills: MemoryTable['skills'], digest: SkillDigest, observation: Observation): boolean {
  const { skillId, updatedAt, hash } = digest;
  const { observedAt, expiresAt, now } = observation;
  const stored = skills.get(skillId);
  if (stored === undefined || isFenced(stored, observation.fence)) return false;
  if (stored.updatedAt !== updatedAt || stored.hash !== hash) return false;
  const rank = tombstoneRank(updatedAt, observedAt);
  if (stored.deletedAt !== undefined) return stored.rank === rank;
  if (stored.edited !== undefined || stored.rank >= rank) return false;
  skills.set(skillId, {
    ...skillKey(skillId),
    shard: shardOf(skillId),
    updatedAt,
    hash,
    rank,
    deletedAt: now.getTime(),
    expiresAt: toEpochSeconds(expiresAt),
    fence: observation.fence ?? stored.fence,
  });
  return true;
}
