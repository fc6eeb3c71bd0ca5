import { describe, expect, it } from 'vitest';
import { Level } from '#functions/admin-api/http/governance.ts';
import { createMatcher } from '#functions/admin-api/http/match-route.ts';
import { defineRoute, type Method } from '#functions/admin-api/http/route.ts';

const route = (method: Method, path: `/${string}`) =>
  defineRoute({
    method,
    path,
    level: Level.student,
    operationId: `${method} ${path}`,
    summary: '',
    tag: 'test',
    responses: {},
    handle: async () => ({ status: 200, body: {} }),
  });

const match = createMatcher([
  route('GET', '/things/{id}'),
  route('PUT', '/things/{id}'),
  route('GET', '/things/latest'),
  route('GET', '/things/{id}/parts'),
  route('POST', '/things/{id}/parts'),
  route('GET', '/things/{id}/parts/{part}'),
  route('GET', '/v1.0/{x}'),
]);

const find = (method: string, path: string) => {
  const { route, params } = match(method, path.split('/').slice(1));
  return [route.operationId, params];
};

describe('Function: createMatcher', () => {
  it.each([
    ['GET', '/things/latest', 'GET /things/latest', {}],
    ['GET', '/things/x', 'GET /things/{id}', { id: 'x' }],
    ['PUT', '/things/latest', 'PUT /things/{id}', { id: 'latest' }],
    ['GET', '/things/x/parts', 'GET /things/{id}/parts', { id: 'x' }],
    ['GET', '/things/x/parts/y', 'GET /things/{id}/parts/{part}', { id: 'x', part: 'y' }],
    ['GET', '/v1.0/a', 'GET /v1.0/{x}', { x: 'a' }],
  ])('%s %s is %s', (method, path, operation, params) => {
    expect(find(method, path)).toEqual([operation, params]);
  });

  it.each([
    ['GET', '/things/a/b', 'GET /things/{id}', { id: 'a/b' }],
    ['POST', '/things/a/b/parts', 'POST /things/{id}/parts', { id: 'a/b' }],
    ['GET', '/things/a\n/b', 'GET /things/{id}', { id: 'a\n/b' }],
    ['GET', '/things//', 'GET /things/{id}', { id: '/' }],
    ['GET', '/things/__proto__', 'GET /things/{id}', { id: '__proto__' }],
  ])('finds an id with slashes, decoded by API Gateway: %s %j', (method, path, operation, params) => {
    expect(find(method, path)).toEqual([operation, params]);
  });

  it.each([
    ['GET', '/things/'],
    ['GET', '/things'],
    ['GET', '/thing/x'],
    ['POST', '/things/a/b'],
    ['GET', '/v1x0/a'],
    ['GET', ''],
  ])('knows nothing at %s %j', (method, path) => {
    expect(() => find(method, path)).toThrow(expect.objectContaining({ status: 404, code: 'not_found' }));
  });

  it.each([
    ['DELETE', '/things/x', 'GET, PUT'],
    ['get', '/things/x/parts', 'GET, POST'],
    ['POST', '/things/latest', 'GET, PUT'],
  ])('does not know the method %s of %s', (method, path, allow) => {
    expect(() => find(method, path)).toThrow(expect.objectContaining({ status: 405, headers: { allow } }));
  });
});
