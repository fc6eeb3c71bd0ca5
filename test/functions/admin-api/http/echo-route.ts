import * as z from 'zod';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute } from '#functions/admin-api/http/route.ts';

/** A route that answers what it was sent. */
export const echo = defineRoute({
  method: 'PUT',
  path: '/api/echo/{id}',
  level: Level.intern,
  operationId: 'echo',
  summary: 'Answers what it was sent.',
  tag: 'test',
  params: z.strictObject({ id: z.string().max(40) }),
  body: z.strictObject({
    name: z.string(),
    count: z.int().optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  }),
  responses: {},
  handle: async ({ params, body, caller }) => ({ status: 200, body: { params, body, caller } }),
});
