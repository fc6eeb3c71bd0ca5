import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { applyOps, type CatalogOp } from '#local/marketplace/catalog/catalog-ops.ts';
import { expectEqual } from './meet-fault.ts';
import { type Ground, type SyncSystem, smallCatalog, startGround, startSystem } from './sync-system.ts';

const MINUTE = 60_000;

let ground: Ground;
let s: SyncSystem;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  ground = await startGround();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => ground.stop());

async function start(options: Parameters<typeof startSystem>[1] = {}): Promise<void> {
  s = await startSystem(ground, options);
  closers.push(s.stop);
}

const order = (...ops: readonly CatalogOp[]) => applyOps(s.marketplace, ops);
const ids = () => s.marketplace.catalog.ids();
const pause = () => s.clock.advance(15 * MINUTE);

describe('The skill sync, when the marketplace goes back in time', () => {
  it('holds back what a restored backup lists, and takes it when it is told to', async () => {
    await start();
    await s.sync();
    order({ op: 'backup' });
    pause();
    order({ op: 'edit', index: 3 }, { op: 'edit', index: 20 }, { op: 'remove', index: 7 });
    await s.sync();
    await expectEqual(s);
    pause();
    order({ op: 'restore' });

    const held = await s.sync();
    // The removed skill has its old time too, but no version of it is newer than that.
    expect(held).toMatchObject({ status: 'success', counts: { held_back: 2, unchanged: 22, added: 1 } });
    expect(s.log.join('\n')).toContain('held back');

    expect(await s.sync({ acceptOlder: true })).toMatchObject({
      status: 'success',
      counts: { held_back: 0, accepted_older: 2, changed: 2, unchanged: 23 },
    });
    await expectEqual(s);
    expect((await s.sync()).counts).toMatchObject({ held_back: 0, changed: 0, unchanged: 25 });
    order({ op: 'edit', index: 3 });
    expect((await s.sync()).counts).toMatchObject({ held_back: 0, changed: 1 });
    await expectEqual(s);
  });

  it('takes a stamp of the year 9999 for what it is, and its correction', async () => {
    await start();
    await s.sync();
    const [id = ''] = ids();
    pause();
    order({ op: 'upsert', skill: { skill_id: id, code: 'far', updated_at: '9999-12-31T23:59:59Z' } });
    expect((await s.sync()).counts).toMatchObject({ changed: 1, held_back: 0 });
    await expectEqual(s);
    pause();
    expect((await s.sync()).counts).toMatchObject({ changed: 0, unchanged: 25, renewed: 0 });
    order({ op: 'upsert', skill: { skill_id: id, code: 'right' } });
    expect((await s.sync()).counts).toMatchObject({ changed: 1, held_back: 0 });
    await expectEqual(s);
  });
});

describe('The skill sync, when pages and totals are not what they say', () => {
  it.each([['asked'], ['given']] as const)(
    'reads all of a listing whose pages are clamped: %s',
    async (says) => {
      await start({ pageSize: 1_000, catalog: smallCatalog(60) });
      s.marketplace.faults.add({ kind: 'clamp', rows: 7, says, route: 'skills', times: 'always' });
      expect(await s.sync()).toMatchObject({ status: 'success', counts: { added: 60 } });
      await expectEqual(s);
      order({ op: 'remove', index: 11 });
      expect(await s.sync()).toMatchObject({ status: 'success', counts: { removed: 1, unchanged: 59 } });
      await expectEqual(s);
    },
  );

  it('finds out a total that counts one skill twice', async () => {
    await start();
    const id = ids()[4] ?? '';
    order({ op: 'repeat', id, to: 20 });
    for (const removed of [0, 1]) {
      if (removed) order({ op: 'remove', index: 11 });
      const run = await s.sync();
      expect(run).toMatchObject({ status: 'success', counts: { removed } });
      await expectEqual(s);
    }
  });

  it('finds out a total that is one too high on every page', async () => {
    await start();
    s.marketplace.faults.add({ kind: 'total', delta: 1, times: 'always' });
    expect(await s.sync()).toMatchObject({ status: 'success', counts: { added: 25 } });
    order({ op: 'remove', index: 11 });
    expect(await s.sync()).toMatchObject({ status: 'success', counts: { removed: 1 } });
    await expectEqual(s);
  });
});
