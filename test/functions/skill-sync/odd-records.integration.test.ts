import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSkillReader } from '#adapters/dynamodb/skills/skill-reader.ts';
import { parse, stringify } from '#core/json/json.ts';
import type { Skill } from '#core/skills/skill.ts';
import { parseInstant } from '#core/time/instant.ts';
import { noise, ODD_RECORDS, type OddRecord } from './odd-records.ts';
import { type Ground, type SyncSystem, startGround, startSystem } from './sync-system.ts';

const GOOD = ['good-1', 'good-2', 'good-3'];

let ground: Ground;
let s: SyncSystem;
let server: Server;
let url = '';
/** What the marketplace lists, as raw JSON texts. */
let listing: string[] = [];
let categories: string[] = [];

beforeAll(async () => {
  ground = await startGround();
  server = createServer((request, response) => {
    const asked = new URL(request.url ?? '/', 'http://x');
    response.setHeader('content-type', 'application/json');
    if (asked.pathname.endsWith('/categories')) {
      response.end(`{"categories":[${categories.join()}]}`);
      return;
    }
    const [page, size] = ['page', 'page_size'].map((name) => Number(asked.searchParams.get(name)));
    const records = listing.slice((page! - 1) * size!, page! * size!);
    response.end(`{"skills":[${records.join()}],"page":${page},"total":${listing.length}}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => s.stop());
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await ground.stop();
});

async function sync(records: readonly string[], options: { pageSize?: number; categories?: string[] } = {}) {
  s = await startSystem(ground, { url, pageSize: options.pageSize ?? 20 });
  const good = GOOD.map((id) =>
    JSON.stringify({ skill_id: id, name: id, updated_at: '2026-01-01T00:00:00Z' }),
  );
  listing = [good[0]!, ...records, ...good.slice(1)];
  categories = options.categories ?? ['{"name":"Finance"}'];
  return s.sync();
}

const read = async (id: string) =>
  (await createSkillReader(s.table).get(id, new Date(s.clock.now())))?.remote.skill;

describe('The skill sync, when it is given odd records', () => {
  it.each(ODD_RECORDS)('has it $outcome, and the others with it: $name', async (odd) => {
    const { json, outcome } = odd;
    const run = await sync([json]);
    const expected = outcome === 'stored' ? { added: 4, rejected: 0 } : { added: 3, rejected: 1 };
    expect(run).toMatchObject({ status: 'success', counts: expected });
    for (const id of GOOD) expect(await read(id)).toMatchObject({ name: id });
    if (outcome === 'stored') await expectStored(odd);
    else {
      const [refusal] = await s.refused();
      expect(refusal?.reason).toMatch(/\w+ \w+/);
      expect(refusal?.reason.length).toBeLessThan(2_000);
    }
    const written = (await s.rows()).filter(({ sk }) => sk === 'SKILL');
    expect(await s.sync()).toMatchObject({ status: 'success', counts: { added: 0, changed: 0, removed: 0 } });
    // A quiet sync writes nothing: what is stored hashes as it comes.
    expect((await s.rows()).filter(({ sk }) => sk === 'SKILL')).toEqual(written);
  });

  async function expectStored({ json, id, as = {}, holds = [] }: OddRecord) {
    const wire = parse(json) as Skill;
    const found = await read(id ?? wire.skill_id);
    if (found?.updated_at) {
      expect(parseInstant(found.updated_at)).toBe(parseInstant(wire.updated_at ?? ''));
      expect(found.updated_at).toMatch(/Z$/);
    }
    const times = { updated_at: null };
    expect({ ...found, ...times }).toEqual({ ...wire, ...as, ...times });
    for (const part of holds) expect(stringify(found)).toContain(part);
    expect(found).not.toHaveProperty('polluted');
  }

  it('lists a tag that was left out, and counts no refused record', async () => {
    await sync(['{"skill_id":"tagged","name":"n","tags":[null,"a"]}']);
    expect(await s.refused()).toMatchObject([
      { kind: 'tag', id: 'tagged', reason: 'tags.0: must be text; left out' },
    ]);
    expect((await read('tagged'))?.tags).toEqual(['a']);
  });

  it('takes all of them when they come at once', async () => {
    const run = await sync(ODD_RECORDS.map(({ json }) => json));
    const stored = ODD_RECORDS.filter(({ outcome }) => outcome === 'stored').length;
    const counts = { added: stored + GOOD.length, rejected: ODD_RECORDS.length - stored };
    expect(run).toMatchObject({ status: 'success', counts });
    expect((await s.refused()).filter(({ kind }) => kind === 'skill')).toHaveLength(counts.rejected);
  });

  it.each(['null', '{}', '{"name":"no id"}'])(
    'succeeds when two records are the same nothing: %s',
    async (json) => {
      expect(await sync([json, json, json])).toMatchObject({ status: 'success', counts: { added: 3 } });
    },
  );

  it('stores 1,000 records of 20 KB when they are one page', async () => {
    const code = noise(20_000);
    const records = Array.from({ length: 1_000 }, (_, n) =>
      JSON.stringify({
        skill_id: `big-${n}`,
        name: `big ${n}`,
        code: `${n} ${code}`,
        updated_at: '2026-01-01T00:00:00Z',
      }),
    );
    expect(await sync(records, { pageSize: 1_000 })).toMatchObject({
      status: 'success',
      counts: { added: 1_003 },
    });
    expect((await read('big-999'))?.code).toBe(`999 ${code}`);
  });

  it.each([379, 380, 381, 386, 391, 392, 393, 400])(
    'stores or refuses, but never fails, when a skill takes about %i KB and all that is beside it is as large as can be',
    async (kilobytes) => {
      const skill = {
        skill_id: 'é'.repeat(256),
        name: 'é'.repeat(600),
        tags: Array.from({ length: 600 }, (_, n) => `tag-${n}`),
        category: 'ü'.repeat(300),
        updated_at: '2026-02-19T10:30:00.123456789Z',
        code: '',
      };
      const rest = Buffer.byteLength(JSON.stringify(skill));
      const plain = { ...skill, code: 'x'.repeat(kilobytes * 1_024 - rest) };
      // Base64 packs into three quarters of its length.
      const dense = {
        ...skill,
        skill_id: `${'é'.repeat(255)}x`,
        code: noise(Math.floor((kilobytes * 1_024 - 3_000) / 0.757)),
      };
      const run = await sync([JSON.stringify(plain), JSON.stringify(dense)]);
      expect(run.status).toBe('success');
      const { added = 0, rejected = 0 } = run.counts;
      expect(added + rejected).toBe(5);
      expect((await read(plain.skill_id))?.code).toBe(plain.code);
    },
  );
});

const ODD_CATEGORIES: readonly { name: string; json: string; isStored: boolean }[] = [
  ...['a#b', 'a/b', '..', '__proto__', '🛠️ 工具', 'x'.repeat(500), 'é'.repeat(256), '\u0000', ' padded '].map(
    (name) => ({
      name: JSON.stringify(name).slice(0, 30),
      json: JSON.stringify({ name, description: 'odd' }),
      isStored: true,
    }),
  ),
  { name: 'a surrogate in its description', json: '{"name":"odd","description":"\\ud800"}', isStored: false },
  { name: 'a surrogate in a key', json: '{"name":"odd","x":{"\\udfff":1}}', isStored: false },
  { name: '__proto__ as a field', json: '{"name":"odd","__proto__":{"polluted":true}}', isStored: false },
  { name: 'a created_at in seconds', json: '{"name":"odd","created_at":1771497000}', isStored: true },
  { name: 'a count beyond 2^53', json: '{"name":"odd","skill_count":9007199254740993}', isStored: false },
  { name: 'numbers to the letter', json: '{"name":"odd","n":[9007199254740993,1e400,-0]}', isStored: true },
  { name: 'a name of 513 bytes', json: JSON.stringify({ name: 'x'.repeat(513) }), isStored: false },
  { name: 'a name of spaces', json: '{"name":"  "}', isStored: false },
  { name: 'a surrogate in its name', json: '{"name":"\\ud800"}', isStored: false },
  {
    name: 'a description of 500 KB',
    json: JSON.stringify({ name: 'long', description: noise(500_000) }),
    isStored: false,
  },
  {
    name: '10,000 levels',
    json: `{"name":"deep","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    isStored: false,
  },
  { name: 'null', json: 'null', isStored: false },
];

describe('The skill sync, when it is given odd categories', () => {
  it.each(ODD_CATEGORIES)(
    'stores or refuses it, and the others with it: $name',
    async ({ json, isStored }) => {
      const run = await sync([], { categories: ['{"name":"First"}', json, '{"name":"Last"}'] });
      expect(run).toMatchObject({ status: 'success', counts: { rejected: isStored ? 0 : 1 } });
      const found = await s.categories();
      expect([...found.keys()]).toEqual(expect.arrayContaining(['First', 'Last']));
      if (isStored) expect(stringify(found.get(JSON.parse(json).name))).toBe(json);
      else expect(await s.refused()).toHaveLength(1);
    },
  );

  it('keeps a category when its record is spoilt', async () => {
    await sync([], { categories: ['{"name":"First"}', '{"name":"Last"}'] });
    categories = ['{"label":"First"}', '{"name":"Last"}'];
    await s.sync();
    expect([...(await s.categories()).keys()].sort()).toEqual(['First', 'Last']);
  });
});
