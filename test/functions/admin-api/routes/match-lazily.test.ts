import { describe, expect, it } from 'vitest';
import { createMatcher } from '#functions/admin-api/http/match-route.ts';
import { createLazyMatcher } from '#functions/admin-api/routes/match-lazily.ts';
import { routeTable } from '#functions/admin-api/routes/route-table.ts';

/** A path of a route with something in the place of each parameter. */
function segmentsOf(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => (part.startsWith('{') ? 'some-id' : part));
}

describe('Function: createLazyMatcher', () => {
  const lazy = createLazyMatcher();
  const eager = createMatcher(routeTable);

  it.each(routeTable)('finds $method $path, wherever its module is', async ({ method, path }) => {
    const found = await lazy(method, segmentsOf(path));
    expect(found.route).toMatchObject({ method, path });
    expect(found.params).toEqual(eager(method, segmentsOf(path)).params);
  });

  it.each([
    ['GET', ['api', 'digest', 'nothing'], 'not_found'],
    ['DELETE', ['api', 'issues'], 'method_not_allowed'],
    ['GET', ['tickets'], 'not_found'],
    ['GET', ['api'], 'not_found'],
  ])('finds nothing else: %s %j', async (method, segments, code) => {
    await expect((async () => lazy(method, segments))()).rejects.toMatchObject({ code });
  });

  it('describes all of them', async () => {
    const { route } = await lazy('GET', ['api', 'openapi.json']);
    const answer = await route.handle(
      { query: {}, params: {}, headers: {}, body: undefined, caller: undefined } as never,
      {} as never,
    );
    const { paths } = answer.body as unknown as { paths: Record<string, object> };
    const described = Object.entries(paths).flatMap(([path, of]) =>
      Object.keys(of).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(
      routeTable.map(({ method, path }) => `${method} ${path}`).toSorted(),
    );
  });
});
