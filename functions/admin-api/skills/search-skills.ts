import { MAX_PAGE_CHARACTERS } from '#core/answer-size.ts';
import type { Page } from '#core/page.ts';
import type { CachedSkill } from '#core/skills/cached-skill.ts';
import type { SearchRequest } from '#core/skills/search/skill-search.ts';
import type { Services } from '#functions/admin-api/ports.ts';

/** A skill that was found, as it is cached now. */
export type FoundSkill = { readonly entry: CachedSkill; readonly score: number };

/** A page of them, best first. */
export type FoundPage = Page<FoundSkill> & {
  /** Why not every skill was searched; undefined where all were. */
  readonly partial: string | undefined;
};

/**
 * Pages of hits that are read for one page of skills. What the index has and the cache has no more is left out, and the
 * page is filled with what comes next; after so many it is answered as it is, with a cursor.
 */
const MAX_READS = 8;

/** What finding and reading skills takes. */
type Sources = Pick<Services, 'search' | 'skills' | 'now'>;

/**
 * Finds skills and reads them as they are served now: an edit shows, and what has expired, was removed or no longer fits
 * the filter is left out. A page whose skills come to {@link MAX_PAGE_CHARACTERS} is shorter than asked for.
 *
 * @throws InvalidCursorError
 */
export async function searchSkills(sources: Sources, request: SearchRequest): Promise<FoundPage> {
  const { search, skills, now } = sources;
  const { filter, limit } = request;
  const found: FoundSkill[] = [];
  let { cursor } = request;
  let partial: string | undefined;
  let characters = 0;
  for (let reads = 0; reads < MAX_READS; reads += 1) {
    const page = await search.search({ ...request, limit: limit - found.length, cursor });
    partial ??= page.partial;
    const scores = new Map(page.hits.map(({ id, score }) => [id, score]));
    for (const entry of await skills.getMany([...scores.keys()], filter, new Date(now()))) {
      found.push({ entry, score: scores.get(entry.remote.skill.skill_id) ?? 0 });
      characters += JSON.stringify(entry).length;
      // The cursor is behind the whole page, so a shorter one is searched for.
      if (characters > MAX_PAGE_CHARACTERS && found.length < limit)
        return searchSkills(sources, { ...request, limit: found.length });
    }
    cursor = page.cursor;
    if (cursor === undefined || found.length === limit) break;
  }
  return { items: found, cursor, partial };
}
