import { describe, expect, it } from 'vitest';
import type { FeedLease } from '#core/feed/feed-state.ts';
import { seen, version } from '#test/contracts/versions.ts';
import { openMemoryStores, type TestStores } from '#test/engines/test-stores.ts';
import { aFeedReport } from '#test/functions/admin-api/example-records.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';
import { startVirtualFeed, type VirtualFeedOptions } from './virtual-feed.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A feed whose task goes on with a budget that is used up, on stores that note each put of a skill. */
async function startGathering(options: VirtualFeedOptions = {}) {
  const clock = createVirtualClock();
  const stores = await openMemoryStores();
  const before = await stores.feed.acquire('a task before', clock.now(), 30_000);
  if (before === undefined) throw new Error('Somebody holds the feed.');
  const writeBudget = { tokens: 0, at: clock.now() };
  const gathering = { since: clock.now() - MINUTE, held: 3 };
  await stores.feed.release(before, clock.now(), aFeedReport({ writeBudget, gathering }));
  const puts: string[] = [];
  const skills = notingPuts(stores, puts);
  const feed = await startVirtualFeed({
    ...options,
    clock,
    stores,
    overrides: { skills, ...options.overrides },
  });
  const say = (id: string, name: string) => {
    const updated_at = new Date(clock.now()).toISOString();
    feed.server().say({ type: 'skill_update', data: { skill_id: id, name, updated_at } });
  };
  const nameOf = async (id: string) =>
    (await stores.skillReader.get(id, new Date(clock.now())))?.remote.skill.name;
  /** Announces for so long a change of each skill in turn, one in so many milliseconds. */
  const noise = async (lastsMs: number, everyMs: number, ids: readonly string[]) => {
    for (let passed = 0; passed < lastsMs; passed += everyMs) {
      say(ids[(passed / everyMs) % ids.length] ?? '', `after ${passed}`);
      await clock.advance(everyMs);
    }
  };
  return { ...feed, puts, say, nameOf, noise };
}

function notingPuts({ skills }: TestStores, puts: string[]): TestStores['skills'] {
  return {
    ...skills,
    put: async (version, observation) => {
      puts.push(version.skill.skill_id);
      return skills.put(version, observation);
    },
  };
}

type Gathering = Awaited<ReturnType<typeof startGathering>>;

/** Another task takes the lease, and keeps it for a minute unless it renews it: its clock is ahead, to it ours is over. */
async function loseLease({ clock, stores }: Gathering) {
  await clock.advance(SECOND);
  const lease = await stores.feed.acquire('another task', clock.now() + 31 * SECOND, 30 * SECOND);
  if (lease === undefined) throw new Error('The lease is not over.');
  await clock.advance(20 * SECOND);
  return lease;
}

/** The other task holds the feed for so long. */
async function renewLease({ clock, stores }: Gathering, lease: FeedLease, forMs: number) {
  for (let passed = 0; passed < forMs; passed += 20 * SECOND) {
    await stores.feed.renew(lease, clock.now(), 30 * SECOND);
    await clock.advance(20 * SECOND);
  }
}

/** Catch-ups are asked for, and nobody makes one. */
const NO_SYNC = { invoke: async () => undefined };
const IDS = ['a', 'b', 'c', 'd', 'e'];

describe('a feed whose budget of writes is used up', () => {
  it('writes each skill once in a quarter of an hour while changes come, and the newest of each', async () => {
    const feed = await startGathering();

    await feed.noise(40 * MINUTE, 200, IDS);

    expect(feed.puts.length).toBe(2 * IDS.length);
    expect(await feed.report()).toMatchObject({ connected: true, gathering: { held: 5 } });
    await feed.clock.advance(15 * MINUTE);
    // The last five of 12,000 changes, each 200 ms after the one before.
    expect(await feed.nameOf('e')).toBe(`after ${40 * MINUTE - 200}`);
    await feed.stop();
  });

  it('writes as it comes again after a quarter of an hour of rest, and says so', async () => {
    const feed = await startGathering();
    feed.say('a', 'held');
    await feed.clock.advance(10 * SECOND);
    expect([await feed.nameOf('a'), (await feed.report())?.gathering?.held]).toEqual([undefined, 1]);

    await feed.clock.advance(15 * MINUTE);
    feed.say('b', 'at once');
    await feed.clock.advance(10 * SECOND);

    expect([await feed.nameOf('a'), await feed.nameOf('b')]).toEqual(['held', 'at once']);
    expect((await feed.report())?.gathering).toBeUndefined();
    await feed.stop();
  });

  it('removes at once what is deleted', async () => {
    const feed = await startGathering();
    await feed.stores.skills.put(version('a', 0), seen(0));
    feed.say('a', 'held');

    const deleted_at = new Date(feed.clock.now() + 1).toISOString();
    feed.server().say({ type: 'skill_delete', data: { skill_id: 'a', deleted_at } });
    await feed.clock.advance(SECOND);

    expect([await feed.nameOf('a'), feed.puts]).toEqual([undefined, []]);
    await feed.stop();
  });

  it('holds what it holds over a new connection', async () => {
    const feed = await startGathering({ overrides: NO_SYNC });
    feed.say('a', 'held');
    feed.server().events.ended({ kind: 'closed', code: 1012 });
    await feed.clock.advance(14 * MINUTE);
    expect(feed.puts).toEqual([]);

    await feed.clock.advance(2 * MINUTE);

    expect([feed.connects.length, feed.puts, await feed.nameOf('a')]).toEqual([2, ['a'], 'held']);
    await feed.stop();
  });

  it('leaves to a sync what that has stored', async () => {
    const feed = await startGathering();
    feed.say('a', 'held');
    await feed.clock.advance(MINUTE);
    feed.server().events.ended({ kind: 'closed', code: 1012 });
    await feed.clock.advance(20 * SECOND);
    feed.say('b', 'held');
    await feed.clock.advance(17 * MINUTE);

    // The catch-up has brought the first one.
    expect([feed.invoked.length, feed.puts]).toEqual([2, ['b']]);
    await feed.stop();
  });

  it('writes nothing any more once an operator has switched it off', async () => {
    const feed = await startGathering();
    feed.say('a', 'held');
    await feed.stores.feed.control({ enabled: false });
    await feed.clock.advance(20 * MINUTE);
    expect((await feed.report())?.gathering).toBeUndefined();
    await feed.stores.feed.control({ enabled: true });
    await feed.clock.advance(20 * MINUTE);

    // The catch-up brings it.
    expect([feed.puts, feed.invoked.length]).toEqual([[], 2]);
    await feed.stop();
  });

  it('writes nothing of what it held once it has lost the lease', async () => {
    const feed = await startGathering({ overrides: NO_SYNC });
    feed.say('a', 'held');
    await loseLease(feed);
    await feed.clock.advance(20 * MINUTE);

    expect([feed.connects.length, feed.puts]).toEqual([2, []]);
    await feed.stop();
    expect(feed.puts).toEqual([]);
  });

  it('has a catch-up bring it, once it holds the feed again', async () => {
    const feed = await startGathering();
    feed.say('a', 'held');
    await feed.clock.advance(10 * MINUTE);
    const before = feed.invoked.length;
    await loseLease(feed);
    await feed.clock.advance(5 * MINUTE);

    expect([before, feed.invoked.length]).toEqual([1, 2]);
    await feed.stop();
  });

  it('writes nothing after an emergency stop that it can not see, because another task has the lease', async () => {
    const feed = await startGathering({ overrides: NO_SYNC });
    feed.say('a', 'held');
    const lease = await loseLease(feed);
    await feed.stores.feed.control({ enabled: false });
    await renewLease(feed, lease, 20 * MINUTE);

    expect([feed.connects.length, feed.puts]).toEqual([1, []]);
    await feed.stop();
    expect(feed.puts).toEqual([]);
  });

  it('writes everything that it holds when it is stopped, and leaves its budget to the next task', async () => {
    const feed = await startGathering();
    for (const id of IDS) feed.say(id, 'held');
    await feed.clock.advance(10 * SECOND);
    expect(feed.puts).toEqual([]);

    await feed.stop();

    expect(feed.puts.sort()).toEqual(IDS);
    expect((await feed.report())?.writeBudget?.tokens).toBeLessThan(100);
  });
});
