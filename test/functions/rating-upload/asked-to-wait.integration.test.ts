import { afterEach, describe, expect, it } from 'vitest';
import { MAX_RECEIVES } from '#core/ratings/upload-limits.ts';
import type { Fault } from '#local/marketplace/faults/fault-schema.ts';
import { type RatingSystem, type RatingSystemOptions, startRatingSystem } from './rating-system.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let s: RatingSystem;
afterEach(() => s.stop());

async function start(options: RatingSystemOptions = {}) {
  s = await startRatingSystem(options);
  return s.skill(0);
}

const advance = (ms: number) => s.clock.advance?.(ms);
const requests = () => s.marketplace.stats.requests;

function busy(status: number, retryAfter: string, over: Partial<Fault> = {}): Fault {
  return {
    kind: 'status',
    status,
    headers: { 'retry-after': retryAfter },
    times: 'always',
    ...over,
  } as Fault;
}

/** Works, and says when the message is visible next, in milliseconds from before. */
async function waitAfterWork(): Promise<number> {
  const before = s.clock.now();
  await s.work();
  return (s.queue.nextVisibleAt() ?? 0) - before;
}

/** Until the marketplace is itself again, and some time after. */
async function recover(skill: string): Promise<void> {
  s.marketplace.faults.clear();
  advance(HOUR);
  await s.work();
  expect(await s.get(skill, 'dana')).toMatchObject({ status: 'synced' });
  expect(s.queue.deadSize()).toBe(0);
}

describe('An upload that the marketplace asks to wait', () => {
  it.each([429, 503, 500, 502, 504, 408, 425])(
    'is put back for just so long, counted as nothing, and never dead-lettered: %d',
    async (status) => {
      const skill = await start();
      await s.rate(skill, 'dana', 4);
      await s.sync();
      s.marketplace.faults.add(busy(status, '600'));
      for (let n = 0; n < 3 * MAX_RECEIVES; n += 1) {
        const waits = await waitAfterWork();
        expect(waits).toBeGreaterThan(595_000);
        expect(waits).toBeLessThan(620_000);
        expect(await s.get(skill, 'dana')).toMatchObject({ status: 'queued', retryCount: 0 });
        expect((await s.get(skill, 'dana'))?.failure).toBeUndefined();
        expect(s.queue.deadSize()).toBe(0);
        advance(waits + 1_000);
      }
      // One attempt each time: nothing is asked while the marketplace wants to be left alone.
      expect(s.marketplace.stats.byRoute.add_rating).toBe(3 * MAX_RECEIVES);
      await recover(skill);
    },
  );

  it('reads the wait as a date by the marketplace’s own clock', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 4);
    await s.sync();
    const headers = { date: 'Thu, 19 Feb 2026 10:30:00 GMT', 'retry-after': 'Thu, 19 Feb 2026 10:40:00 GMT' };
    s.marketplace.faults.add({ kind: 'status', status: 503, headers, times: 'always' });
    const waits = await waitAfterWork();
    expect(waits).toBeGreaterThan(595_000);
    expect(waits).toBeLessThan(620_000);
    await recover(skill);
  });

  it('believes an hour at most', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 4);
    await s.sync();
    s.marketplace.faults.add(busy(503, '86400'));
    const waits = await waitAfterWork();
    expect(waits).toBeGreaterThan(HOUR - 5_000);
    expect(waits).toBeLessThan(HOUR + 20_000);
    await recover(skill);
  });

  it('waits as well when it is the look at what the marketplace has that is refused', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 4);
    await s.sync();
    await s.work();
    await s.rate(skill, 'dana', 2);
    await s.sync();
    s.marketplace.faults.add(busy(503, '600', { route: 'skill' }));
    expect(await waitAfterWork()).toBeGreaterThan(595_000);
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'queued', retryCount: 0 });
    await recover(skill);
    expect(s.remote(skill, 'dana')).toMatchObject({ rating: 2 });
  });

  it('waits as well when it asks what became of an answer that was lost', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 4);
    await s.sync();
    s.marketplace.faults.add({ kind: 'reset', afterCommit: true, route: 'add_rating' });
    s.marketplace.faults.add(busy(503, '600', { route: 'skill' }));
    expect(await waitAfterWork()).toBeGreaterThan(595_000);
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'queued', retryCount: 0 });
    await recover(skill);
    expect(s.marketplace.ratings.list()).toHaveLength(1);
    expect(await s.conflicts()).toEqual([]);
  });

  it('has every attempt still to come that it was forbidden', async () => {
    const skill = await start();
    await s.rate(skill, 'dana', 4);
    await s.sync();
    const wait = s.marketplace.faults.add(busy(503, '60'));
    for (let n = 1; n < MAX_RECEIVES; n += 1) advance(1_000 + (await waitAfterWork()));
    s.marketplace.faults.clear(wait);
    s.marketplace.faults.add({ kind: 'status', status: 500, times: 'always' });
    const begunAt = s.clock.now();
    let failures = 0;
    for (let n = 0; s.queue.deadSize() === 0; n += 1) {
      expect(n).toBeLessThan(40);
      await s.work();
      failures = (await s.get(skill, 'dana'))?.retryCount ?? 0;
      advance(Math.max(1_000, (s.queue.nextVisibleAt() ?? 0) - s.clock.now()));
    }
    expect(failures).toBeGreaterThanOrEqual(MAX_RECEIVES);
    expect(s.clock.now() - begunAt).toBeGreaterThan(HOUR);
    expect(await s.get(skill, 'dana')).toMatchObject({ status: 'dead_lettered' });
  });

  it('makes no attempt before its time when its message comes early', async () => {
    const skill = await start({ random: () => 0.5 });
    await s.rate(skill, 'dana', 4);
    await s.sync();
    s.marketplace.faults.add({ kind: 'status', status: 500, times: 'always' });
    await s.work();
    advance(11_000);
    await s.work();
    const { nextAttemptAt = 0, retryCount } = (await s.get(skill, 'dana'))!;
    expect(retryCount).toBe(2);
    const sent = requests();
    s.queue.deliverAgain();
    await s.work();
    expect(requests()).toBe(sent);
    expect(await s.get(skill, 'dana')).toMatchObject({ retryCount: 2 });
    expect(s.queue.nextVisibleAt()).toBeGreaterThanOrEqual(nextAttemptAt);
  });
});
