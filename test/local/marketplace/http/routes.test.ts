import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readCall } from '#local/marketplace/http/routes.ts';

const read = (method: string, url: string, authorization?: string) =>
  readCall({ method, url, headers: { authorization } } as IncomingMessage);

describe('Function: readCall', () => {
  it.each([
    ['GET', '/api/v1/skills', { route: 'skills', page: 1 }],
    ['GET', '/api/v1/skills?page=3&query=x', { route: 'skills', page: 3 }],
    ['GET', '/api/v1/skills/a%2Fb', { route: 'skill', id: 'a/b', page: undefined }],
    ['GET', '/api/v1/skills/%E0%A4%A', { route: 'skill', id: '%E0%A4%A' }],
    ['PUT', '/api/v1/ratings/7', { route: 'update_rating', id: '7' }],
    ['DELETE', '/api/v1/tokens/t', { route: 'revoke_token', id: 't' }],
    ['GET', '/ws?token=t', { route: 'feed' }],
    ['DELETE', '/api/v1/skills', { route: 'unknown', allowed: ['GET'] }],
    ['GET', '/api/v1/skills/a/b', { route: 'unknown' }],
  ])('reads %s %s', (method, url, expected) => {
    expect(read(method, url)).toMatchObject(expected);
  });

  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['Basic abc', undefined],
    [undefined, undefined],
  ])('takes the token of the header %s', (header, token) => {
    expect(read('GET', '/health', header).token).toBe(token);
  });
});
