import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SyncStores } from '#adapters/dynamodb/sync-stores.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { Fault } from '#local/marketplace/faults/fault-schema.ts';
import { expectEqual, expectNoSetback, expectNoToken } from './meet-fault.ts';
import { type Ground, type SyncSystem, smallCatalog, startGround, startSystem } from './sync-system.ts';

const RUNS = Number(process.env.MODEL_RUNS ?? 15);
const SEED = Number(process.env.MODEL_SEED ?? Date.now() % 1_000_000);
const HOUR = 3_600_000;

type Edit = { readonly kind: 'add' | 'edit' | 'remove' | 'move'; readonly id: number; readonly to: number };

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('add', 'edit', 'remove', 'move'),
  id: fc.nat(50),
  to: fc.nat(40),
});
const fault: fc.Arbitrary<Fault> = fc
  .record({
    base: fc.constantFrom<Fault>(
      { kind: 'status', status: 500 },
      { kind: 'status', status: 403 },
      { kind: 'cut' },
      { kind: 'cut', mode: 'chunked' },
      { kind: 'reset' },
      { kind: 'garbage' },
      { kind: 'rate_limit', retryAfterSeconds: 40 },
      { kind: 'shape', shape: 'list_empty' },
      { kind: 'shape', shape: 'record_no_name', records: 2 },
      { kind: 'shape', shape: 'record_null', records: 1 },
      { kind: 'total', delta: 3 },
      { kind: 'total', delta: -3 },
    ),
    page: fc.integer({ min: 1, max: 6 }),
    times: fc.constantFrom(1, 3, 'always' as const),
  })
  .map(({ base, page, times }) => ({ ...base, page, times, route: 'skills' }) as Fault);
type Step = {
  readonly edits: readonly { readonly before: number; readonly edit: Edit }[];
  readonly faults: readonly Fault[];
  readonly killAtWrite: number | undefined;
  readonly minutesAfter: number;
};

const step: fc.Arbitrary<Step> = fc.record({
  edits: fc.array(fc.record({ before: fc.nat(8), edit }), { maxLength: 6 }),
  faults: fc.array(fault, { maxLength: 2 }),
  killAtWrite: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined, freq: 2 }),
  minutesAfter: fc.nat(90),
});

let ground: Ground;
beforeAll(async () => {
  ground = await startGround();
});
afterAll(() => ground.stop());

describe('The skill sync over HTTP and DynamoDB, as a model', () => {
  it(`converges after any edits, faults and kills, and sets nothing back: seed ${SEED}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.array(step, { maxLength: 4 }), async (size, steps) => {
        const s = await startSystem(ground, { catalog: smallCatalog(size), pageSize: 7 });
        try {
          const watch = watchForSetbacks(s);
          for (const one of steps) {
            await syncAmidst(s, one);
            await watch();
            s.clock.advance(one.minutesAfter * 60_000);
          }
          await expectConvergence(s);
          await expectNoToken(s);
        } finally {
          await s.stop();
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});

/** A run while the marketplace is edited and fails, which may be killed. */
async function syncAmidst(s: SyncSystem, { edits, faults, killAtWrite }: Step): Promise<void> {
  for (const { before, edit: one } of edits) {
    s.marketplace.faults.add({ kind: 'mutate', route: 'skills', after: before, run: () => apply(s, one) });
  }
  for (const one of faults) s.marketplace.faults.add(one);
  await runOrDie(s, killAtWrite);
  s.marketplace.faults.clear();
}

/** Runs without faults bring the cache to what the marketplace lists. */
async function expectConvergence(s: SyncSystem): Promise<void> {
  s.clock.advance(60_000);
  await s.sync();
  // What a mass removal kept expires.
  if ((await s.cached()).size !== s.wanted().size) s.clock.advance(25 * HOUR);
  let last = await s.sync();
  if (last.status !== 'success') {
    s.clock.advance(25 * HOUR);
    last = await s.sync();
  }
  expect(last).toMatchObject({ status: 'success' });
  await expectEqual(s);
}

/** A run, or its beginning: at its n-th write the process dies, and nothing of it is heard again. */
async function runOrDie(s: SyncSystem, atWrite: number | undefined): Promise<void> {
  if (atWrite === undefined) {
    await s.sync();
    return;
  }
  let die = () => {};
  const death = new Promise<void>((resolve) => {
    die = resolve;
  });
  await Promise.race([s.syncThrough(mortal(s.stores, atWrite, () => die())), death]);
}

const READS = new Set(['digests', 'all', 'list', 'get', 'state', 'load']);

function mortal(stores: SyncStores, atWrite: number, die: () => void): SyncStores {
  let writes = 0;
  const guard = (store: object) =>
    Object.fromEntries(
      Object.entries(store).map(([name, call]) => [
        name,
        READS.has(name)
          ? call
          : (...args: unknown[]) => {
              writes += 1;
              if (writes < atWrite) return call(...args);
              die();
              return new Promise(() => undefined);
            },
      ]),
    );
  return Object.fromEntries(
    Object.entries(stores).map(([name, store]) => [name, guard(store)]),
  ) as unknown as SyncStores;
}

function apply({ marketplace: { catalog } }: SyncSystem, { kind, id, to }: Edit): void {
  const skill_id = catalog.ids()[id] ?? '';
  if (kind === 'add')
    catalog.upsertSkill({ skill_id: `added-${id}`, name: 'added', category: 'Finance' }, { index: to });
  else if (kind === 'edit' && skill_id !== '') {
    catalog.upsertSkill({ skill_id, description: `after ${catalog.get(skill_id)?.updated_at}` });
  } else if (kind === 'remove') catalog.removeSkill(skill_id);
  else if (kind === 'move') catalog.moveSkill(skill_id, to);
}

/** After each step: every entry that is still alive is as new as it ever was. */
function watchForSetbacks(s: SyncSystem): () => Promise<void> {
  let newest = new Map<string, Skill>();
  return async () => {
    const now = await s.cached();
    const alive = new Map([...newest].filter(([id]) => now.has(id)));
    expectNoSetback(alive, now, s);
    newest = new Map([...newest, ...now]);
  };
}
