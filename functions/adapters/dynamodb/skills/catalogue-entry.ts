import type { Skill } from '#core/skills/skill.ts';
import type { SkillFilter } from '#core/skills/skill-reader.ts';

/** What the `catalogue` index knows of a skill. */
export type CatalogueEntry = {
  readonly category: string;
  readonly tags: readonly string[] | undefined;
};

/** A tombstone's: no list finds it. */
export const NO_CATALOGUE_ENTRY = { category: undefined, tags: undefined };

/** Stands for a missing or empty category: an index key can't be empty. */
const NO_CATEGORY = '-';
/** A sort key may have 1,024 bytes; no real category comes near this. */
const MAX_CATEGORY_BYTES = 512;
/** Tags are copied into the index, so a list of thousands would double the item. */
const MAX_TAGS_BYTES = 4_096;

/** What is listed by: its category and its first 4 KB of tags. */
export function catalogueEntry(skill: Skill): CatalogueEntry {
  return { category: categoryKey(skill.category), tags: indexedTags(skill.tags) };
}

/** The index key of a category. */
export function categoryKey(category: string | null | undefined): string {
  return clip((category ?? '').toWellFormed(), MAX_CATEGORY_BYTES) || NO_CATEGORY;
}

/** Whether the skill is one that the filter asks for, judged by the same tags that the index holds. */
export function matches({ category, tag }: SkillFilter, skill: Skill): boolean {
  if (category !== undefined && (skill.category ?? '') !== category) return false;
  return tag === undefined || indexedTags(skill.tags)?.includes(tag.toWellFormed()) === true;
}

function indexedTags(tags: Skill['tags']): string[] | undefined {
  const indexed: string[] = [];
  let room = MAX_TAGS_BYTES;
  for (const tag of tags ?? []) {
    const text = tag.toWellFormed();
    room -= Buffer.byteLength(text) + 1;
    if (room < 0) break;
    if (text !== '') indexed.push(text);
  }
  return indexed.length > 0 ? indexed : undefined;
}

/** The longest beginning that takes no more than so many UTF-8 bytes, cut between characters. */
function clip(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  const bytes = Buffer.from(text);
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
