import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { defineRoute, type RawInput } from '#functions/admin-api/http/route.ts';
import { validateInput } from '#functions/admin-api/http/validate-input.ts';

const route = defineRoute({
  method: 'PUT',
  path: '/things/{id}',
  level: 'public',
  operationId: 'put',
  summary: '',
  tag: 'test',
  params: z.strictObject({ id: z.string().max(3) }),
  query: z.strictObject({ limit: z.coerce.number().optional() }),
  body: z.strictObject({ tags: z.array(z.string()) }),
  responses: {},
  handle: async () => ({ status: 200, body: {} }),
});
const withInput = (over: Partial<RawInput>) => () =>
  validateInput(route, { params: { id: 'a' }, query: [], headers: {}, body: { tags: [] }, ...over });

describe('Function: validateInput', () => {
  it('gives what the schemas put out', () => {
    expect(withInput({ query: [['limit', '5']] })()).toEqual({
      params: { id: 'a' },
      query: { limit: 5 },
      headers: {},
      body: { tags: [] },
    });
  });

  it.each<[string, Partial<RawInput>, object]>([
    ['a long id', { params: { id: 'abcd' } }, { in: 'path', field: 'id' }],
    [
      'half a surrogate pair in the path',
      { params: { id: '\ud800' } },
      { in: 'path', message: 'must be well-formed unicode' },
    ],
    [
      'an unknown parameter',
      { query: [['other', '']] },
      { in: 'query', field: 'other', message: 'is not a parameter here' },
    ],
    [
      'one that is given twice',
      {
        query: [
          ['limit', '1'],
          ['limit', '1'],
        ],
      },
      { in: 'query', field: 'limit', message: 'is given more than once' },
    ],
    ['no body', { body: undefined }, { in: 'body', field: 'body' }],
    ['a wrong item', { body: { tags: ['a', 1] } }, { in: 'body', field: 'tags.1' }],
    [
      'an unknown field',
      { body: { tags: [], more: 1 } },
      { in: 'body', field: 'more', message: 'is not a field' },
    ],
  ])('names %s', (_what, input, detail) => {
    expect(withInput(input)).toThrow(
      expect.objectContaining({ code: 'validation_failed', details: [expect.objectContaining(detail)] }),
    );
  });

  it('names a hundred faults at most', () => {
    const body = { tags: Array.from({ length: 150 }, () => 1) };

    expect(withInput({ body })).toThrow(
      expect.objectContaining({ details: Array(100).fill(expect.any(Object)) }),
    );
  });
});
