import { afterEach, describe, expect, it } from 'vitest';
import { type RatingSystem, type RatingSystemOptions, startRatingSystem } from './rating-system.ts';

const MINUTE = 60_000;
let s: RatingSystem;
afterEach(() => s.stop());

async function start(options: RatingSystemOptions = {}) {
  s = await startRatingSystem(options);
  return s.skill(0);
}

const advance = (ms: number) => s.clock.advance?.(ms);
const addThere = (skill_id: string, rating: number, comment?: string) =>
  s.marketplace.ratings.add({ skill_id, user_id: 'dana', rating, comment });
const bring = async () => {
  await s.syncQuickly();
  await s.work();
};
const requests = (route: 'add_rating' | 'update_rating' | 'skill') => s.marketplace.stats.byRoute[route] ?? 0;

describe('The newest rating wins', () => {
  it('where theirs is newer: ours takes it, and a conflict tells of it', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 2, 'mine');
    advance(MINUTE);
    addThere(skill, 5, 'theirs');
    await bring();

    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced', rating: 5, comment: 'theirs' });
    expect(s.remote(skill, 'dana')).toMatchObject({ rating: 5, comment: 'theirs' });
    expect(await s.conflicts()).toMatchObject([
      {
        outcome: 'remote_won',
        ours: { rating: 2, comment: 'mine' },
        theirs: { rating: 5, comment: 'theirs' },
      },
    ]);
  });

  it('where ours is newer: it is put in place of theirs', async () => {
    const skill = await start();
    addThere(skill, 5, 'theirs');
    advance(MINUTE);
    await s.rate(skill, 'dana', 2);
    await bring();

    expect(s.remote(skill, 'dana')).toMatchObject({ rating: 2, comment: '' });
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced', rating: 2 });
    expect(await s.conflicts()).toMatchObject([{ outcome: 'local_won' }]);
  });

  it.each([404, 405, 501] as const)(
    'where ours is newer and updates answer %i: closed as a conflict, not tried for ever',
    async (status) => {
      const skill = await start({ ratingUpdates: status });
      addThere(skill, 5);
      advance(MINUTE);
      await s.rate(skill, 'dana', 2);
      await bring();
      const puts = requests('update_rating');
      expect(puts).toBe(1);
      await s.settle(3 * 60 * MINUTE);

      expect(requests('update_rating')).toBe(puts);
      expect(await s.get(skill, 'dana')).toMatchObject({
        status: 'failed',
        rating: 2,
        failure: { code: 'updates_not_supported', final: true },
      });
      expect(await s.conflicts()).toMatchObject([{ outcome: 'updates_not_supported' }]);
      expect(s.queue.size() + s.queue.deadSize()).toBe(0);
    },
  );

  it('where both say the same: done, without a conflict', async () => {
    const skill = await start();
    addThere(skill, 4, 'same');
    await s.rate(skill, 'dana', 4, 'same');
    await bring();

    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced', rating: 4 });
    expect(await s.conflicts()).toEqual([]);
    expect(requests('update_rating')).toBe(0);
  });

  it('where we rate anew: what changed there since is not overwritten unseen', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 3);
    await bring();
    advance(MINUTE);
    await s.rate(skill, 'dana', 4);
    advance(MINUTE);
    // Somebody changes it there; its time there stays that of the first rating.
    const { rating_id } = s.remote(skill, 'dana')!;
    s.marketplace.ratings.update(rating_id, { rating: 1 });
    await bring();

    // Its time there is older than ours, so ours is the newer one as far as anybody can tell.
    expect(s.remote(skill, 'dana')).toMatchObject({ rating: 4 });
    expect(await s.conflicts()).toMatchObject([{ outcome: 'local_won', theirs: { rating: 1 } }]);
  });

  it('where we rate anew and nothing changed there: changed there, without a conflict', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 3, 'first');
    await bring();
    advance(MINUTE);
    await s.rate(skill, 'dana', 5);
    await bring();

    expect(s.remote(skill, 'dana')).toMatchObject({ rating: 5, comment: '' });
    expect(await s.conflicts()).toEqual([]);
    expect(await s.stores.tally.read()).toBe(1);
  });

  it.each([
    ['an hour ahead', 60 * MINUTE],
    ['an hour behind', -60 * MINUTE],
    ['a day ahead', 24 * 60 * MINUTE],
  ])('by one clock, though the marketplace’s is %s', async (_what, offMs) => {
    const clock = (await import('#test/functions/skill-sync/fast-clock.ts')).createFastClock();
    const skill = await start({ clock, now: () => clock.now() + offMs });
    // Theirs is five minutes older, then five minutes newer.
    addThere(skill, 5);
    advance(5 * MINUTE);
    await s.rate(skill, 'dana', 2);
    advance(5 * MINUTE);
    await bring();
    expect(s.remote(skill, 'dana')).toMatchObject({ rating: 2 });

    const other = s.skill(1);
    await s.rate(other, 'dana', 2);
    advance(5 * MINUTE);
    addThere(other, 5);
    advance(5 * MINUTE);
    await bring();
    expect(await s.get(other, 'dana')).toMatchObject({ status: 'synced', rating: 5 });
  });

  it('where the answer to a change was lost: asked, not sent again', async () => {
    const skill = await start();
    addThere(skill, 5);
    advance(MINUTE);
    await s.rate(skill, 'dana', 2);
    s.marketplace.faults.add({ kind: 'reset', afterCommit: true, route: 'update_rating' });
    await bring();

    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced', rating: 2 });
    expect(requests('update_rating')).toBe(1);
  });
});

describe('Ratings flow back', () => {
  it('when they changed there, also without a word about the time', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 2);
    await bring();
    const { rating_id } = s.remote(skill, 'dana')!;
    s.marketplace.ratings.update(rating_id, { rating: 5, comment: 'changed there' });
    advance(31 * MINUTE);
    expect(await s.syncQuickly()).toMatchObject({ pulled: 1 });

    expect(await s.get(skill, 'dana')).toMatchObject({
      status: 'synced',
      rating: 5,
      comment: 'changed there',
    });
    advance(31 * MINUTE);
    expect(await s.syncQuickly()).toMatchObject({ pulled: 0 });
    expect(requests('add_rating') + requests('update_rating')).toBe(1);
  });

  it('of users who never rated here, as copies that are not sent back', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 2);
    s.marketplace.ratings.add({ skill_id: skill, user_id: 'eli', rating: 1, comment: 'no' });
    await bring();
    advance(31 * MINUTE);
    await s.syncQuickly();

    expect(await s.get(skill, 'eli')).toMatchObject({
      status: 'synced',
      rating: 1,
      comment: 'no',
      revision: 0,
    });
    expect((await s.stores.ratings.ofSkill(skill, 9, undefined)).items).toHaveLength(2);
    await s.rate(skill, 'eli', 4);
    await bring();
    expect(s.remote(skill, 'eli')).toMatchObject({ rating: 4 });
    expect(await s.conflicts()).toEqual([]);
  });

  it('never over a rating that waits for its upload', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 2);
    await bring();
    const { rating_id } = s.remote(skill, 'dana')!;
    s.marketplace.ratings.update(rating_id, { rating: 1 });
    advance(31 * MINUTE);
    await s.rate(skill, 'dana', 5);
    await s.syncQuickly();

    expect(await s.get(skill, 'dana')).toMatchObject({ rating: 5, status: 'queued' });
  });

  it('from at most 20 skills in one run, each in its turn, and not from one that is gone', async () => {
    await start({ skills: 30 });
    for (let n = 0; n < 25; n += 1) await s.rate(s.skill(n), 'dana', 3);
    await s.syncQuickly();
    expect(requests('skill')).toBe(20);
    await s.syncQuickly();
    expect(requests('skill')).toBe(25);
    await s.work();

    const [first] = s.marketplace.catalog.ids();
    s.marketplace.catalog.removeSkill(first!);
    advance(31 * MINUTE);
    await s.syncQuickly();
    await s.syncQuickly();
    const before = requests('skill');
    advance(31 * MINUTE);
    await s.syncQuickly();
    await s.syncQuickly();
    expect(requests('skill') - before).toBe(24);
  });
});

describe('Dead letters', () => {
  const dieOften = async (skill: string) => {
    await s.rate(skill, 'dana', 3);
    s.marketplace.faults.add({ kind: 'status', status: 500, times: 'always' });
    await s.syncQuickly();
    for (let n = 0; n < 7; n += 1) {
      await s.work();
      advance(90 * MINUTE);
    }
    s.queue.receive(1);
  };

  it('take a message after five receives, and its rating says so', async () => {
    const skill = await start();
    await dieOften(skill);
    expect(s.queue.deadSize()).toBe(1);
    expect(await s.get(skill, 'dana')).toMatchObject({
      status: 'dead_lettered',
      retryCount: 5,
      failure: { code: 'marketplace_unavailable' },
    });
    s.marketplace.faults.clear();
    await s.settle(6 * 60 * MINUTE);
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'dead_lettered' });
    expect(s.queue.deadSize()).toBe(1);
  });

  it('go back into the queue by a redrive', async () => {
    const skill = await start();
    await dieOften(skill);
    s.marketplace.faults.clear();
    expect(await s.syncQuickly(true)).toMatchObject({ redriven: 1 });
    await s.work();
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced', retryCount: 0 });
    expect(s.queue.size() + s.queue.deadSize()).toBe(0);
  });

  it('are deleted once their rating is settled or waits for another try', async () => {
    const skill = await start();
    await dieOften(skill);
    s.marketplace.faults.clear();
    await s.rate(skill, 'dana', 4);
    expect(await s.syncQuickly()).toMatchObject({ dead_letters_deleted: 1 });
    await s.work();
    expect(s.queue.size() + s.queue.deadSize()).toBe(0);
    expect(s.remote(skill, 'dana')).toMatchObject({ rating: 4 });
  });

  it('tell a rating whose function was killed each time, last of all on the fifth', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 3);
    await s.syncQuickly();
    for (let n = 0; n < 5; n += 1) {
      expect(s.queue.receive(1)).toHaveLength(1);
      advance(13 * MINUTE);
    }
    expect(s.queue.receive(1)).toEqual([]);
    expect(s.queue.deadSize()).toBe(1);
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'queued' });
    expect(await s.syncQuickly()).toMatchObject({ dead_letters_marked: 1 });
    expect(await s.get(skill, 'dana')).toMatchObject({
      status: 'dead_lettered',
      failure: { code: 'upload_lost' },
    });
  });
});
