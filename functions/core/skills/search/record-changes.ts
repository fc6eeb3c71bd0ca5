import { describeFailure } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { SkillEntries } from '#core/skills/skill-entries.ts';
import { cachedSkill, freshEntry, type SkillEntry } from '#core/skills/skill-entry.ts';
import type { Now } from '#core/time/clock.ts';
import { ANNOUNCED_MS, MAX_INDEXED, type SearchSnapshots, type SnapshotSkill } from './search-snapshots.ts';
import { searchableSkill } from './searchable-skill.ts';

type RecordDeps = {
  readonly entries: SkillEntries;
  readonly snapshots: Pick<SearchSnapshots, 'announce' | 'append'>;
  readonly now: Now;
  readonly log: Log;
};

/** The entries of skills for a writer of many, and what keeps the search in step with what it writes. */
export type RecordedEntries = {
  readonly entries: SkillEntries;
  /**
   * Adds what was written since the last time to the snapshot; where nothing was, it does nothing. Never throws: who
   * searches finds it in the digests, too.
   */
  flush(): Promise<void>;
};

/**
 * Announces writes before they begin, at most once in {@link ANNOUNCED_MS}, and records what was written: from what the
 * writer has in hand, without a read.
 */
export function recordChanges({ entries, snapshots, now, log }: RecordDeps): RecordedEntries {
  const announce = announcer(snapshots, now);
  let changes: Changes = new Map();
  const record = (skillId: string, entry: SkillEntry) => {
    if (changes.size < MAX_INDEXED || changes.has(skillId)) changes.set(skillId, snapshotSkill(entry));
  };
  return {
    entries: {
      digests: () => entries.digests(),
      async putUnlessNewer(version, observation) {
        await announce();
        const isWritten = await entries.putUnlessNewer(version, observation);
        if (isWritten) record(version.skill.skill_id, freshEntry(version, observation));
        return isWritten;
      },
      async change(skillId, transition) {
        await announce();
        let after: SkillEntry | undefined;
        const result = await entries.change(skillId, (entry) => {
          const next = transition(entry);
          after = next.entry;
          return next;
        });
        if (after) record(skillId, after);
        return result;
      },
    },
    async flush() {
      if (changes.size === 0) return;
      const taken = changes;
      changes = new Map();
      try {
        await snapshots.append(changeOf(taken), now());
      } catch (error) {
        log.warn('the snapshot of the search could not be written', { code: describeFailure(error).code });
        changes = new Map([...taken, ...changes]);
      }
    },
  };
}

/** The entries of skills for whoever edits one: each change is announced with the skill's id. */
export function announceChanges(
  entries: SkillEntries,
  snapshots: Pick<SearchSnapshots, 'announce'>,
  now: Now,
): SkillEntries {
  return {
    ...entries,
    async change(skillId, transition) {
      await snapshots.announce({ at: now(), skillId });
      return entries.change(skillId, transition);
    },
  };
}

/** What was written by id: what is searched of it, or undefined where the snapshot must not hold it. */
type Changes = Map<string, SnapshotSkill | undefined>;

function announcer(snapshots: Pick<SearchSnapshots, 'announce'>, now: Now): () => Promise<void> {
  let last: { readonly at: number; readonly written: Promise<void> } | undefined;
  return () => {
    const at = now();
    if (last !== undefined && Math.abs(at - last.at) < ANNOUNCED_MS) return last.written;
    const own = { at, written: snapshots.announce({ at }) };
    last = own;
    own.written.catch(() => {
      if (last === own) last = undefined;
    });
    return own.written;
  };
}

/** Edited skills are not in the snapshot: their digests do not tell one edit from the next. */
function snapshotSkill(entry: SkillEntry): SnapshotSkill | undefined {
  const skill = cachedSkill(entry);
  if (skill === undefined || entry.edit !== undefined) return undefined;
  const { expiresAt: _digest, ...rest } = searchableSkill(skill);
  // A copy: a part of a text would keep all of it in memory.
  return structuredClone(rest);
}

function changeOf(changes: Changes) {
  const skills = [...changes.values()].filter((skill) => skill !== undefined);
  const removed = [...changes].filter(([, skill]) => skill === undefined).map(([id]) => id);
  return { skills, removed };
}
