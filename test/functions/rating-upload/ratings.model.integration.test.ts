import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rating } from '#core/ratings/rating.ts';
import { retried } from '#core/ratings/rating-state.ts';
import type { WrittenFault } from '#local/marketplace/faults/fault-schema.ts';
import { type RatingSystem, startRatingSystem } from './rating-system.ts';

const MINUTE = 60_000;
const USERS = ['ada', 'bob'];

type Step =
  | {
      readonly kind: 'rate' | 'rateThere';
      readonly skill: number;
      readonly user: number;
      readonly stars: number;
    }
  | { readonly kind: 'sync'; readonly redrive: boolean }
  | { readonly kind: 'work' | 'race' | 'twice' | 'retryAll' | 'wake' }
  | { readonly kind: 'rateDuring'; readonly stars: number }
  | { readonly kind: 'die'; readonly atChange: number; readonly isWritten: boolean }
  | { readonly kind: 'wait'; readonly minutes: number }
  | { readonly kind: 'fault'; readonly fault: WrittenFault }
  | { readonly kind: 'remove' | 'restore'; readonly skill: number };

const skill = fc.integer({ min: 0, max: 1 });
const user = fc.integer({ min: 0, max: 1 });
const stars = fc.integer({ min: 1, max: 5 });

const fault: fc.Arbitrary<WrittenFault> = fc
  .record({
    times: fc.integer({ min: 1, max: 3 }),
    what: fc.constantFrom<Readonly<Record<string, unknown>>>(
      { kind: 'reset', afterCommit: true },
      { kind: 'reset' },
      { kind: 'status', status: 500, afterCommit: true },
      { kind: 'status', status: 503 },
      { kind: 'garbage', afterCommit: true },
      { kind: 'cut' },
      { kind: 'rate_limit', retryAfterSeconds: 300 },
      { kind: 'rate_limit', retryAfterSeconds: 2 },
    ),
  })
  .map(({ times, what }) => ({ ...what, times }) as WrittenFault);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('rate' as const), skill, user, stars }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rateThere' as const), skill, user, stars }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sync' as const), redrive: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('work', 'race', 'twice', 'retryAll', 'wake') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('die' as const),
      atChange: fc.integer({ min: 1, max: 3 }),
      isWritten: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 15, 70) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('rateDuring' as const), stars }) },
  { weight: 3, arbitrary: fault.map((one) => ({ kind: 'fault' as const, fault: one })) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('remove', 'restore'), skill }) },
);

/** What a run of steps knows of what should come out. */
type Model = {
  /** The last value given here, by rating. */
  readonly given: Map<string, number>;
  /** The last value given there by somebody else than us. */
  readonly givenThere: Map<string, number>;
  /** Functions that have stopped in the middle, and may yet wake up. */
  readonly asleep: (() => Promise<unknown>)[];
  readonly skills: readonly string[];
  readonly records: ReadonlyMap<string, { skill_id: string }>;
};

const nameOf = (skillId: string, userId: string) => `${skillId} ${userId}`;

describe('Whatever happens in whatever order', () => {
  it('every rating ends at the marketplace once with its newest value, or is listed with a true reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
        const s = await startRatingSystem({ skills: 2, latencyMs: 0 });
        try {
          const model = modelOf(s);
          for (const one of steps) await carryOut(s, model, one);
          await assess(s, model);
        } finally {
          await s.stop();
        }
      }),
      { numRuns: 300 },
    );
  });
});

function modelOf(s: RatingSystem): Model {
  const skills = [...s.marketplace.catalog.ids()];
  const records = new Map(skills.map((id) => [id, { ...s.marketplace.catalog.get(id)! }]));
  return { given: new Map(), givenThere: new Map(), asleep: [], skills, records };
}

async function carryOut(s: RatingSystem, model: Model, one: Step): Promise<void> {
  // Two things never happen at the very same millisecond here: the order of the model is that of the clocks.
  s.clock.advance?.(5);
  switch (one.kind) {
    case 'rate':
      await s.rate(model.skills[one.skill]!, USERS[one.user]!, one.stars);
      model.given.set(nameOf(model.skills[one.skill]!, USERS[one.user]!), one.stars);
      return;
    case 'rateThere':
      return rateThere(s, model, one);
    case 'sync':
      await s.syncQuickly(one.redrive);
      return;
    case 'work':
      return s.work();
    case 'race':
      await Promise.all([s.workOnce(), s.workOnce(), s.syncQuickly()]);
      return;
    case 'twice': {
      const first = s.workOnce();
      s.queue.deliverAgain();
      await Promise.all([first, s.workOnce()]);
      return;
    }
    case 'retryAll':
      return retryAll(s);
    case 'rateDuring':
      return rateDuring(s, model, one.stars);
    case 'die':
      return die(s, model, one);
    case 'wake':
      for (const wake of model.asleep.splice(0)) await wake();
      return;
    case 'wait':
      s.clock.advance?.(one.minutes * MINUTE);
      return;
    case 'fault':
      s.marketplace.faults.add(one.fault);
      return;
    case 'remove':
      s.marketplace.catalog.removeSkill(model.skills[one.skill]!);
      return;
    case 'restore':
      restore(s, model, model.skills[one.skill]!);
  }
}

/** A user rates in the marketplace itself. One who has rated there already can't rate again: so it is with POST. */
function rateThere(s: RatingSystem, model: Model, one: Extract<Step, { kind: 'rate' | 'rateThere' }>): void {
  const skill_id = model.skills[one.skill]!;
  const user_id = USERS[one.user]!;
  const answer = s.marketplace.ratings.add({ skill_id, user_id, rating: one.stars });
  if (typeof answer === 'object') model.givenThere.set(nameOf(skill_id, user_id), one.stars);
}

function restore(s: RatingSystem, model: Model, id: string): void {
  if (!s.marketplace.catalog.has(id)) s.marketplace.catalog.upsertSkill(model.records.get(id)!);
}

/** A function stops at its n-th write, before it or after. It is never heard of again, or wakes up much later. */
async function die(
  s: RatingSystem,
  model: Model,
  { atChange, isWritten }: Extract<Step, { kind: 'die' }>,
): Promise<void> {
  const { ratings } = s.stores;
  const stopped = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  let changes = 0;
  const change: typeof ratings.change = async (...args) => {
    changes += 1;
    if (changes < atChange) return ratings.change(...args);
    if (isWritten) await ratings.change(...args);
    stopped.resolve();
    await woken.promise;
    return ratings.change(...args);
  };
  const work = s.workOnce(s.newUploader({ ratings: { ...ratings, change } }));
  await Promise.race([stopped.promise, work]);
  model.asleep.push(async () => {
    woken.resolve();
    await work;
  });
}

/** Whatever is uploaded is rated anew while it is under way. */
async function rateDuring(s: RatingSystem, model: Model, given: number): Promise<void> {
  const { ratings } = s.stores;
  const rerated = new Set<string>();
  const change: typeof ratings.change = async (key, ...rest) => {
    const name = nameOf(key.skillId, key.userId);
    const answer = await ratings.change(key, ...rest);
    if (answer.isChanged && !rerated.has(name)) {
      rerated.add(name);
      s.clock.advance?.(5);
      await s.rate(key.skillId, key.userId, given);
      model.given.set(name, given);
    }
    return answer;
  };
  await s.workOnce(s.newUploader({ ratings: { ...ratings, change } }));
}

async function waitingRatings(s: RatingSystem): Promise<readonly Rating[]> {
  const { items } = await s.stores.ratings.waiting(['pending', 'queued', 'failed', 'dead_lettered'], {
    limit: 200,
  });
  return items;
}

async function retryAll(s: RatingSystem): Promise<void> {
  for (const rating of await waitingRatings(s)) {
    await s.stores.ratings.change(rating, (current) => retried(current, s.clock.now()));
  }
}

async function assess(s: RatingSystem, model: Model): Promise<void> {
  s.marketplace.faults.clear();
  for (const id of model.skills) restore(s, model, id);
  await s.settle(8 * 60 * MINUTE);
  for (const rating of await waitingRatings(s)) {
    expect(['failed', 'dead_lettered']).toContain(rating.status);
    expect(['skill_not_found', 'upload_lost', 'marketplace_unavailable', 'malformed_answer']).toContain(
      rating.failure?.code,
    );
  }
  await retryAll(s);
  await s.settle(3 * 60 * MINUTE);
  expect(await waitingRatings(s)).toEqual([]);
  expect(s.queue.size() + s.queue.deadSize()).toBe(0);
  for (const [name, value] of model.given) await assessRating(s, model, name, value);
  expect(await s.stores.ratings.count('queued')).toBe(0);
}

async function assessRating(s: RatingSystem, model: Model, name: string, given: number): Promise<void> {
  const [skillId = '', userId = ''] = name.split(' ');
  const ours = await s.get(skillId, userId);
  const theirs = s.marketplace.ratings.list(skillId).filter((rating) => rating.user_id === userId);
  expect(theirs).toHaveLength(1);
  expect(ours).toMatchObject({ status: 'synced', rating: theirs[0]?.rating });
  const there = model.givenThere.get(name);
  if (there === undefined) expect(ours?.rating).toBe(given);
  else expect([given, there]).toContain(ours?.rating);
}
