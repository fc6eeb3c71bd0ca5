import type { Catalog } from './catalog.ts';

/**
 * Makes a small visible change to a skill: its description gets a revision number and its patch
 * version goes up by one. Undefined when there is no such skill.
 */
export function editSkill(catalog: Catalog, id: string, options?: { quiet?: boolean }): string | undefined {
  const skill = catalog.get(id);
  if (!skill) return undefined;
  const [, text, revision] = /^(.*?)(?: \[rev (\d+)\])?$/s.exec(String(skill.description ?? '')) ?? [];
  const version = String(skill.version ?? '1.0.0').replace(/\d+$/, (patch) => String(Number(patch) + 1));
  const description = `${text} [rev ${Number(revision ?? 0) + 1}]`;
  catalog.upsertSkill({ skill_id: id, description, version }, options);
  return id;
}
