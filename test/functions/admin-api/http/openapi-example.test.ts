import { describe, expect, it } from 'vitest';
import { exampleOf } from '#functions/admin-api/http/openapi-example.ts';

describe('Function: exampleOf', () => {
  it.each([
    [{ type: 'integer', examples: [50, 60], default: 1 }, 50],
    [{ examples: [null] }, null],
    [{ const: true, default: false }, true],
    [{ type: 'string', default: 'a', enum: ['b'] }, 'a'],
    [{ enum: ['b', 'c'] }, 'b'],
    [{ anyOf: [{ type: 'null' }, { type: 'string' }] }, null],
    [{ type: 'integer', minimum: 3 }, 3],
    [{ type: 'number', minimum: -3 }, 0],
    [{ type: 'boolean' }, false],
    [{}, 'text'],
    [{ type: 'array' }, ['text']],
    [
      { type: 'object', properties: { ids: { type: 'array', items: { type: 'integer', minimum: 1 } } } },
      { ids: [1] },
    ],
  ])('of %j is %j', (schema, example) => {
    expect(exampleOf(schema)).toEqual(example);
  });
});
