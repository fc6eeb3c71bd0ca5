import { afterEach, describe, expect, it } from 'vitest';
import { type RatingSystem, type RatingSystemOptions, startRatingSystem } from './rating-system.ts';

let s: RatingSystem;
afterEach(() => s.stop());

async function start(options: RatingSystemOptions = {}) {
  s = await startRatingSystem(options);
  return s.skill(0);
}

describe('An upload', () => {
  it('brings a rating to the marketplace and leaves it in no index', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 4, 'Good.');
    await s.sync();
    await s.work();

    expect(s.remote(skill, 'dana')).toMatchObject({ rating: 4, comment: 'Good.' });
    const rating = await s.get(skill, 'dana');
    expect(rating).toMatchObject({
      status: 'synced',
      revision: 1,
      syncedRevision: 1,
      sent: [],
      retryCount: 0,
    });
    expect(rating).not.toHaveProperty('dueAt');
    expect(rating).not.toHaveProperty('claim');
    expect(await s.stores.ratings.count('queued')).toBe(0);
    expect(await s.stores.tally.read()).toBe(1);
    expect(s.queue.size()).toBe(0);
  });
});
