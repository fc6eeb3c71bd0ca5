import { countsOfDetected } from '#adapters/dynamodb/conflicts/conflict-item.ts';
import {
  type ConflictMemory,
  countMemoryConflicts,
  finishMemorySettled,
  writeMemoryItem,
} from '#adapters/dynamodb/conflicts/memory-settled-conflict.ts';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import type { MemoryTable } from '#adapters/dynamodb/table/memory-table.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { notWritten, type PutResult, type SkillDigest } from '#core/skills/cached-skill.ts';
import { effectOf, receiveSkill } from '#core/skills/receive-skill.ts';
import type { SkillVersion } from '#core/skills/skill.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import type { Observation } from '#core/skills/version-order.ts';
import {
  compareVersions,
  type IncomingVersion,
  incomingVersion,
  isFenced,
  NO_FENCE,
  ranksAhead,
  replacingKey,
  versionKey,
} from '#core/skills/version-order.ts';
import { changesOf, readEdit } from './edit-item.ts';
import { burySkillInMemory, pendingRecord } from './skill-burial.ts';
import { putFiguresInMemory } from './skill-figures.ts';
import {
  readDigest,
  remoteSide,
  type SkillItem,
  shardOf,
  skillItem,
  skillKey,
  standingOf,
} from './skill-item.ts';
import type { ConflictPolicy } from './skill-store.ts';

const CHUNK = 2_000;

/** The in-memory fake of `createSkillStore`: the same items, the same order of versions. */
export function createMemorySkillStore(memory: ConflictMemory, policy: ConflictPolicy): SkillStore {
  const { skills } = memory;
  return {
    digests: () => digests(skills),
    put: async (version, observation) => put({ ...memory, ...policy }, version, observation),
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

function put(
  memory: ConflictMemory & ConflictPolicy,
  version: SkillVersion,
  observation: Observation,
): PutResult {
  const { skills } = memory;
  const skillId = version.skill.skill_id;
  const pending = skills.get(skillId);
  const arrival = incomingVersion(version, observation);
  const standing = pending && standingOf(pending);
  const item = skillItem(version, observation, replacingKey(standing, arrival));
  const outcome = compareVersions(standing, arrival);
  if (outcome !== 'written') return notWritten(outcome, standing, arrival);
  if (pending?.settled !== undefined) finishMemorySettled(memory, pending);
  const stored = skills.get(skillId);
  if (stored?.edited !== undefined) return putBesideEdit(memory, version, arrival, stored);
  skills.set(skillId, { ...item, fence: observation.fence ?? stored?.fence ?? NO_FENCE });
  return { outcome };
}

function putBesideEdit(
  memory: ConflictMemory & ConflictPolicy,
  version: SkillVersion,
  arrival: IncomingVersion,
  item: SkillItem,
): PutResult {
  const { skill } = version;
  const { observation } = arrival;
  const now = observation.now.getTime();
  const stored = readEdit(item);
  const decision = receiveSkill(stored, skill, memory.strategy, { now, newId: newRunId(now, memory.random) });
  const place = replacingKey(standingOf(item), arrival);
  const side = remoteSide(version, observation, { besideEdit: decision.edit !== undefined, place });
  const changes = changesOf(item, stored, skill, decision, { kind: 'put', side, now });
  writeMemoryItem(memory, item, changes, decision.closed);
  const conflict = effectOf(stored, decision);
  if (decision.open && conflict?.detected) countMemoryConflicts(memory, countsOfDetected(decision.open.type));
  return { outcome: 'written', ...(conflict && { conflict }) };
}

function remove(skills: MemoryTable['skills'], digest: SkillDigest, observation: Observation): boolean {
  const { skillId, updatedAt, hash } = digest;
  const { observedAt, expiresAt, now } = observation;
  const stored = skills.get(skillId);
  if (stored === undefined || isFenced(stored, observation.fence)) return false;
  const place = versionKey({ updatedAt, hash: '' }, observedAt);
  if (stored.deletedAt !== undefined) return stored.rank === place.rank && stored.hash === hash;
  if (stored.edited !== undefined || stored.updatedAt !== updatedAt || stored.hash !== hash) return false;
  if (stored.rank >= place.rank && !ranksAhead(stored.rank, now)) return false;
  skills.set(skillId, {
    ...skillKey(skillId),
    shard: shardOf(skillId),
    ...place,
    hash,
    deletedAt: now.getTime(),
    expiresAt: toEpochSeconds(expiresAt),
    fence: observation.fence ?? stored.fence,
    ...pendingRecord(stored),
  });
  return true;
}
