import * as z from 'zod';
import { EditConflictError, TooLargeError } from '#core/errors.ts';
import { type CachedSkill, effectiveSkill } from '#core/skills/cached-skill.ts';
import { searchableSkill } from '#core/skills/search/searchable-skill.ts';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import { ApiError, payloadTooLarge } from '#functions/admin-api/http/errors.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import { clip, skillStub } from '#functions/admin-api/present/present-too-large.ts';
import {
  failure,
  filterText,
  nextCursor,
  pageQuery,
  searchText,
  success,
} from '#functions/admin-api/present/wire-schemas.ts';
import { listedSkill, searchPartial, wireSkill } from '#functions/admin-api/present/wire-skill.ts';
import { answerFound } from '#functions/admin-api/skills/answer-found.ts';
import {
  addressedId,
  isPossibleId,
  skillNotFound,
  skillParams,
  skillQuery,
} from '#functions/admin-api/skills/skill-address.ts';
import { patchOf, skillPatch } from '#functions/admin-api/skills/skill-patch.ts';

const SEARCH_DESCRIPTION =
  'With `query` the skills come by relevance, each with its `score`: words may be cut short or contain a typing error. ' +
  'A cursor goes on where its page ended, whatever has changed meanwhile. What changed in the marketplace is found a ' +
  'minute later at most.';

const listSkills = defineRoute({
  method: 'GET',
  path: '/api/skills',
  level: Level.student,
  operationId: 'listSkills',
  summary: 'The cached skills, narrowed down by category and tag; those that a query finds, the best first.',
  description: SEARCH_DESCRIPTION,
  tag: 'marketplace',
  query: z.strictObject({
    category: filterText('Only skills of this category.', 'data'),
    tag: filterText('Only skills with this tag.', 'csv'),
    query: searchText(
      'What to search for in names, tags, categories and descriptions.',
      'clean csv',
    ).optional(),
    ...pageQuery,
  }),
  responses: {
    200: {
      description: 'A page. It can be shorter than `limit`: `next_cursor` alone tells whether there is more.',
      schema: z.object({ success, skills: z.array(listedSkill), next_cursor: nextCursor, ...searchPartial }),
    },
  },
  handle({ query: { limit, cursor, query, ...filter } }, { skills, search, now }) {
    if (query !== undefined) return answerFound(search, { query, filter, limit, cursor });
    return answerPage('skills', (size) => skills.list(filter, size, cursor, new Date(now())), {
      limit,
      present: effectiveSkill,
      stub: skillStub,
    });
  },
});

const getSkill = defineRoute({
  method: 'GET',
  path: '/api/skills/{id}',
  level: Level.student,
  operationId: 'getSkill',
  summary: 'One cached skill.',
  tag: 'marketplace',
  params: skillParams,
  query: z.strictObject(skillQuery),
  responses: {
    200: { description: 'The skill.', schema: z.object({ success, skill: wireSkill }) },
    404: { description: '`skill_not_found`: unknown, removed or expired.', schema: failure },
  },
  async handle({ params, query }, { skills, cacheReads, now }) {
    const id = addressedId(params, query);
    const entry = isPossibleId(id) ? await skills.get(id, new Date(now())) : undefined;
    await cacheReads.count(entry !== undefined);
    if (entry === undefined) throw skillNotFound();
    return { status: 200, body: { success: true, skill: effectiveSkill(entry) } };
  },
});

/** A version is short; one that is not must not make the answer too large that tells of an edit. */
const MAX_VERSION = 200;

const wireBase = z
  .object({ version: z.string().nullable(), updated_at: z.string().nullable() })
  .meta({ description: "The marketplace's version that the edit started from." });

const edited = z.boolean().meta({
  description: 'Whether there is a local edit: false when it says what the marketplace says.',
  examples: [true],
});

const editSkill = defineRoute({
  method: 'PUT',
  path: '/api/skills/{id}',
  level: Level.intern,
  operationId: 'editSkill',
  summary: "Edits a skill here; the marketplace's version is kept apart.",
  tag: 'marketplace',
  params: skillParams,
  query: z.strictObject(skillQuery),
  body: skillPatch,
  responses: {
    200: {
      description: 'The skill as agents read it from now on.',
      schema: z.object({ success, skill: wireSkill, edited, base: wireBase }),
    },
    404: { description: '`skill_not_found`: unknown, removed or expired.', schema: failure },
    409: { description: '`edit_conflict`: it kept changing meanwhile.', schema: failure },
    413: { description: '`payload_too_large`: the body, or what it makes of the skill.', schema: failure },
  },
  async handle({ params, query, body, caller }, { editor, search, now }) {
    const id = addressedId(params, query);
    const patch = patchOf(id, body);
    const edit = { by: caller?.subject ?? 'unknown', now: now() };
    const change = (entry: CachedSkill) => patch(effectiveSkill(entry));
    const entry = isPossibleId(id) ? await editor.edit(id, change, edit).catch(throwRefusal) : undefined;
    if (entry === undefined) throw skillNotFound();
    search.noticed(searchableSkill(entry));
    const skill = effectiveSkill(entry);
    return {
      status: 200,
      body: { success: true, skill, edited: entry.local !== undefined, base: presentBase(entry) },
    };
  },
});

function presentBase({ base, remote }: CachedSkill): z.output<typeof wireBase> {
  const { version, updated_at } = base ?? remote.skill;
  return {
    version: version ? clip(version, MAX_VERSION) : (version ?? null),
    updated_at: updated_at ?? null,
  };
}

function throwRefusal(error: unknown): never {
  if (error instanceof EditConflictError) {
    throw new ApiError(
      409,
      'edit_conflict',
      'The skill kept changing meanwhile. Read it again, then edit it.',
    );
  }
  if (error instanceof TooLargeError) {
    const message =
      'The edited skill is too large: for the table (400 KB with what it was before, compressed), or for an answer ' +
      '(5 MB). Make it smaller.';
    throw payloadTooLarge(message);
  }
  throw error;
}

export const skillRoutes: readonly Route[] = [listSkills, getSkill, editSkill];
