import type { ResolutionStrategy } from '#core/conflicts/conflict.ts';
import type { Conflict, ConflictFilter } from '#core/conflicts/conflict-store.ts';
import { effectiveSkill } from '#core/skills/cached-skill.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { TestStores } from '#test/engines/test-stores.ts';
import { readAllPages } from './pages.ts';
import { HOUR, seen, entryOf as storedEntry, T0, version } from './versions.ts';

export const NOW = new Date(T0 + 1_000);
export const DAY = 24 * HOUR;
export const NOBODY_DETECTED = {
  VERSION_MISMATCH: 0,
  CONTENT_MISMATCH: 0,
  DEPENDENCY_CONFLICT: 0,
  OTHER: 0,
};
export const NONE_RESOLVED = { remote_wins: 0, local_wins: 0, merge: 0, converged: 0, withdrawn: 0 };

/** What the marketplace said when the skill was edited, and what it says afterwards. */
export const BASE = { description: 'base', code: 'base', tags: ['x'], category: 'old' };
export const REMOTE = version('a', 5_000, { ...BASE, description: 'theirs', tags: ['y'] });

/** What the contracts of conflicts do with the stores of one test, and look at. */
export function conflictGround(stores: TestStores) {
  const stored = (skillId: string) => storedEntry(stores, skillId);
  const entryOf = (skillId: string) => stores.skillReader.get(skillId, NOW);
  const served = async (skillId: string) => {
    const entry = await entryOf(skillId);
    return entry && effectiveSkill(entry);
  };
  const edit = (skillId: string, fields: Partial<Skill>, now = T0 + 1) =>
    stores.editor.edit(skillId, (entry) => ({ ...effectiveSkill(entry), ...fields }), { by: 'dana', now });
  const list = (filter: Partial<ConflictFilter> = {}, now = NOW) =>
    readAllPages((cursor) => stores.conflicts.list({ status: 'all', ...filter }, 3, cursor, now), 3);
  const resolve = (
    conflict: Conflict,
    strategy: ResolutionStrategy,
    over: { revision?: string; now?: number } = {},
  ) =>
    stores.conflicts.resolve({
      conflict,
      strategy,
      by: 'admin',
      revision: undefined,
      now: T0 + 1_000,
      ...over,
    });

  /** A skill that was edited here, before the marketplace changes it. */
  async function edited(skillId = 'a', fields: Partial<Skill> = { description: 'mine', category: 'mine' }) {
    await stores.skills.put(version(skillId, 0, BASE), seen(0));
    await edit(skillId, fields);
  }

  /** A conflict that waits for an admin. */
  async function opened(skillId = 'a', changedAt = 5_000, fields: Partial<Skill> = {}): Promise<Conflict> {
    await edited(skillId);
    const remote = version(skillId, changedAt, { ...REMOTE.skill, skill_id: skillId, ...fields });
    await stores.skills.put(remote, seen(changedAt));
    const found = (await list({ status: 'unresolved' })).find((conflict) => conflict.skillId === skillId);
    if (!found) throw new Error('No conflict');
    return found;
  }

  return { stored, entryOf, served, edit, list, resolve, edited, opened };
}
