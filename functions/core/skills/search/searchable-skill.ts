import { type CachedSkill, effectiveSkill } from '#core/skills/cached-skill.ts';

/** What of a skill is searched: as it is served, a local edit included. */
export type SearchableSkill = {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly category: string;
  /** The first {@link DESCRIPTION_CHARACTERS} of the description. */
  readonly description: string;
  /** The hash of the marketplace's version, as its digest has it: tells what changed since. */
  readonly hash: string;
  /** Milliseconds since 1970; from then on it is not found. */
  readonly expiresAt: number;
};

/** How much of a description is searched. Nine in ten are shorter; what is behind it is detail. */
const DESCRIPTION_CHARACTERS = 600;
/** A name that is longer is text. The longest of the real catalogue has 150. */
const NAME_CHARACTERS = 300;
/** Beyond what the lists of skills know of category and tags: a search filters as they do. */
const CATEGORY_CHARACTERS = 512;
const TAGS_BYTES = 4_096;

/** What is searched of a cached skill. */
export function searchableSkill(entry: CachedSkill): SearchableSkill {
  const { name, tags, category, description } = effectiveSkill(entry);
  return {
    id: entry.remote.skill.skill_id,
    name: head(name, NAME_CHARACTERS),
    tags: firstTags(tags ?? []),
    category: head(category ?? '', CATEGORY_CHARACTERS),
    description: head(description ?? '', DESCRIPTION_CHARACTERS),
    hash: entry.remote.hash,
    expiresAt: entry.expiresAt.getTime(),
  };
}

function firstTags(tags: readonly string[]): string[] {
  const first: string[] = [];
  let room = TAGS_BYTES;
  for (const tag of tags) {
    const text = tag.toWellFormed();
    room -= Buffer.byteLength(text) + 1;
    if (room < 0) break;
    if (text !== '') first.push(text);
  }
  return first;
}

/** The beginning of a text, never half a character. */
function head(text: string, characters: number): string {
  return text.slice(0, characters).toWellFormed();
}
