import type { CachedSkill } from '#core/skills/cached-skill.ts';
import type { SearchableSkill } from './searchable-skill.ts';
import type { SearchFilter, SearchHit } from './skill-index.ts';
import type { Suggestion } from './suggest-completions.ts';

/** What is searched for, and which part of what is found is wanted. */
export type SearchRequest = {
  readonly query: string;
  readonly filter: SearchFilter;
  readonly limit: number;
  /** Where the page before ended. */
  readonly cursor?: string;
};

/** A skill that was found, as it is served now. */
export type FoundSkill = SearchHit & { readonly skill: CachedSkill };

/** A page of what was found, best first. */
export type SearchPage = {
  readonly hits: readonly FoundSkill[];
  /** Undefined when there is no more. */
  readonly cursor: string | undefined;
  /** Why not every skill was searched; undefined where all were. */
  readonly partial?: string;
};

/** The search over the cached skills, never more than a minute behind the table. */
export type SkillSearch = {
  /** @throws InvalidCursorError for a cursor that this search did not give */
  search(request: SearchRequest): Promise<SearchPage>;
  suggest(prefix: string, limit: number): Promise<readonly Suggestion[]>;
  /** Tells the searcher of a local edit by this process, so that the same caller finds it at once. */
  noticed(skill: SearchableSkill): void;
};
