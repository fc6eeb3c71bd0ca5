import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { failure, gatewayFailure } from '#functions/admin-api/present/wire-schemas.ts';
import { routeTable } from '#functions/admin-api/routes/route-table.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';
import { document, operations } from './operations.ts';

const JSON_TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
/** Words of JSON Schema 2020-12 that our schemas use, with how their values are built. */
const SCHEMA_WORDS: Record<string, (value: unknown) => boolean> = {
  ...Object.fromEntries(
    ['properties', 'patternProperties', '$defs'].map((word) => [
      word,
      (value) => isObject(value) && Object.values(value).every(isSchema),
    ]),
  ),
  ...Object.fromEntries(
    ['items', 'additionalProperties', 'propertyNames', 'not'].map((word) => [word, isSchema]),
  ),
  ...Object.fromEntries(
    ['anyOf', 'oneOf', 'allOf'].map((word) => [word, (value) => isList(value) && value.every(isSchema)]),
  ),
  type: (value) => (isList(value) ? value : [value]).every((type) => JSON_TYPES.includes(String(type))),
  enum: isList,
  examples: isList,
  required: (value) => isList(value) && value.every((name) => typeof name === 'string'),
  dependentRequired: (value) => isObject(value) && Object.values(value).every(isList),
  const: () => true,
  default: () => true,
  description: (value) => typeof value === 'string',
  format: (value) => typeof value === 'string',
  pattern: (value) => new RegExp(String(value)) instanceof RegExp,
  ...Object.fromEntries(
    [
      'minimum',
      'maximum',
      'exclusiveMinimum',
      'exclusiveMaximum',
      'minLength',
      'maxLength',
      'minItems',
      'maxItems',
      'minProperties',
    ].map((word) => [word, (value: unknown) => typeof value === 'number']),
  ),
  $ref: (value) => resolve(String(value)) !== undefined,
};

describe('The OpenAPI document', () => {
  it('is the one in docs/openapi.json; if not: npx node test/functions/admin-api/http/write-openapi.ts', () => {
    expect(JSON.parse(readFileSync('docs/openapi.json', 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(document)),
    );
  });

  it('is what the API serves to whoever has a valid token', async () => {
    const { status, body } = await call(createWorld(), { path: '/api/openapi.json', token: 'STUDENT' });

    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('is OpenAPI 3.1 at its top', () => {
    expect(document).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\.\d+$/),
      info: { title: expect.any(String), version: expect.any(String) },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    });
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
    expect(operations.length).toBe(routeTable.length);
  });

  it.each(operations)('is well-formed: $name', ({ path, operation }) => {
    const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');

    expect(path).toMatch(/^\/[\w/{}.-]+$/);
    expect(inPath.map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    expect(inPath.every(({ required }) => required)).toBe(true);
    expect(operation.summary).not.toBe('');
    expect(Object.keys(operation.responses).filter((status) => /^2\d\d$/.test(status))).not.toEqual([]);
    for (const { schema } of operation.parameters) expect(schema).toSatisfy(isSchema);
    for (const content of contentsOf(operation)) {
      expect(content.schema).toSatisfy(isSchema);
      expect(content.example).toBeDefined();
    }
  });

  it.each(operations)('has a request that the route takes: $name', ({ method, path, body, operation }) => {
    const route = routeTable.find((route) => route.method === method && route.path === path)!;
    const query = operation.parameters.filter((parameter) => parameter.in === 'query');
    const examples = query.map(({ name, schema }) => [name, (schema.examples as unknown[] | undefined)?.[0]]);
    const given = examples
      .filter(([, example]) => example !== undefined)
      .map(([name, example]) => [name, String(example)]);

    expect(route.query.safeParse(Object.fromEntries(given)).error).toBeUndefined();
    expect((operation.requestBody === undefined) === (route.body === undefined)).toBe(true);
    if (route.body) expect(route.body.safeParse(body).error).toBeUndefined();
  });

  it.each([
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [413, 'Request Entity Too Large'],
    [429, 'Too Many Requests'],
    [500, 'Internal Server Error'],
    [503, 'Service Unavailable'],
  ])('tells what API Gateway itself answers with %i, beside our own failure', (status, message) => {
    const { description, content } = document.components.responses[String(status)]!;
    expect(description).toContain(`{"message":"${message}"}`);
    expect(content!['application/json']!.schema).toEqual({
      anyOf: [{ $ref: '#/components/schemas/Failure' }, { $ref: '#/components/schemas/GatewayFailure' }],
    });
    expect(gatewayFailure.parse({ message })).toEqual({ message });
  });

  it.each(operations)('has answers that its schemas allow: $name', ({ method, path, operation }) => {
    const route = routeTable.find((route) => route.method === method && route.path === path)!;
    for (const [status, response] of Object.entries(operation.responses)) {
      const schema: z.ZodType = route.responses[Number(status)]?.schema ?? failure;
      const [content] = Object.values(response.$ref ? followed(response.$ref).content! : response.content!);
      const parsed = schema.safeParse(content!.example);
      expect(parsed.error, `${status}`).toBeUndefined();
      expect(parsed.data).toEqual(content!.example);
    }
  });
});

function contentsOf({ requestBody, responses }: (typeof operations)[number]['operation']) {
  const all = Object.values(responses).map((response) =>
    response.$ref ? followed(response.$ref) : response,
  );
  expect(all.every(({ description }) => description)).toBe(true);
  return [requestBody, ...all].flatMap((part) => Object.values(part?.content ?? {}));
}

function followed(ref: string) {
  return resolve(ref) as (typeof document)['components']['responses'][string];
}

function resolve(ref: string): unknown {
  const parts = ref.split('/').slice(1);
  return parts.reduce<unknown>(
    (value, part) => (value as Record<string, unknown> | undefined)?.[part],
    document,
  );
}

function isSchema(value: unknown): boolean {
  if (typeof value === 'boolean') return true;
  return (
    isObject(value) && Object.entries(value).every(([word, part]) => SCHEMA_WORDS[word]?.(part) ?? false)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}
