import { effectiveSkill } from '#core/skills/cached-skill.ts';
import type { FoundSkill, SearchRequest, SkillSearch } from '#core/skills/search/skill-search.ts';
import type { Skill } from '#core/skills/skill.ts';
import { fitPage } from '#functions/admin-api/http/fit-page.ts';
import type { RouteResponse } from '#functions/admin-api/http/route.ts';
import { skillStub } from '#functions/admin-api/present/present-too-large.ts';

/** Digits behind the point of a score: what is behind them is noise. */
const SCORE_DIGITS = 4;

/**
 * Answers a page of what a query finds, the best first.
 *
 * @throws InvalidCursorError
 */
export async function answerFound(
  search: Pick<SkillSearch, 'search'>,
  request: SearchRequest,
): Promise<RouteResponse> {
  let partial: string | undefined;
  const read = async (limit: number) => {
    const page = await search.search({ ...request, limit });
    partial = page.partial;
    return { items: page.hits, cursor: page.cursor };
  };
  const { items, cursor } = await fitPage(read, { limit: request.limit, present, stub });
  const facts = partial === undefined ? {} : { partial: true, partial_reason: partial };
  return { status: 200, body: { success: true, skills: items, next_cursor: cursor ?? null, ...facts } };
}

type Scored = Skill & { readonly score: number };

function present({ skill, score }: FoundSkill): Scored {
  return { ...effectiveSkill(skill), score: Number(score.toFixed(SCORE_DIGITS)) };
}

function stub(skill: Scored): Scored {
  return { ...skillStub(skill), score: skill.score };
}
