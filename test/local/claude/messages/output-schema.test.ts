import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { schemaProblem } from '#local/claude/messages/output-schema.ts';
import { ANALYSIS, objectOf } from '#test/local/claude/claude-client.ts';

const problemOf = (schema: object) => schemaProblem(schema as Record<string, unknown>)?.message ?? 'taken';
const withProperty = (property: object) => problemOf(objectOf({ one: property }));

describe('schemaProblem', () => {
  it('takes the schema of an analysis, and what the SDK makes of a zod schema', () => {
    const made = zodOutputFormat(
      z.object({ text: z.string().max(160), list: z.array(z.string()).max(3), maybe: z.string().nullable() }),
    );
    expect(problemOf(ANALYSIS)).toBe('taken');
    expect(problemOf(made.schema)).toBe('taken');
  });

  it.each([
    { type: 'number', minimum: 0 },
    { type: 'integer', maximum: 9 },
    { type: 'number', multipleOf: 2 },
    { type: 'string', minLength: 1 },
    { type: 'string', maxLength: 160 },
    { type: 'string', pattern: '^(?=a)' },
    { type: 'string', format: 'colour' },
    { type: 'array', items: { type: 'string' }, minItems: 2 },
    { type: 'array', items: { type: 'string' }, maxItems: 3 },
    { type: 'object', properties: {} },
    { type: 'object', properties: {}, additionalProperties: true },
    { oneOf: [{ type: 'string' }] },
    { not: { type: 'string' } },
    { description: 'anything' },
    { $ref: 'https://example.com/schema' },
    { $ref: '#/$defs/nowhere' },
  ])('refuses %o', (property) => {
    expect(withProperty(property)).toMatch(/^output_config\.format\.schema: /);
  });

  it.each([
    { type: 'string', pattern: '^[a-z]+$' },
    { type: 'string', format: 'date-time' },
    { type: 'array', items: { type: 'string' }, minItems: 1 },
    { enum: ['a', null] },
    { const: 1 },
  ])('takes %o', (property) => {
    expect(withProperty(property)).toBe('taken');
  });

  it('refuses a recursive schema', () => {
    const node = objectOf({ next: { $ref: '#/$defs/node' } });
    expect(problemOf({ ...objectOf({ first: { $ref: '#/$defs/node' } }), $defs: { node } })).toMatch(
      /recursive/,
    );
  });

  it('refuses more than 24 optional properties, more than 16 unions, and what is too large', () => {
    const many = (count: number, property: object) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, property]));
    const optional = (count: number) => ({ ...objectOf(many(count, { type: 'string' })), required: [] });
    const union = { type: ['string', 'null'] };

    expect(problemOf(optional(24))).toBe('taken');
    expect(problemOf(optional(25))).toMatch(/too many optional/);
    expect(problemOf(objectOf(many(16, union)))).toBe('taken');
    expect(problemOf(objectOf(many(17, union)))).toMatch(/union types/);
    expect(problemOf(objectOf(many(600, { type: 'string' })))).toBe('Schema is too complex for compilation.');
  });

  it('refuses a required property that is not there', () => {
    expect(problemOf({ ...objectOf({}), required: ['ghost'] })).toMatch(/ghost/);
  });
});
