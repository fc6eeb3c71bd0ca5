import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute } from '#functions/admin-api/http/route.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

const FACTS = {
  method: 'GET',
  path: '/api/things/{id}',
  level: Level.student,
  operationId: 'getThing',
  summary: 'A thing.',
  tag: 'things',
  responses: {},
} as const;

describe('Function: defineRoute', () => {
  it('takes no parameters and looks at no body where it names none', () => {
    const route = defineRoute({ ...FACTS, handle: async () => ({ status: 200, body: {} }) });

    for (const schema of [route.query, route.params]) {
      expect([schema.safeParse({}).success, schema.safeParse({ a: '1' }).success]).toEqual([true, false]);
    }
    expect(route.body).toBeUndefined();
    expect(route).toMatchObject(FACTS);
  });

  it('keeps the schemas that it names, and hands the input and the services on', async () => {
    const { services } = createWorld();
    const schemas = {
      query: z.strictObject({ limit: z.string() }),
      params: z.strictObject({ id: z.string() }),
      body: z.strictObject({ name: z.string() }),
    };
    const route = defineRoute({
      ...FACTS,
      ...schemas,
      handle: async (input, { settings }) => ({ status: 201, body: { input, settings } }),
    });
    const input = {
      query: { limit: '1' },
      params: { id: 'a' },
      body: { name: 'A' },
      headers: {},
      caller: undefined,
    };

    expect(route).toMatchObject(schemas);
    expect(await route.handle(input, services)).toEqual({
      status: 201,
      body: { input, settings: services.settings },
    });
  });
});
