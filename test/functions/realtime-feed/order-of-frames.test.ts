import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import type { SkillStore } from '#core/skills/skill-store.ts';
import { openMemoryStores, type TestStores } from '#test/engines/test-stores.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';
import { startVirtualFeed } from './virtual-feed.ts';

/** Right before the virtual clock starts. */
const STAMP = '2023-11-14T22:13:00Z';
/** Nobody can believe it: what has it counts as changed when it was observed. */
const AHEAD = '2026-03-02T09:00:00Z';
const skillFrame = (skill_id: string, name: string, updated_at = STAMP) => ({
  type: 'skill_update',
  data: { skill_id, name, updated_at },
});
const removalFrame = (skill_id: string, deleted_at = STAMP) => ({
  type: 'skill_delete',
  data: { skill_id, deleted_at },
});
const ratingFrame = (skill_id: string, average_rating: number, updated_at = STAMP) => ({
  type: 'rating_update',
  data: { skill_id, rating: 5, average_rating, rating_count: 3, updated_at },
});

const nameOf = async (stores: TestStores, id: string, now: number) =>
  (await stores.skillReader.get(id, new Date(now)))?.remote.skill.name;

describe('two frames with the same updated_at, back to back', () => {
  it('leave the later one, each time of a thousand', async () => {
    const feed = await startVirtualFeed();
    for (let n = 0; n < 1_000; n += 1) {
      feed.server().say(skillFrame(`pair-${n}`, `first ${n}`));
      feed.server().say(skillFrame(`pair-${n}`, `second ${n}`));
      // Some are read in one go, some are written one after the other.
      if (n % 3 === 0) await feed.clock.advance(0);
    }
    await feed.clock.advance(1_000);
    for (let n = 0; n < 1_000; n += 1) {
      expect(await nameOf(feed.stores, `pair-${n}`, feed.clock.now())).toBe(`second ${n}`);
    }
    await feed.stop();
  });

  it('leave the later one where the first is stored already, in the same millisecond', async () => {
    const feed = await startVirtualFeed();
    for (const text of ['first', 'second', 'a third']) {
      for (let n = 0; n < 300; n += 1) feed.server().say(skillFrame(`pair-${n}`, `${text} ${n}`));
      await feed.clock.advance(0);
    }
    for (let n = 0; n < 300; n += 1) {
      expect(await nameOf(feed.stores, `pair-${n}`, feed.clock.now())).toBe(`a third ${n}`);
    }
    await feed.stop();
  });

  it.each([10_000, 3_600_000, 365 * 86_400_000])(
    'leave the later one when the clock goes back %i ms',
    async (ms) => {
      const clock = createVirtualClock();
      let offset = 0;
      const feed = await startVirtualFeed({ clock: { ...clock, now: () => clock.now() + offset } });
      for (let n = 0; n < 50; n += 1) feed.server().say(skillFrame(`pair-${n}`, 'first'));
      await clock.advance(0);
      offset = -ms;
      for (let n = 0; n < 50; n += 1) feed.server().say(skillFrame(`pair-${n}`, 'second'));
      await clock.advance(0);
      for (let n = 0; n < 50; n += 1) {
        expect(await nameOf(feed.stores, `pair-${n}`, clock.now() + offset)).toBe('second');
      }
      await feed.stop();
    },
  );

  it('leave the later one when a connection lies between them', async () => {
    const feed = await startVirtualFeed();
    for (let n = 0; n < 50; n += 1) feed.server().say(skillFrame(`pair-${n}`, 'first'));
    await feed.clock.advance(0);
    feed.server().events.ended({ kind: 'closed', code: 1012 });
    while (feed.connects.length < 2) await feed.clock.advance(10);
    for (let n = 0; n < 50; n += 1) feed.server().say(skillFrame(`pair-${n}`, 'second'));
    await feed.clock.advance(0);
    for (let n = 0; n < 50; n += 1) {
      expect(await nameOf(feed.stores, `pair-${n}`, feed.clock.now())).toBe('second');
    }
    await feed.stop();
  });
});

type Step =
  | { readonly kind: 'say'; readonly frame: object }
  | { readonly kind: 'clock'; readonly ms: number }
  | { readonly kind: 'write' | 'fail' };

const skillId = fc.constantFrom('a', 'b');
const framesOf = (stamp: string) =>
  fc.oneof(
    fc.tuple(skillId, fc.nat({ max: 50 })).map(([id, n]) => skillFrame(id, `name ${n}`, stamp)),
    skillId.map((id) => removalFrame(id, stamp)),
    fc.tuple(skillId, fc.integer({ min: 1, max: 5 })).map(([id, stars]) => ratingFrame(id, stars, stamp)),
  );
const stepsOf = (stamp: string): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 6, arbitrary: framesOf(stamp).map((one) => ({ kind: 'say' as const, frame: one })) },
    { weight: 2, arbitrary: fc.constant({ kind: 'write' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'fail' as const }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(-60_000, -1, 1, 5_000).map((ms) => ({ kind: 'clock' as const, ms })),
    },
  );

/** Frames in an order come to what they would come to one at a time, whatever is folded, fails or moves the clock. */
describe('frames with the same updated_at under any interleaving', () => {
  it.each([STAMP, AHEAD])('come to what they come to one after the other: %s', async (stamp) => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepsOf(stamp), { minLength: 2, maxLength: 40 }), async (steps) => {
        const frames = steps.flatMap((one) => (one.kind === 'say' ? [one.frame] : []));
        const [interleaved, single] = [await play(steps), await play(frames.flatMap(sayAndWrite))];
        expect(interleaved).toEqual(single);
      }),
      { numRuns: 150 },
    );
  });
});

const sayAndWrite = (one: object): Step[] => [
  { kind: 'say', frame: one },
  { kind: 'clock', ms: 1_000 },
  { kind: 'write' },
];

async function play(steps: readonly Step[]) {
  const clock = createVirtualClock();
  let offset = 0;
  let fails = 0;
  const stores = await openMemoryStores();
  const mayFail =
    <Args extends unknown[], T>(write: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> => {
      fails -= 1;
      return fails >= 0 ? Promise.reject(new StorageError('down')) : write(...args);
    };
  const skills: Pick<SkillStore, 'put' | 'tombstone' | 'putAggregates'> = {
    put: mayFail(stores.skills.put),
    tombstone: mayFail(stores.skills.tombstone),
    putAggregates: mayFail(stores.skills.putAggregates),
  };
  const feed = await startVirtualFeed({
    clock: { ...clock, now: () => clock.now() + offset },
    stores,
    overrides: { skills },
  });
  for (const one of steps) {
    if (one.kind === 'say') feed.server().say(one.frame);
    else if (one.kind === 'clock') offset += one.ms;
    else if (one.kind === 'fail') fails = 1;
    else await clock.advance(0);
  }
  fails = 0;
  await clock.advance(20_000);
  const read = async (id: string) => {
    const entry = await stores.skillReader.get(id, new Date(clock.now() + offset));
    return entry?.remote.skill;
  };
  const outcome = { a: await read('a'), b: await read('b') };
  await feed.stop();
  return outcome;
}
