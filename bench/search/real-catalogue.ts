import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { contentHash } from '#core/json/content-hash.ts';
import { type SearchableSkill, searchableSkill } from '#core/skills/search/searchable-skill.ts';
import type { Skill } from '#core/skills/skill.ts';
import { BEGINNING_OF_TIME } from '#core/time/instant.ts';

const FILE = join(import.meta.dirname, '../../../shared/data/skills.jsonl.gz');

/** Why there is no real catalogue to search; undefined where it is there. */
export function whyNoCatalogue(): string | undefined {
  return existsSync(FILE) ? undefined : 'the real catalogue is not in ../shared/data';
}

/** The skills of the real catalogue: third-party text, read where it lies and never copied. */
export function readCatalogue(): Skill[] {
  const lines = gunzipSync(readFileSync(FILE)).toString().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Skill);
}

/** So many searchable skills: those of the catalogue, and further ones with their text under other ids and names. */
export function searchableSkills(catalogue: readonly Skill[], count: number): SearchableSkill[] {
  return Array.from({ length: count }, (_, at) => {
    const skill = catalogue[at % catalogue.length];
    if (skill === undefined) throw new RangeError('The catalogue is empty.');
    const round = Math.floor(at / catalogue.length);
    const { skill_id, name } = skill;
    return searchable(
      round === 0 ? skill : { ...skill, skill_id: `${skill_id}-${round}`, name: `${name} ${round}` },
    );
  });
}

function searchable(skill: Skill): SearchableSkill {
  // The hash of the whole record takes a second for all of them, and nothing here goes by it.
  const remote = { skill, updatedAt: BEGINNING_OF_TIME, hash: contentHash(skill.skill_id) };
  return searchableSkill({ remote, observedAt: 0, expiresAt: new Date(8.64e15) });
}
