import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAuditStore } from '#adapters/dynamodb/records/audit-store.ts';
import { EditConflictError, StorageError } from '#core/errors.ts';
import { routeTable } from '#functions/admin-api/routes/route-table.ts';
import { openWireTable } from '#test/engines/wire-table.ts';
import { apiOf, CORRELATION_ID, eventOf, read } from '#test/functions/admin-api/call-api.ts';
import { publish } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, withServices } from '#test/functions/admin-api/world.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

/** Names that mean something to JavaScript, to an SDK or to a table. */
const oddName = fc.oneof(
  fc.constantFrom(
    ...['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'toJSON', 'then'],
    ...['', ' ', 'a.b', '#pk', ':pk', 'S', 'M', 'NULL', 'length', 'name', '\u0000', '\ud800', '\udc00x', '…'],
    ...['path', 'query', 'body', 'shortened', 'x'.repeat(65_536), 'é'.repeat(300)],
  ),
  fc.string({ unit: 'binary' }),
);
const oddValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('\u0000', '\ud800', 'eyJ'.repeat(5_000), '"'.repeat(3_000), '\\'.repeat(3_000), 1e308, -0),
  fc.constantFrom({ constructor: { name: 'Set' } }, { constructor: 1 }, [[[[[[[[1]]]]]]]]),
);
/** Some of them are edits that are taken. */
const body = fc.oneof(
  oddValue,
  fc.dictionary(oddName, fc.oneof(oddValue, fc.dictionary(oddName, oddValue))),
  fc.record({ metadata: fc.dictionary(oddName, oddValue) }),
);
const query = fc.array(fc.tuple(oddName, fc.string({ unit: 'binary' })), { maxLength: 4 });

const changingRoutes = routeTable.filter(({ method }) => method !== 'GET');
const EDITED = 'constructor';
const request = fc.record({
  route: fc.oneof(
    fc.constantFrom(...changingRoutes),
    fc.constantFrom(...changingRoutes.filter(({ operationId }) => operationId === 'editSkill')),
  ),
  id: fc.oneof(
    oddName.filter((name) => name !== ''),
    fc.constant(EDITED),
  ),
  query: fc.oneof(query, fc.constant([])),
  body,
  token: fc.constantFrom('AUTONOMOUS', 'AUTONOMOUS', 'AUTONOMOUS', 'STUDENT', 'nobody'),
  fault: fc.constantFrom(
    undefined,
    new StorageError('down'),
    new EditConflictError('busy'),
    new Error('bug'),
  ),
});
type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

/** A world whose edits fail as asked, with the audit behind a real marshaller. */
async function worldWith({ fault }: Request) {
  const world = createWorld();
  const { table, items } = openWireTable();
  await publish(world, { skill_id: EDITED, name: 'A' });
  world.script.push({ afterMs: 50, act: () => {} });
  const edit = async () => {
    throw fault;
  };
  const over = { audit: createAuditStore(table), ...(fault && { editor: { edit } }) };
  return { world: withServices(world, over), items };
}

/** Programs, and what a body may be refused for before it is looked at. */
const NOT_SHOWN = new Set(['code', 'command', 'local_files', '__proto__']);

/** Whether the audit has to show it to the letter. */
function isShownWhole(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return isPlain(value, 300);
  if (typeof value !== 'object' || value === null) return true;
  const entries = Object.entries(value);
  return (
    depth < 6 &&
    entries.length <= 40 &&
    entries.every(
      ([name, item]) => isPlain(name, 100) && !NOT_SHOWN.has(name) && isShownWhole(item, depth + 1),
    )
  );
}

function isPlain(text: string, length: number): boolean {
  const looksSecret =
    /eyJ|bearer|basic|:\/\/|token|secret|passw|credential|cookie|authori|signature|key|env_vars/i;
  return text.length <= length && text.isWellFormed() && !looksSecret.test(text);
}

describe('Whatever a caller changes', () => {
  it(`leaves one record that can be read again (seed ${SEED})`, async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        // Prepare
        const { world, items } = await worldWith(asked);
        const { route, id, query } = asked;
        const rawPath = route.path.replace(/\{\w+\}/, () => id);
        const rawBody = JSON.stringify(asked.body);
        const event = eventOf({ method: route.method, path: '/', token: asked.token, rawBody });
        const rawQueryString = new URLSearchParams(query).toString();

        // Act
        const api = apiOf(world);
        const { status } = read(await api({ ...event, rawPath, rawQueryString }, CORRELATION_ID));
        const listed = read(await api(eventOf({ path: '/api/admin/audit', token: 'SUPERVISED' }), ''));

        // Assess
        statuses.add(status);
        expect(items).toHaveLength(1);
        expect(Object.values(items[0] ?? {}).flatMap(Object.keys)).not.toContain('M');
        expect(listed.body.records).toHaveLength(1);
        const [record] = listed.body.records;
        expect(record).toMatchObject({
          status,
          subject: `user-${asked.token}`,
          correlation_id: CORRELATION_ID,
        });
        expect(JSON.stringify(record.parameters)).not.toMatch(/\\ud[89a-f]/);
        if (status === 413) return;
        const whole = wholeOf(asked, rawBody, record);
        if (isShownWhole(whole, -1) && JSON.stringify(whole).length < 3_000) {
          expect(JSON.stringify(record.parameters)).toBe(JSON.stringify(withoutEmpty(whole)));
        }
      }),
      { seed: SEED, numRuns: 800 },
    );
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 403, 404, 409, 500, 503]));
  }, 60_000);
});

/** What a record shows of a request whose every part can be shown. */
function wholeOf({ route, id, query }: Request, rawBody: string, record: { status: number; error?: string }) {
  const [, name] = /\{(\w+)\}/.exec(route.path) ?? [];
  const path = name === undefined ? {} : { [name]: id };
  // A body that was not looked at is not in the record: of those who may not, and of routes that take none.
  const isLookedAt = record.status !== 403 && route.body !== undefined;
  const isRead = isLookedAt && !/invalid_json/.test(record.error ?? '');
  return { path, query: grouped(query), body: isRead ? JSON.parse(rawBody) : undefined };
}

function grouped(query: readonly (readonly [string, string])[]): object {
  const sent = [...new URLSearchParams(new URLSearchParams(query as [string, string][]).toString())];
  const values = Map.groupBy(sent, ([name]) => name);
  return Object.fromEntries(
    [...values].map(([name, all]) => [name, all.length === 1 ? all[0]?.[1] : all.map(([, value]) => value)]),
  );
}

function withoutEmpty(parts: Record<string, unknown>): object {
  return Object.fromEntries(
    Object.entries(parts).filter(
      ([, part]) => part !== undefined && (Array.isArray(part) || JSON.stringify(part) !== '{}'),
    ),
  );
}
