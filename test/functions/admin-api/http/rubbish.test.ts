import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JobId } from '#core/runs/run.ts';
import { routeTable } from '#functions/admin-api/routes/route-table.ts';
import { apiOf, CORRELATION_ID, eventOf, read } from '#test/functions/admin-api/call-api.ts';
import { RUN_ID } from '#test/functions/admin-api/example-records.ts';
import { audited, endRun, publish, putRun, runEnds } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const settings = { seed: SEED, numRuns: 2_000 };

/** Text as nobody should send it: lone surrogates, NUL, broken escapes, traversal, prototype names, very long. */
const oddText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    '%',
    '%zz',
    '%E0%A4%A',
    '%00',
    '\u0000',
    '\ud800',
    '../..',
    '%2e%2e%2f',
    'a,b',
    RUN_ID,
    'after-3',
    '-1',
    '1e9',
    '9'.repeat(400),
    'x'.repeat(20_000),
    '{"a":',
    '\r\nset-cookie: a=b',
  ),
);

const oddPath = fc.oneof(
  fc.array(oddText, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
  fc
    .tuple(fc.constantFrom(...routeTable.map(({ path }) => path)), oddText)
    .map(([path, odd]) => path.replace(/\{\w+\}/, () => odd)),
);

const oddQuery = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom('limit', 'cursor', 'job', 'status', 'category', 'query'), oddText),
      oddText,
    ),
    {
      maxLength: 4,
    },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'));

const method = fc.oneof(fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'), oddText);

/** Fields that routes know, with values that they may not. */
const oddBody = fc
  .dictionary(
    fc.oneof(
      fc.constantFrom(
        'name',
        'tags',
        'metadata',
        'skill_id',
        'minutes',
        'enabled',
        'pk',
        '_x',
        'constructor',
        '',
      ),
      oddText,
    ),
    fc.oneof(fc.jsonValue(), oddText, fc.constantFrom(1e200, -0, 12, true, ['a'], {})),
    { maxKeys: 6 },
  )
  .map((body) => JSON.stringify(body));

async function worldWithThings() {
  const world = createWorld();
  await endRun(world, JobId.skillSync);
  await publish(world, { skill_id: 'a', name: 'A' });
  await putRun(world);
  return world;
}

describe('Whatever a caller sends', () => {
  it(`is never answered with a 5xx: requests (seed ${SEED})`, async () => {
    const request = fc.record({
      method,
      path: oddPath,
      query: oddQuery,
      body: fc.oneof(oddText, fc.json(), oddBody),
      base64: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, query, body, base64 }) => {
        const world = await worldWithThings();
        runEnds(world, 50);
        const event = eventOf({
          method,
          path: '/',
          token: 'AUTONOMOUS',
          rawBody: body,
          isBase64Encoded: base64,
        });

        const answer = read(
          await apiOf(world)({ ...event, rawPath: path, rawQueryString: query }, CORRELATION_ID),
        );

        expect(answer.status).toBeLessThan(500);
        expect(answer.status).toBeGreaterThanOrEqual(200);
        if (answer.status !== 204)
          expect(answer.headers['content-type']).toMatch(
            /^(application\/json$|text\/plain; version=0\.0\.4)/,
          );
        for (const { parameters } of await audited(world))
          expect(JSON.stringify(parameters).length).toBeLessThan(9_000);
        for (const { level } of world.lines) expect(level).not.toBe('error');
        if (answer.status >= 400) {
          expect(answer.body).toMatchObject({
            success: false,
            error: expect.any(String),
            message: expect.any(String),
          });
        }
        expect(Object.values(answer.headers).join('')).toMatch(/^[\x20-\x7e]*$/);
      }),
      settings,
    );
  });

  it(`is never answered with a 5xx: events that are none (seed ${SEED})`, async () => {
    const whole = eventOf({ path: '/api/skills', token: 'AUTONOMOUS', method: 'POST' });
    const event = fc.oneof(
      fc.anything({ withNullPrototype: true }),
      fc
        .dictionary(fc.constantFrom(...Object.keys(whole)), fc.anything())
        .map((over) => ({ ...whole, ...over })),
      fc
        .subarray(Object.keys(whole))
        .map((keys) => Object.fromEntries(Object.entries(whole).filter(([key]) => keys.includes(key)))),
    );
    await fc.assert(
      fc.asyncProperty(event, async (odd) => {
        const { status } = read(await apiOf(await worldWithThings())(odd, CORRELATION_ID));
        expect(status).toBeGreaterThanOrEqual(200);
        expect(status).toBeLessThan(500);
      }),
      settings,
    );
  });

  it(`does not change what every object inherits (seed ${SEED})`, async () => {
    const rawBody = '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}';
    const event = eventOf({
      method: 'POST',
      path: '/api/admin/sync/skills?__proto__[polluted]=1',
      token: 'AUTONOMOUS',
      rawBody,
    });

    const { status } = read(await apiOf(createWorld())(event, CORRELATION_ID));

    expect(status).toBe(400);
    expect({}).not.toHaveProperty('polluted');
  });
});
