import type { SearchableSkill } from '#core/skills/search/searchable-skill.ts';

/** A skill that never expires, with what a test says of it. */
export function aSkill(id: string, name: string, more: Partial<SearchableSkill> = {}): SearchableSkill {
  const rest = { tags: [], category: '', description: '', hash: `hash of ${id}`, expiresAt: 8.64e15 };
  return { ...rest, id, name, ...more };
}
