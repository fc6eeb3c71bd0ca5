import { MAX_PAGE_CHARACTERS } from '#core/answer-size.ts';
import { InvalidCursorError } from '#core/errors.ts';
import { type CachedSkill, effectiveSkill } from '#core/skills/cached-skill.ts';
import { skillJson } from '#core/skills/skill-json.ts';
import type { SkillBatchReader } from '#core/skills/skill-reader.ts';
import { FreshIndex, type IndexDeps } from './fresh-index.ts';
import { type HitPosition, hitsAfter, positionAfterPage, positionIn, wordsOf } from './hit-position.ts';
import type { SearchFilter, SearchHit } from './skill-index.ts';
import type { FoundSkill, SearchPage, SearchRequest, SkillSearch } from './skill-search.ts';

/** Seals the position of a page into a cursor, for one query and filter. */
export type HitCursors = {
  encode(asked: object, words: readonly string[]): string;
  /** @throws InvalidCursorError */
  decode(asked: object, cursor: string): readonly string[];
};

type SearchDeps = IndexDeps & {
  /** Reads what was found. Default: `items`, which reads what is indexed. */
  readonly hits?: SkillBatchReader;
  readonly cursors: HitCursors;
};

/** Reads of items in one search: each brings what is still lacking, so there is more than one only after a change. */
const MAX_READS = 64;
/** Hits in one read: skills are unpacked as they are read, and a large one takes megabytes. */
const READ_HITS = 25;

/**
 * The search over the cached skills by an index in this process. It is loaded at the first search; every hit is read from
 * the table and returned as it is served now, without what has expired or been removed since.
 *
 * @throws StorageError from both of its searches, when the table can't be had
 */
export function createSkillSearch(deps: SearchDeps): SkillSearch {
  const fresh = new FreshIndex(deps);
  const { hits: reader = deps.items } = deps;
  return {
    async search(request) {
      const { query, filter, cursor } = request;
      const asked = { query, ...filter };
      const position = cursor === undefined ? undefined : readCursor(deps.cursors, asked, cursor);
      const index = await fresh.current();
      const hits = index.search(query, filter, deps.now());
      // Consistently: whoever has just edited one gets it as edited, be it by another process.
      const read = (ids: readonly string[]) => reader.getMany(ids, new Date(deps.now()), true);
      const page = await fillHits(read, request, hitsAfter(hits, position));
      const { partial } = fresh;
      return {
        hits: page.found,
        cursor: page.hasMore
          ? deps.cursors.encode(asked, wordsOf(positionAfterPage(position, page.passed)))
          : undefined,
        ...(partial === undefined ? {} : { partial }),
      } satisfies SearchPage;
    },
    async suggest(prefix, limit) {
      const index = await fresh.current();
      return index.suggest(prefix, limit, deps.now());
    },
    noticed: (skill) => fresh.noticed(skill),
  };
}

/** What a page is made of: the skills, and the hits that it is behind, those that are gone included. */
type FilledPage = {
  readonly found: readonly FoundSkill[];
  readonly passed: readonly SearchHit[];
  readonly hasMore: boolean;
};

/** Reads hits until the page is full and one more is known to be there, so that a last page has no cursor. */
async function fillHits(
  read: (ids: readonly string[]) => Promise<readonly CachedSkill[]>,
  { filter, limit }: SearchRequest,
  hits: readonly SearchHit[],
): Promise<FilledPage> {
  const found: FoundSkill[] = [];
  let next = 0;
  let bytes = 0;
  for (let reads = 0; reads < MAX_READS && next < hits.length && bytes < MAX_PAGE_CHARACTERS; reads += 1) {
    const some = hits.slice(next, next + Math.min(READ_HITS, limit + 1 - found.length));
    const skills = await read(some.map(({ id }) => id));
    const byId = new Map(skills.map((skill) => [skill.remote.skill.skill_id, skill]));
    for (const [index, hit] of some.entries()) {
      const skill = byId.get(hit.id);
      if (skill === undefined || !isWanted(filter, skill)) continue;
      if (found.length === limit) return { found, passed: hits.slice(0, next + index), hasMore: true };
      found.push({ ...hit, skill });
      bytes += skillJson(effectiveSkill(skill)).utf8.length;
    }
    next += some.length;
  }
  return { found, passed: hits.slice(0, next), hasMore: next < hits.length };
}

/** Whether a skill, as it is now, is one that the filter asks for. */
function isWanted({ category, tag }: SearchFilter, entry: CachedSkill): boolean {
  const skill = effectiveSkill(entry);
  if (category !== undefined && (skill.category ?? '') !== category) return false;
  return tag === undefined || (skill.tags ?? []).includes(tag);
}

function readCursor(cursors: HitCursors, asked: object, cursor: string): HitPosition {
  const position = positionIn(cursors.decode(asked, cursor));
  if (position === undefined) throw new InvalidCursorError('The cursor was not given by this search.');
  return position;
}
