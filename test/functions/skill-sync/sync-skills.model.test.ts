import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncStores } from '#adapters/dynamodb/sync-stores.ts';
import { MalformedAnswerError, MarketplaceUnavailableError } from '#core/errors.ts';
import { parseInstant } from '#core/time/instant.ts';
import { createSyncHarness } from './sync-harness.ts';

/**
 * Any catalogue, any edits between any two pages, any faults and kills: once the faults end, two runs later
 * the cache equals the marketplace, and on the way nothing was ever set back.
 */

type Edit =
  | { readonly kind: 'publish'; readonly id: number }
  | { readonly kind: 'edit-silently'; readonly id: number }
  | { readonly kind: 'remove'; readonly id: number }
  | { readonly kind: 'move'; readonly id: number };

type Step = {
  /** What happens right before the n-th answer of the run. */
  readonly edits: readonly { readonly before: number; readonly edit: Edit }[];
  readonly faults: readonly {
    readonly at: number;
    readonly what: 'down' | 'malformed' | 'junk' | 'short' | 'long';
  }[];
  /** The process dies at its n-th write to the table. */
  readonly killAtWrite: number | undefined;
  readonly minutesAfter: number;
};

const id = fc.integer({ min: 0, max: 60 });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('publish' as const), id }),
  fc.record({ kind: fc.constant('edit-silently' as const), id }),
  fc.record({ kind: fc.constant('remove' as const), id }),
  fc.record({ kind: fc.constant('move' as const), id }),
);
const step: fc.Arbitrary<Step> = fc.record({
  edits: fc.array(fc.record({ before: fc.integer({ min: 1, max: 12 }), edit }), { maxLength: 6 }),
  faults: fc.array(
    fc.record({
      at: fc.integer({ min: 1, max: 8 }),
      what: fc.constantFrom(
        'down' as const,
        'malformed' as const,
        'junk' as const,
        'short' as const,
        'long' as const,
      ),
    }),
    { maxLength: 2 },
  ),
  killAtWrite: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined, freq: 2 }),
  minutesAfter: fc.integer({ min: 0, max: 90 }),
});

describe('Function: syncSkills, as a model', () => {
  it('converges after any edits, faults and kills, and never sets anything back', {
    timeout: 600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 50 }),
        fc.array(step, { maxLength: 5 }),
        async (size, steps) => {
          const h = createSyncHarness({ pageSize: 7 });
          for (let i = 0; i < size; i += 1) h.publish(`s-${i}`, { revision: 0 });
          const guard = watchForSetbacks(h);
          for (const one of steps) await play(h, one, guard);
          calm(h);
          await h.clock.advance(20_000);
          await h.sync();
          // What a mass removal kept goes by itself when its time is over.
          if (h.cached().size !== h.wanted().size) await h.clock.advance(25 * 3_600_000);
          const last = await h.sync();
          expect(last.status).toBe('success');
          expect(h.cached()).toEqual(h.wanted());
          guard();
        },
      ),
      { numRuns: Number(process.env.MODEL_RUNS ?? 150) },
    );
  });
});

type Harness = ReturnType<typeof createSyncHarness>;

async function play(
  h: Harness,
  { edits, faults, killAtWrite, minutesAfter }: Step,
  guard: () => void,
): Promise<void> {
  let answers = 0;
  h.marketplace.beforePage = () => {
    answers += 1;
    for (const { before, edit: change } of edits) if (before === answers) apply(h, change);
  };
  h.marketplace.answer = (page, answer) => {
    const fault = faults.find(({ at }) => at === page)?.what;
    if (fault === 'down') throw new MarketplaceUnavailableError('down');
    if (fault === 'malformed') throw new MalformedAnswerError('no JSON');
    if (fault === 'junk') return { ...answer, records: [null, 7, { skill_id: 's-1' }] };
    if (fault === 'short') return { ...answer, records: answer.records.slice(1) };
    if (fault === 'long') return { ...answer, total: answer.total + 3 };
    return answer;
  };
  const killer = killAtWrite === undefined ? undefined : dyingStores(h.stores, killAtWrite);
  const run = h.start({}, killer?.stores);
  await h.clock.run(killer ? Promise.race([run, killer.death]) : run).catch(() => undefined);
  guard();
  await h.clock.advance(minutesAfter * 60_000);
}

/** Stores of a process that dies at its n-th write: that write and all after it never end. */
function dyingStores(stores: SyncStores, atWrite: number): { stores: SyncStores; death: Promise<never> } {
  let writes = 0;
  let die: (reason: Error) => void = () => undefined;
  const death = new Promise<never>((_, reject) => {
    die = reject;
  });
  death.catch(() => undefined);
  const mortal =
    <A extends unknown[], R>(write: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      writes += 1;
      if (writes < atWrite) return write(...args);
      die(new Error('killed'));
      return new Promise(() => undefined);
    };
  return {
    death,
    stores: {
      skills: { ...stores.skills, put: mortal(stores.skills.put), remove: mortal(stores.skills.remove) },
      categories: {
        ...stores.categories,
        put: mortal(stores.categories.put),
        remove: mortal(stores.categories.remove),
      },
      conflicts: stores.conflicts,
      rejected: { ...stores.rejected, put: mortal(stores.rejected.put) },
      checkpoints: { ...stores.checkpoints, append: mortal(stores.checkpoints.append) },
      runs: { ...stores.runs, put: mortal(stores.runs.put) },
      jobs: {
        ...stores.jobs,
        acquire: mortal(stores.jobs.acquire),
        renew: mortal(stores.jobs.renew),
        setListing: mortal(stores.jobs.setListing),
        finish: mortal(stores.jobs.finish),
      },
    },
  };
}

function apply(h: Harness, change: Edit): void {
  const name = `s-${change.id}`;
  const skill = h.marketplace.skills.get(name);
  if (change.kind === 'publish') h.publish(name, { revision: Number(skill?.revision ?? 0) + 1 });
  if (!skill) return;
  if (change.kind === 'remove') h.marketplace.skills.delete(name);
  if (change.kind === 'edit-silently')
    h.marketplace.skills.set(name, { ...skill, note: `${skill.note ?? ''}!` });
  if (change.kind === 'move') {
    h.marketplace.skills.delete(name);
    h.marketplace.skills.set(name, skill);
  }
}

function calm(h: Harness): void {
  h.marketplace.beforePage = () => undefined;
  h.marketplace.answer = (_page, answer) => answer;
}

/** Looks at every entry after each step: its `updated_at` may only have grown. */
function watchForSetbacks(h: Harness): () => void {
  const newest = new Map<string, string>();
  return () => {
    for (const [name, skill] of h.cached()) {
      const at = parseInstant((skill as { updated_at: string }).updated_at) ?? '';
      expect(at >= (newest.get(name) ?? '')).toBe(true);
      newest.set(name, at);
    }
  };
}
