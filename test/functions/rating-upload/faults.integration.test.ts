import { afterEach, describe, expect, it } from 'vitest';
import { queueRatings } from '#functions/rating-sync/queue-ratings.ts';
import {
  type RatingSystem,
  type RatingSystemOptions,
  SILENT_LOG,
  startRatingSystem,
  VISIBILITY_MS,
} from './rating-system.ts';

const MINUTE = 60_000;
let s: RatingSystem;
afterEach(() => s.stop());

async function start(options: RatingSystemOptions = {}) {
  s = await startRatingSystem(options);
  return s.skill(0);
}

const never = () => new Promise<never>(() => undefined);
const uploads = () => s.marketplace.stats.byRoute.add_rating ?? 0;
const advance = (ms: number) => s.clock.advance?.(ms);
const failed = async () =>
  (await s.stores.ratings.waiting(['failed', 'dead_lettered'], { limit: 2_000 })).items;

describe('Ratings survive', () => {
  it('a function that is killed after the marketplace took the rating and before it was written down', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 4);
    await s.sync();
    let taken = () => {};
    const isTaken = new Promise<void>((resolve) => {
      taken = resolve;
    });
    const { ratings } = s.stores;
    // Its first write is the claim; the second one never comes to an end.
    let writes = 0;
    const dying = {
      ...ratings,
      change: (...args: Parameters<typeof ratings.change>) => {
        writes += 1;
        if (writes === 1) return ratings.change(...args);
        taken();
        return never();
      },
    };
    void s.workOnce(s.newUploader({ ratings: dying }));
    await isTaken;
    expect(s.remote(skill, 'dana')).toMatchObject({ rating: 4 });
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'queued', sent: [expect.any(String)] });

    advance(VISIBILITY_MS + 1_000);
    await s.work();

    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced' });
    expect(s.marketplace.ratings.list()).toHaveLength(1);
    expect(await s.conflicts()).toEqual([]);
  });

  it('the same, when the user rates anew before the message comes back', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 4);
    await s.sync();
    await new Promise<void>((resolve) => {
      const { ratings } = s.stores;
      let writes = 0;
      const change: typeof ratings.change = (...args) => {
        writes += 1;
        if (writes === 1) return ratings.change(...args);
        resolve();
        return never();
      };
      void s.workOnce(s.newUploader({ ratings: { ...ratings, change } }));
    });
    await s.rate(skill, 'dana', 2);
    await s.settle();

    expect(s.remote(skill, 'dana')).toMatchObject({ rating: 2 });
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced', rating: 2 });
    // What it found there was its own echo, whatever the two clocks say.
    expect(await s.conflicts()).toEqual([]);
  });

  it('a rating sync that is killed between marking and sending', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 5);
    await new Promise<void>((resolve) => {
      const send = () => {
        resolve();
        return never();
      };
      const deps = { ratings: s.stores.ratings, queue: { send }, now: s.clock.now, log: SILENT_LOG };
      const context = { runId: '01KHTNPR6M4Y8Z0V9QK2D3F5GH', signal: new AbortController().signal };
      void queueRatings(deps, context, () => undefined);
    });
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'queued' });
    expect(s.queue.size()).toBe(0);

    expect((await s.sync()).counts).toMatchObject({ uploaded: 0 });
    expect(uploads()).toBe(0);
    advance(16 * MINUTE);
    await s.sync();
    await s.work();

    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced' });
    expect(uploads()).toBe(1);
  });

  it('a message that is delivered twice at the same time, uploading once', async () => {
    const skill = await start({ latencyMs: 30 });
    await s.rate(skill, 'dana', 5);
    await s.sync();
    const first = s.workOnce();
    s.queue.deliverAgain();
    const second = s.workOnce();
    expect(await Promise.all([first, second])).toContainEqual({ uploaded: 0, failed: 0, skipped: 1 });
    advance(2 * VISIBILITY_MS);
    await s.work();

    expect(uploads()).toBe(1);
    expect(s.queue.size() + s.queue.deadSize()).toBe(0);
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced' });
  });

  it('a marketplace that is down for an hour', async () => {
    const skill = await start();
    s.marketplace.faults.add({ kind: 'status', status: 503, times: 'always' });
    for (let n = 0; n < 7; n += 1) await s.rate(skill, `user-${n}`, 3);
    await s.settle(60 * MINUTE);
    expect(await failed()).toHaveLength(7);
    for (const rating of await failed()) {
      expect(rating).toMatchObject({
        status: 'failed',
        failure: { code: 'marketplace_unavailable', final: false },
      });
      expect(rating.nextAttemptAt).toBeGreaterThan(0);
      expect(rating.retryCount).toBeGreaterThan(1);
      expect(rating.lastRetryAt).toBeGreaterThan(0);
    }
    s.marketplace.faults.clear();
    await s.settle(2 * 60 * MINUTE);

    expect(await failed()).toEqual([]);
    expect(s.queue.deadSize()).toBe(0);
    expect(s.marketplace.ratings.list()).toHaveLength(7);
  });

  it('a token that expires in the middle', async () => {
    const skill = await start();
    for (let n = 0; n < 12; n += 1) await s.rate(skill, `user-${n}`, 3);
    s.marketplace.faults.add({ kind: 'expired_token', route: 'add_rating', after: 4 });
    const token = 'another-token';
    s.marketplace.tokens.accept(token);
    s.rotateToken(token);
    await s.sync();
    await s.work();

    expect(s.marketplace.ratings.list()).toHaveLength(12);
    expect(await s.stores.ratings.count('queued')).toBe(0);
    expect(await failed()).toEqual([]);
  });

  it('a queue that can’t be reached', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 1);
    s.queue.isDown = true;
    expect(await s.sync()).toMatchObject({ status: 'failed', error: { code: 'queue_unavailable' } });
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'pending' });
    s.queue.isDown = false;
    const send = s.queue.send;
    s.queue.send = async (messages) => messages;
    expect(await s.sync()).toMatchObject({ status: 'failed', error: { code: 'queue_unavailable' } });
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'pending' });
    s.queue.send = send;
    await s.sync();
    await s.work();
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced' });
  });

  it('a thousand ratings of which three in a hundred are poison', async () => {
    await start();
    for (let n = 0; n < 1_000; n += 1) {
      const skill = n % 100 < 3 ? 'gone' : s.skill(n % 20);
      await s.rate(skill, `user-${n}`, (n % 5) + 1);
    }
    await s.sync();
    await s.work();

    expect(s.marketplace.ratings.list()).toHaveLength(970);
    expect(s.marketplace.stats.maxConcurrentUploads).toBeLessThanOrEqual(10);
    const poison = await failed();
    expect(poison).toHaveLength(30);
    for (const rating of poison) {
      expect(rating).toMatchObject({
        skillId: 'gone',
        failure: { code: 'skill_not_found', final: true },
        retryCount: 1,
      });
    }
    expect(s.queue.size() + s.queue.deadSize()).toBe(0);
    expect(uploads()).toBe(1_000);
    expect(await s.stores.tally.read()).toBe(970);
    await s.settle(3 * 60 * MINUTE);
    expect(uploads()).toBe(1_000);
  });

  it('a user who rates ten times quickly', async () => {
    const skill = await start({ latencyMs: 5 });
    const working = (async () => {
      for (let n = 0; n < 10; n += 1) {
        await s.rate(skill, 'dana', (n % 5) + 1, `try ${n}`);
        if (n % 3 === 0) await s.sync();
        if (n % 4 === 1) await s.work();
      }
    })();
    await working;
    await s.settle();

    expect(s.marketplace.ratings.list()).toMatchObject([{ rating: 5, comment: 'try 9' }]);
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced', revision: 10, syncedRevision: 10 });
    expect(await s.conflicts()).toEqual([]);
  });

  it('a skill that was removed meanwhile, until it is back and somebody asks again', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 4);
    const record = s.marketplace.catalog.get(skill)!;
    s.marketplace.catalog.removeSkill(skill);
    const run = await s.sync();
    await s.work();
    expect(run.status).toBe('success');
    expect(await failed()).toMatchObject([{ failure: { code: 'skill_not_found', final: true } }]);
    expect(uploads()).toBe(1);
    await s.settle(2 * 60 * MINUTE);
    expect(uploads()).toBe(1);

    s.marketplace.catalog.upsertSkill(record);
    await s.rate(skill, 'dana', 5);
    await s.settle(30 * MINUTE);
    expect(s.remote(skill, 'dana')).toMatchObject({ rating: 5 });
  });

  it.each([
    ['an answer that is reset', { kind: 'reset', afterCommit: true }],
    ['an answer that is cut off', { kind: 'cut' }],
    ['a 500 after the work was done', { kind: 'status', status: 500, afterCommit: true }],
    ['an answer that is a web page', { kind: 'html', afterCommit: true }],
    ['an answer that is no JSON', { kind: 'garbage', afterCommit: true }],
    ['an answer of another shape', { kind: 'shape', shape: 'array' }],
  ] as const)('%s, asking once what became of it', async (_what, fault) => {
    const skill = await start();
    await s.rate(skill, 'dana', 4);
    s.marketplace.faults.add({ ...fault, route: 'add_rating' });
    await s.sync();
    await s.work();

    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced' });
    expect(s.marketplace.ratings.list()).toHaveLength(1);
    expect(uploads()).toBe(1);
    expect(await s.conflicts()).toEqual([]);
  });

  it('a limit that says wait: put back for just that long, and never dead-lettered', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 4);
    s.marketplace.faults.add({ kind: 'rate_limit', retryAfterSeconds: 600, times: 9 });
    await s.sync();
    const before = s.clock.now();
    await s.work();
    const waits = (s.queue.nextVisibleAt() ?? 0) - before;
    expect(waits).toBeGreaterThan(595_000);
    expect(waits).toBeLessThan(620_000);
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'queued', retryCount: 0 });
    for (let n = 0; n < 9; n += 1) {
      advance(601_000);
      await s.work();
      expect(s.queue.deadSize()).toBe(0);
    }
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced' });
  });
});
