import { brotliCompressSync } from 'node:zlib';
import {
  type ClosedConflict,
  type ConflictEnd,
  type ConflictType,
  wasNeverOpen,
} from '#core/conflicts/conflict.ts';
import { begunConflict } from '#core/conflicts/resolve-conflict.ts';
import { TooLargeError } from '#core/errors.ts';
import { stringify } from '#core/json/json.ts';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import type { SkillEntries } from '#core/skills/skill-entries.ts';
import { freshEntry, type SkillEntry } from '#core/skills/skill-entry.ts';
import { compareVersions, fenceAfter, incomingVersion, replacingKey } from '#core/skills/version-order.ts';

/** The entries of skills by id, the records of conflicts that are over by theirs, and the counts of conflicts. */
export type MemorySkills = {
  readonly skills: Map<string, SkillEntry>;
  readonly conflicts: Map<string, ClosedConflict>;
  readonly conflictCounts: Map<ConflictType | ConflictEnd, number>;
};

const CHUNK = 2_000;
/** What may be stored in one entry, as much as the table takes. */
const MAX_BYTES = 392 * 1_024;

/** The in-memory fake of `createSkillEntries`. Nothing comes between its read and its write. */
export function createMemorySkillEntries(memory: MemorySkills): SkillEntries {
  const { skills } = memory;
  return {
    digests: () => readDigests(skills),
    async putUnlessNewer(version, observation) {
      const { skill_id: skillId } = version.skill;
      const before = skills.get(skillId);
      const incoming = incomingVersion(version, observation);
      const isOlder = compareVersions(before, incoming) === 'written';
      const isInPlace = replacingKey(before, incoming).rank === incoming.rank;
      if (!isOlder || !isInPlace || before?.edit || before?.outbox) return false;
      const fence = fenceAfter(before, observation.fence);
      write(memory, skillId, { ...freshEntry(version, observation), fence });
      return true;
    },
    async change(skillId, transition) {
      drainMemoryOutbox(memory, skillId);
      const { entry, result } = transition(skills.get(skillId));
      if (entry) write(memory, skillId, entry);
      return result;
    },
  };
}

/** Puts the record of an ended conflict in its place. False: there was none. */
export function drainMemoryOutbox(memory: MemorySkills, skillId: string): boolean {
  const { outbox, ...entry } = memory.skills.get(skillId) ?? {};
  if (outbox === undefined) return false;
  if (!memory.conflicts.has(outbox.id)) {
    memory.conflicts.set(outbox.id, outbox);
    count(memory, outbox.strategy);
    if (wasNeverOpen(outbox)) count(memory, outbox.type);
  }
  memory.skills.set(skillId, entry);
  return true;
}

function write(memory: MemorySkills, skillId: string, entry: SkillEntry): void {
  const { remote, edit, outbox } = entry;
  refuseTooLarge(skillId, [remote, edit?.local, edit?.base]);
  refuseTooLarge(skillId, [outbox]);
  const begun = begunConflict(memory.skills.get(skillId), entry);
  const { expiresAt } = entry;
  const kept = expiresAt === undefined ? undefined : Math.floor(expiresAt / 1_000) * 1_000;
  memory.skills.set(skillId, { ...entry, expiresAt: kept });
  if (begun) count(memory, begun.type);
  drainMemoryOutbox(memory, skillId);
}

function count({ conflictCounts }: MemorySkills, what: ConflictType | ConflictEnd): void {
  conflictCounts.set(what, (conflictCounts.get(what) ?? 0) + 1);
}

function refuseTooLarge(skillId: string, parts: readonly unknown[]): void {
  const texts = parts.filter((part) => part !== undefined).map((part) => stringify(part));
  if (texts.join('').length * 3 <= MAX_BYTES) return;
  const bytes = texts.reduce((sum, text) => sum + brotliCompressSync(text).length, 0);
  if (bytes > MAX_BYTES) throw new TooLargeError(`Skill ${skillId} takes ${bytes} bytes, compressed.`);
}

async function* readDigests(skills: MemorySkills['skills']): AsyncGenerator<readonly SkillDigest[]> {
  const all = [...skills].flatMap(([skillId, { updatedAt, hash, expiresAt, deletedAt, edit }]) =>
    updatedAt === undefined || hash === undefined || expiresAt === undefined
      ? []
      : [
          {
            skillId,
            updatedAt,
            hash,
            expiresAt,
            tombstone: deletedAt !== undefined,
            ...(edit && { edited: true as const }),
          },
        ],
  );
  for (let start = 0; start < all.length; start += CHUNK) yield all.slice(start, start + CHUNK);
}
