import * as z from 'zod';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import { nextCursor, pageLimit, pageQuery, success } from '#functions/admin-api/present/wire-schemas.ts';

const wireCategory = z.looseObject({ name: z.string() }).meta({
  examples: [{ name: 'data', description: 'Tables and files', skill_count: 42, icon_url: null }],
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
      schema: z.object({ success, categories: z.array(wireCategory), next_cursor: nextCursor }),
    },
  },
  handle: ({ query: { limit, cursor } }, { categories, now }) =>
    answerPage('categories', (size) => categories.list(size, cursor, now()), {
      limit,
      present: (category) => category,
    }),
});

export const categoryRoutes: readonly Route[] = [listCategories];
