import * as z from 'zod';
import type { Suggestion } from '#core/skills/search/suggest-completions.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import { pageLimit, searchText, success } from '#functions/admin-api/present/wire-schemas.ts';

const wireSuggestion = z
  .object({ text: z.string(), kind: z.enum(['name', 'tag']), skill_id: z.string().optional() })
  .meta({
    description: 'A name with the id of its skill, or a tag.',
    examples: [{ text: 'CSV cleaner', kind: 'name', skill_id: 'csv-cleaner' }],
  });

const suggestSkills = defineRoute({
  method: 'GET',
  path: '/api/skills/suggest',
  level: Level.student,
  operationId: 'suggestSkills',
  summary: 'Completes what is typed into a search box: names of skills, and tags.',
  tag: 'marketplace',
  description: 'A skill whose id is `suggest` is read at `/api/skills/-?id=suggest`.',
  query: z.strictObject({
    q: searchText('The beginning of a name or tag, or of a word in it.', 'csv'),
    limit: pageLimit(10),
  }),
  responses: {
    200: {
      description: 'The best first.',
      schema: z.object({ success, suggestions: z.array(wireSuggestion) }),
    },
  },
  async handle({ query: { q, limit } }, { search }) {
    const suggestions = await search.suggest(q, limit);
    return { status: 200, body: { success: true, suggestions: suggestions.map(present) } };
  },
});

function present(suggestion: Suggestion): z.output<typeof wireSuggestion> {
  const { text, kind } = suggestion;
  return kind === 'name' ? { text, kind, skill_id: suggestion.skillId } : { text, kind };
}

/** Before those of the skills: this word is no id. */
export const skillSuggestionRoutes: readonly Route[] = [suggestSkills];
