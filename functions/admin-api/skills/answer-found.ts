import { textBytes } from '#core/answer-size.ts';
import { stringifyWellFormed } from '#core/json/json.ts';
import { effectiveSkill } from '#core/skills/cached-skill.ts';
import type { FoundSkill, SearchRequest, SkillSearch } from '#core/skills/search/skill-search.ts';
import { type SkillJson, skillJson } from '#core/skills/skill-json.ts';
import { fitPage } from '#functions/admin-api/http/fit-page.ts';
import type { RouteResponse } from '#functions/admin-api/http/route.ts';
import { skillStub } from '#functions/admin-api/present/present-too-large.ts';

/** Digits behind the point of a score: what is behind them is noise. */
const SCORE_DIGITS = 4;

/**
 * Answers a page of what a query finds, the best first. The body is put together of the JSON of each skill, which is there
 * already where the search remembers the skill.
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
  const { items, cursor } = await fitPage(read, {
    limit: request.limit,
    present: (found) => ({ found, json: withScore(skillJson(effectiveSkill(found.skill)), found) }),
    stub: ({ found }) => ({
      found,
      json: withScore(skillJson(skillStub(effectiveSkill(found.skill))), found),
    }),
    bytes: ({ json }) => json.bytes,
  });
  const facts = partial === undefined ? {} : { partial: true, partial_reason: partial };
  const rest = stringifyWellFormed({ next_cursor: cursor ?? null, ...facts });
  const skills = items.flatMap(({ json }, at) => (at === 0 ? json.parts : [COMMA, ...json.parts]));
  return { status: 200, body: Buffer.concat([BEGIN, ...skills, Buffer.from(`],${rest.slice(1)}`)]) };
}

const BEGIN = Buffer.from('{"success":true,"skills":[');
const COMMA = Buffer.from(',');

/** JSON in parts, and the bytes that it takes as text in an answer. */
type JsonParts = { readonly parts: readonly Buffer[]; readonly bytes: number };

/** The JSON of a skill with the score at its end, in the place of a field of that name. */
function withScore({ utf8, bytes }: SkillJson, { skill, score: exact }: FoundSkill): JsonParts {
  const score = Number(exact.toFixed(SCORE_DIGITS));
  if ('score' in effectiveSkill(skill)) {
    const json = skillJson({ ...effectiveSkill(skill), score });
    return { parts: [json.utf8], bytes: json.bytes };
  }
  const field = `,"score":${score}}`;
  return { parts: [utf8.subarray(0, -1), Buffer.from(field)], bytes: bytes - 1 + textBytes(field) };
}
