import { describe, expect, it } from 'vitest';
import type { Route } from '#functions/admin-api/http/route.ts';
import { openApiRoute } from '#functions/admin-api/routes/openapi.ts';
import { echo } from '#test/functions/admin-api/http/echo-route.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

describe('Function: openApiRoute', () => {
  it('describes the table that it is in, and makes the document once, when it is first asked for', async () => {
    let reads = 0;
    const table: Route[] = [echo];
    const route = openApiRoute(() => {
      reads += 1;
      return table;
    });
    table.push(route);
    expect(reads).toBe(0);

    const ask = () =>
      route.handle(
        { query: {}, params: {}, body: undefined, headers: {}, caller: undefined },
        createWorld().services,
      );
    const [first, second] = [await ask(), await ask()];

    expect(first).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
    const { paths } = first.body as { readonly paths: object };
    expect(Object.keys(paths)).toEqual(['/api/echo/{id}', '/api/openapi.json']);
    expect([second.body, reads]).toEqual([first.body, 1]);
  });
});
