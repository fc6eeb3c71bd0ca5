import * as z from 'zod';
import { MAX_ID_BYTES } from '#core/marketplace/wire-fields.ts';
import { effectiveSkill } from '#core/skills/cached-skill.ts';
import { type ApiError, notFound } from '#functions/admin-api/http/errors.ts';
import { fitPage } from '#functions/admin-api/http/fit-page.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import { skillStub } from '#functions/admin-api/present/present-too-large.ts';
import {
  failure,
  filterText,
  nextCursor,
  pageLimit,
  pageQuery,
  success,
} from '#functions/admin-api/present/wire-schemas.ts';
import { addressedId, skillParams, skillQuery } from '#functions/admin-api/skills/skill-address.ts';

/** A skill on the wire. */
export const wireSkill = z.looseObject({ skill_id: z.string(), name: z.string() }).meta({
  description:
    'A skill as agents use it: the local edit where there is one, else what the marketplace last said.',
  examples: [
    { skill_id: 'csv-cleaner', name: 'CSV cleaner', version: '1.2.0', category: 'data', tags: ['csv'] },
  ],
});

const category = z.looseObject({ name: z.string() }).meta({
  examples: [{ name: 'data', description: 'Tables and files', skill_count: 42, icon_url: null }],
});

const listSkills = defineRoute({
  method: 'GET',
  path: '/api/skills',
  level: Level.student,
  operationId: 'listSkills',
  summary: 'The cached skills, narrowed down by category, tag and text.',
  tag: 'marketplace',
  query: z.strictObject({
    category: filterText('Only skills of this category.', 'data'),
    tag: filterText('Only skills with this tag.', 'csv'),
    query: filterText('Only skills with this text in name or description, whatever its case.', 'clean'),
    ...pageQuery,
  }),
  responses: {
    200: {
      description: 'A page. It can be shorter than `limit`: `next_cursor` alone tells whether there is more.',
      schema: z.object({ success, skills: z.array(wireSkill), next_cursor: nextCursor }),
    },
  },
  async handle({ query: { limit, cursor, ...filter } }, { skills, now }) {
    const page = await fitPage(
      (size) => skills.list(filter, size, cursor, new Date(now())),
      limit,
      effectiveSkill,
      { stub: skillStub },
    );
    return { status: 200, body: { success: true, skills: page.items, next_cursor: page.cursor ?? null } };
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
  async handle({ params, query }, { skills, now }) {
    const id = addressedId(params, query);
    const entry = canBeAnId(id) ? await skills.get(id, new Date(now())) : undefined;
    if (entry === undefined) throw skillNotFound();
    return { status: 200, body: { success: true, skill: effectiveSkill(entry) } };
  },
});

const listCategories = defineRoute({
  method: 'GET',
  path: '/api/categories',
  level: Level.student,
  operationId: 'listCategories',
  summary: 'The cached categories, in order of their names.',
  tag: 'marketplace',
  // All that one answer can list: there are few, and readers want them whole.
  query: z.strictObject({ ...pageQuery, limit: pageLimit(200) }),
  responses: {
    200: {
      description: 'A page; there is a next one only of more than 200 categories, or of very large ones.',
      schema: z.object({ success, categories: z.array(category), next_cursor: nextCursor }),
    },
  },
  async handle({ query: { limit, cursor } }, { categories, now }) {
    const read = (size: number) => categories.list(size, cursor, now());
    const page = await fitPage(read, limit, (stored) => stored);
    return {
      status: 200,
      body: { success: true, categories: page.items, next_cursor: page.cursor ?? null },
    };
  },
});

export const marketplaceRoutes: readonly Route[] = [listSkills, getSkill, listCategories];

/** What no skill can be called is not looked for: the table would refuse the key. */
export function canBeAnId(id: string): boolean {
  return id.trim() !== '' && id.isWellFormed() && Buffer.byteLength(id) <= MAX_ID_BYTES;
}

export function skillNotFound(): ApiError {
  return notFound('skill_not_found', 'The cache has no such skill: it is unknown, removed or expired.');
}
