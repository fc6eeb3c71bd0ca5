import * as z from 'zod';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';

/** The route that describes the table it is in. The document is made once, when it is first asked for. */
export function openApiRoute(routes: () => readonly Route[] | Promise<readonly Route[]>): Route {
  let document: Readonly<Record<string, unknown>> | undefined;
  return defineRoute({
    method: 'GET',
    path: '/api/openapi.json',
    level: Level.student,
    operationId: 'getOpenApi',
    summary: 'This document.',
    tag: 'api',
    responses: {
      200: {
        description: 'OpenAPI 3.1.',
        schema: z.looseObject({ openapi: z.string().meta({ examples: ['3.1.0'] }) }),
      },
    },
    async handle() {
      const { openApiDocument } = await import('#functions/admin-api/http/openapi.ts');
      document ??= openApiDocument(await routes());
      return { status: 200, body: document };
    },
  });
}
