import { describe, expect, it } from 'vitest';
import { createRouter } from '#local/api/http-routes.ts';

const KEYS = [
  'ANY /{proxy+}',
  'GET /health/{proxy+}',
  'POST /api/admin/sync/skills',
  'ANY /api/admin/sync/skills',
  'GET /api/skills/{id}',
  'GET /api/skills/new',
  'GET /api/skills/{id}/ratings',
];

const route = createRouter(KEYS.map((routeKey) => ({ routeKey, functionName: 'fn' })));

describe('Function: createRouter', () => {
  it.each([
    ['POST', '/api/admin/sync/skills', 'POST /api/admin/sync/skills', {}],
    ['GET', '/api/admin/sync/skills', 'ANY /api/admin/sync/skills', {}],
    ['GET', '/health/live', 'GET /health/{proxy+}', { proxy: 'live' }],
    ['GET', '/health/a/b', 'GET /health/{proxy+}', { proxy: 'a/b' }],
    ['POST', '/health/live', 'ANY /{proxy+}', { proxy: 'health/live' }],
    ['GET', '/health', 'ANY /{proxy+}', { proxy: 'health' }],
    ['GET', '/api/skills/new', 'GET /api/skills/new', {}],
    ['GET', '/api/skills/a b', 'GET /api/skills/{id}', { id: 'a b' }],
    ['GET', '/api/skills/x/ratings', 'GET /api/skills/{id}/ratings', { id: 'x' }],
    ['GET', '/api/skills/x/other', 'ANY /{proxy+}', { proxy: 'api/skills/x/other' }],
    ['GET', '/api/skills/', 'ANY /{proxy+}', { proxy: 'api/skills/' }],
    ['DELETE', '/', undefined, undefined],
  ])('routes %s %s to %s', (method, path, routeKey, pathParameters) => {
    const match = route(method, path);
    expect(match?.route.routeKey).toBe(routeKey);
    expect(match?.pathParameters).toEqual(pathParameters);
  });

  it('falls back to $default', () => {
    const withDefault = createRouter([{ routeKey: '$default', functionName: 'fn' }]);
    expect(withDefault('GET', '/')).toEqual({
      route: { routeKey: '$default', functionName: 'fn' },
      pathParameters: {},
    });
  });
});
