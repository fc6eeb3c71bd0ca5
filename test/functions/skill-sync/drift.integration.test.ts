import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogOp } from '#local/marketplace/catalog/catalog-ops.ts';
import type { Fault } from '#local/marketplace/faults/fault-schema.ts';
import { editSome, expectEqual, expectNoSetback, expectNoToken, meet, recover } from './meet-fault.ts';
import {
  type Ground,
  ROTATED,
  type SyncSystem,
  smallCatalog,
  startGround,
  startSystem,
} from './sync-system.ts';

let ground: Ground;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  ground = await startGround();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => ground.stop());

async function start(options: Parameters<typeof startSystem>[1] = {}): Promise<SyncSystem> {
  const system = await startSystem(ground, options);
  closers.push(system.stop);
  return system;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const DRIFTS: readonly { name: string; ops: readonly CatalogOp[] }[] = [
  { name: 'a skill is removed before it', ops: [{ op: 'remove', index: 0 }] },
  { name: 'three skills are removed before it', ops: [0, 0, 0].map((index) => ({ op: 'remove', index })) },
  {
    name: 'a skill is added before it',
    ops: [{ op: 'upsert', index: 0, skill: { skill_id: 'a', name: 'a' } }],
  },
  { name: 'a skill moves from the end to the start', ops: [{ op: 'move', index: 24, to: 0 }] },
  { name: 'a skill moves from the start to the end', ops: [{ op: 'move', index: 0, to: 24 }] },
];

describe('The skill sync, when pages drift', () => {
  it.each(DRIFTS.flatMap(({ name, ops }) => [2, 3, 4].map((page) => ({ name, ops, page }))))(
    'has all that stayed when it says success: $name, at page $page',
    async ({ ops, page }) => {
      const s = await start();
      for (const isFirst of [true, false]) {
        if (!isFirst) editSome(s);
        await drift(s, [{ kind: 'ops', ops: [...ops], route: 'skills', page }]);
      }
    },
  );

  it('has all that stayed when every look drifts', async () => {
    const s = await start();
    const ops: CatalogOp[] = [{ op: 'move', index: 24, to: 0 }];
    await drift(s, [{ kind: 'ops', ops, route: 'skills', page: 2, times: 'always' }]);
  });

  it('loses nothing when one is removed and one added in the middle of the listing', async () => {
    const s = await start();
    await s.sync();
    const ops: CatalogOp[] = [
      { op: 'remove', index: 0 },
      { op: 'upsert', skill: { skill_id: 'late', name: 'late', category: 'Finance' } },
    ];
    await drift(s, [{ kind: 'ops', ops, route: 'skills', page: 2 }]);
  });

  it('removes a fifth at most, and nothing at all when more is gone', async () => {
    const s = await start();
    await s.sync();
    const remove = (count: number) => {
      for (const id of s.marketplace.catalog.ids().slice(3, 3 + count)) s.marketplace.catalog.removeSkill(id);
    };
    remove(5);
    expect(await s.sync()).toMatchObject({ status: 'success', counts: { removed: 5 } });
    await expectEqual(s);
    const before = await s.cached();
    remove(5);
    expect(await s.sync()).toMatchObject({ status: 'failed', error: { code: 'mass_removal_refused' } });
    expect(await s.cached()).toEqual(before);
  });

  it('takes each skill once when a page repeats records', async () => {
    const s = await start();
    const [first] = s.marketplace.catalog.ids();
    await s.sync();
    s.marketplace.faults.add({
      kind: 'status',
      status: 200,
      route: 'skills',
      page: 2,
      body: twice(s, 1),
    });
    const run = await s.sync();
    expect(run).toMatchObject({ status: 'success', counts: { unchanged: 25, removed: 0 } });
    expect((await s.cached()).has(first ?? '')).toBe(true);
    await expectEqual(s);
  });

  it('notices a page that is another page under the right number', async () => {
    const s = await start();
    const { records } = s.marketplace.catalog.page({ page: 1, pageSize: 8 });
    const body = page(
      records.map((record) => JSON.parse(record.toString())),
      3,
      25,
    );
    const run = await meet(s, [
      { kind: 'status', status: 200, route: 'skills', page: 3, body, times: 'always' },
    ]);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'listing_incomplete' } });
  });

  it('comes to an end when every page is the first one and the total is endless', async () => {
    const s = await start();
    const { records } = s.marketplace.catalog.page({ page: 1, pageSize: 8 });
    const skills = records.map((record) => JSON.parse(record.toString()));
    const body = { skills, total: 1_000_000_000 };
    const run = await meet(s, [{ kind: 'status', status: 200, route: 'skills', body, times: 'always' }]);
    expect(run.status).toBe('failed');
    expect(s.marketplace.stats.requests).toBeLessThan(200);
  });
});

describe('The skill sync, when the token ends in the middle of a run', () => {
  it('goes on with the rotated one', async () => {
    const s = await start();
    await s.sync();
    editSome(s);
    s.marketplace.tokens.accept(ROTATED);
    s.rotate(ROTATED);
    s.marketplace.faults.add({ kind: 'expired_token', route: 'skills', page: 2 });
    expect(await s.sync()).toMatchObject({ status: 'success' });
    await expectEqual(s);
    await expectNoToken(s);
  });

  it('fails with what to do, keeps its page, and goes on there once there is a new one', async () => {
    const s = await start({ catalog: smallCatalog(260), pageSize: 50 });
    s.marketplace.faults.add({ kind: 'expired_token', route: 'skills', page: 5 });
    const failed = await s.sync();
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'marketplace_auth' } });
    expect(failed.error?.message).toContain('secret');
    s.marketplace.tokens.accept(ROTATED);
    s.rotate(ROTATED);
    s.marketplace.stats.reset();
    expect(await s.sync()).toMatchObject({ status: 'success', continues: failed.runId });
    expect(Math.min(...s.marketplace.stats.byPage.keys())).toBeGreaterThan(1);
    await expectEqual(s);
    await expectNoToken(s);
  });
});

describe('The skill sync, when it is sent elsewhere', () => {
  it.each([301, 302, 303, 307, 308])('does not follow, and its token goes nowhere: %i', async (status) => {
    const visits: unknown[] = [];
    const trap = await listen(
      createServer((request, response) => {
        visits.push(request.headers);
        response.end('{"skills":[],"total":0}');
      }),
    );
    const s = await start();
    await s.sync();
    for (const route of ['skills', 'categories'] as const) {
      const headers = { location: `${trap}/api/v1/skills?page=1&page_size=8` };
      const run = await meet(s, [{ kind: 'status', status, headers, route, times: 'always' }]);
      expect(run).toMatchObject({ status: 'failed', error: { code: 'marketplace_refused' } });
    }
    expect(visits).toEqual([]);
    await expectNoToken(s);
  });
});

describe('The skill sync, when an answer is enormous', () => {
  it('gives up a gzip bomb and a body without end, and keeps the cache', async () => {
    const s = await start();
    await s.sync();
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));
    let mode: 'bomb' | 'endless' = 'bomb';
    const hostile = await listen(
      createServer((_request, response) => {
        if (mode === 'bomb') {
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
          return;
        }
        const chunk = Buffer.alloc(1024 * 1024, ' ');
        const more = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', more);
        more();
      }),
    );
    const before = process.memoryUsage().rss;
    for (mode of ['bomb', 'endless'] as const) {
      const run = await s.syncFrom(hostile, { maxResponseBytes: 8 * 1024 * 1024 });
      expect(run).toMatchObject({ status: 'failed', error: { code: 'malformed_answer' } });
      expect(run.error?.message).toContain('larger than');
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
    await recover(s);
    await expectNoToken(s);
  });
});

/** A run over a catalogue that changes under it: what was there before and after has to be in the cache. */
async function drift(s: SyncSystem, faults: readonly Fault[]): Promise<void> {
  const start = s.wanted();
  const before = await s.cached();
  for (const fault of faults) s.marketplace.faults.add(fault);
  const run = await s.sync();
  s.marketplace.faults.clear();
  const after = await s.cached();
  expectNoSetback(before, after, s);
  expect(run.error?.code ?? 'none').toMatch(/^(none|listing_incomplete)$/);
  if (run.status === 'success') {
    for (const id of start.keys()) expect(after.has(id) || !s.marketplace.catalog.has(id), id).toBe(true);
  }
  await recover(s);
}

function page(skills: unknown[], number: number, total: number) {
  return {
    skills: skills as object[],
    page: number,
    page_size: 8,
    total,
    total_pages: Math.ceil(total / 8),
  } as never;
}

/** Page 2 with each of its records twice, and one of another page. */
function twice(s: SyncSystem, otherPage: number) {
  const read = (number: number) =>
    s.marketplace.catalog
      .page({ page: number, pageSize: 8 })
      .records.map((record) => JSON.parse(record.toString()));
  return page([...read(2), ...read(2), read(otherPage)[0]], 2, 25);
}
