import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JobId } from '#core/runs/run.ts';
import { type Answered, apiOf, CORRELATION_ID, eventOf, read } from '#test/functions/admin-api/call-api.ts';
import { RUN_ID } from '#test/functions/admin-api/example-records.ts';
import { publish, putRun, runEnds } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';
import { type Line, operations } from './operations.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

type Schema = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, Schema>>;
/** A request by its parts. Undefined parameters are left out. */
type Request = {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
};

/**
 * What a schema can't say, by operation: the document says it in words. The request as it keeps to them; undefined where
 * it is to be left out.
 */
const IN_WORDS: Readonly<Record<string, (request: Request) => Request | undefined>> = {
  changeJob: (request) => {
    const { minutes = 5 } = request.body as { minutes?: unknown };
    return request.path.id !== JobId.skillSync || Number(minutes) <= 60 ? request : undefined;
  },
  getTrends: (request) => {
    const { from: _from, to: _to, ...query } = request.query;
    const id = (query.dimension ?? 'total') === 'total' ? undefined : 'billing';
    return { ...request, query: { ...query, id } };
  },
  editSkill: (request) => {
    const isOther = 'skill_id' in (request.body as object) || 'id' in (request.body as object);
    return isOther ? undefined : request;
  },
};

/** A value that a schema allows; texts are of ASCII, where characters are bytes. */
function allowed(schema: Schema): fc.Arbitrary<unknown> {
  const {
    type,
    minimum = 0,
    maximum = 1_000,
    minLength = 0,
    maxLength = 40,
    minItems = 0,
    maxItems = 3,
  } = schema;
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map((one) => allowed(one as Schema)));
  if (Array.isArray(type)) return fc.oneof(...type.map((one) => allowed({ ...schema, type: one })));
  switch (type) {
    case 'string':
      return textOf(schema, Number(minLength), Number(maxLength));
    case 'integer':
      return fc.integer({ min: Number(minimum), max: Math.min(Number(maximum), 1e9) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(allowed(schema.items as Schema), {
        minLength: Number(minItems),
        maxLength: Math.min(Number(maxItems), Number(minItems) + 3),
      });
    case 'object':
      return objectOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme-ascii' }).filter(hasNoTrap);
  }
}

function textOf({ pattern, examples }: Schema, minLength: number, maxLength: number): fc.Arbitrary<string> {
  // Chance would hardly ever find a text that has such a form.
  if (pattern !== undefined && Array.isArray(examples)) return fc.constantFrom(...(examples as string[]));
  if (pattern === '^[0-9A-HJKMNP-TV-Z]{26}$') return fc.constant(RUN_ID);
  const lengths = { minLength, maxLength };
  const text = fc.oneof(
    fc.string({ unit: 'grapheme-ascii', ...lengths, maxLength: Math.min(maxLength, minLength + 20) }),
    fc.constantFrom(minLength, maxLength).map((length) => 'x'.repeat(length)),
  );
  return text.filter((value) => pattern === undefined || new RegExp(String(pattern)).test(value));
}

function objectOf(schema: Schema): fc.Arbitrary<unknown> {
  const {
    properties = {},
    required = [],
    additionalProperties,
  } = schema as {
    properties?: Fields;
    required?: string[];
    additionalProperties?: unknown;
  };
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, allowed(part)])),
    { requiredKeys: required },
  );
  const isOpen = additionalProperties !== undefined && additionalProperties !== false;
  const otherName = fc.string({ unit: 'grapheme-ascii' }).filter((name) => !Object.hasOwn(properties, name));
  const unknown = fc.dictionary(otherName, allowed({}), { maxKeys: isOpen ? 3 : 0 });
  return fc
    .tuple(unknown, known)
    .map(([more, fields]) => ({ ...more, ...fields }))
    .filter((value) => holds(schema, value));
}

/** The words of a schema that speak of a whole object. */
function holds(schema: Schema, value: object): boolean {
  const { minProperties = 0, propertyNames, oneOf, dependentRequired = {} } = schema;
  const names = Object.keys(value);
  const not = (propertyNames as { not?: { anyOf: Schema[] } } | undefined)?.not?.anyOf ?? [];
  const isForbidden = (name: string) =>
    not.some(({ pattern, enum: all }) =>
      pattern ? new RegExp(String(pattern)).test(name) : (all as string[]).includes(name),
    );
  const ones = ((oneOf ?? []) as { required: string[] }[]).filter(({ required }) =>
    required.every((name) => names.includes(name)),
  );
  const needs = Object.entries(dependentRequired as Record<string, string[]>);
  return (
    names.length >= Number(minProperties) &&
    !names.some(isForbidden) &&
    (oneOf === undefined || ones.length === 1) &&
    needs.every(
      ([name, others]) => !names.includes(name) || others.every((other) => names.includes(other)),
    ) &&
    hasNoTrap(value)
  );
}

function hasNoTrap(value: unknown): boolean {
  return !JSON.stringify(value).includes('"__proto__"');
}

/** Values of one schema that break it, each by one word. */
function broken(schema: Schema): unknown[] {
  const { type } = schema;
  const byWord = Object.entries(BREAKING).flatMap(([word, breaking]) =>
    schema[word] === undefined ? [] : breaking(schema),
  );
  return [...byWord, ...(OTHER_TYPES[String(type)] ?? [])];
}

/** What breaks a schema, by the word of it that is broken. */
const BREAKING: Readonly<Record<string, (schema: Schema) => unknown[]>> = {
  enum: ({ enum: all }) => (Array.isArray(all) ? ['no such word'] : []),
  minimum: ({ minimum }) => [Number(minimum) - 1],
  maximum: ({ maximum }) => [Number(maximum) + 1],
  minLength: ({ minLength }) => (Number(minLength) > 0 ? [''] : []),
  maxLength: ({ maxLength }) => ['x'.repeat(Number(maxLength) + 1)],
  pattern: () => [' '],
  minItems: ({ minItems }) => (Number(minItems) > 0 ? [[]] : []),
  maxItems: ({ maxItems, items }) => {
    const item = examplesOf((items ?? {}) as Schema)[0] ?? 'x';
    return [Array.from({ length: Number(maxItems) + 1 }, (_, n) => `${item}${n}`)];
  },
};

/** Values of other types than the named one. */
const OTHER_TYPES: Readonly<Record<string, unknown[]>> = {
  integer: [1.5, 'many', true],
  boolean: ['yes', 0],
  string: [7, { a: 1 }],
  array: ['x', { a: 1 }],
  object: ['x', ['x']],
};

function examplesOf({ examples }: Schema): unknown[] {
  return Array.isArray(examples) ? examples : [];
}

async function world() {
  const world = createWorld();
  await publish(world, { skill_id: 'csv-cleaner', name: 'A' });
  await putRun(world);
  runEnds(world, 50);
  return world;
}

async function send({ method, path }: Line, { path: params, query, body }: Request): Promise<Answered> {
  const rawPath = path.replace(/\{(\w+)\}/g, (_all, name) => params[name] ?? '');
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const event = eventOf({ method, path: '/', token: 'AUTONOMOUS', body });
  const rawQueryString = new URLSearchParams(given).toString();
  return read(await apiOf(await world())({ ...event, rawPath, rawQueryString }, CORRELATION_ID));
}

const bodyOf = ({ operation }: Line) => operation.requestBody?.content['application/json']?.schema;
const parametersOf = ({ operation }: Line, where: string) =>
  operation.parameters.filter((parameter) => parameter.in === where);
const exampleOf = (line: Line): Request => ({
  path: Object.fromEntries(
    parametersOf(line, 'path').map(({ name, schema }) => [name, String(examplesOf(schema)[0])]),
  ),
  query: Object.fromEntries(
    parametersOf(line, 'query')
      .filter(({ required }) => required)
      .map(({ name, schema }) => [name, String(examplesOf(schema)[0])]),
  ),
  body: line.body,
});

describe('The OpenAPI document and the validation', () => {
  it.each(operations)(`agree on what is valid (seed ${SEED}): $name`, async (line) => {
    const query = parametersOf(line, 'query').filter(({ name }) => name !== 'id' && name !== 'cursor');
    const schema = bodyOf(line);
    const request = fc.record({
      path: fc.constant(exampleOf(line).path),
      query: fc.record(
        Object.fromEntries(query.map(({ name, schema }) => [name, allowed(schema).map(String)])),
        { requiredKeys: query.filter(({ required }) => required).map(({ name }) => name) },
      ),
      body: schema ? allowed(schema) : fc.constant(undefined),
    });
    await fc.assert(
      fc.asyncProperty(request, async (any) => {
        const keep = IN_WORDS[line.operation.operationId] ?? ((request: Request) => request);
        const kept = keep(any);
        fc.pre(kept !== undefined);
        const { status, body } = await send(line, kept);
        expect(body?.details).toBeUndefined();
        expect(status).not.toBe(400);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it.each(operations)('agree on what is not: $name', async (line) => {
    const example = exampleOf(line);
    const faults: [string, Request][] = [
      ...['path', 'query'].flatMap((where) =>
        parametersOf(line, where).flatMap(({ name, schema }) =>
          broken(schema)
            .filter((value) => schema.type !== 'string' || (typeof value === 'string' && value !== ''))
            .map((value): [string, Request] => [
              `${where} ${name} = ${String(value).slice(0, 40)}`,
              { ...example, [where]: { ...example[where as 'path'], [name]: String(value) } },
            ]),
        ),
      ),
      ...Object.entries((bodyOf(line)?.properties ?? {}) as Fields).flatMap(([name, schema]) =>
        broken(schema).map((value): [string, Request] => [
          `body ${name} = ${JSON.stringify(value)?.slice(0, 40)}`,
          { ...example, body: { ...(example.body as object), [name]: value } },
        ]),
      ),
    ];
    for (const [what, request] of faults) {
      const { status, body } = await send(line, request);
      expect([400, 404], what).toContain(status);
      for (const { message } of body.details ?? [])
        expect(message, what).not.toMatch(/^must be a whole number$/);
    }
  });
});
