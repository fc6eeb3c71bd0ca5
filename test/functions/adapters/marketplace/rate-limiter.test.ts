import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '#adapters/marketplace/rate-limiter.ts';
import { OutOfTimeError, RateLimitedError } from '#core/errors.ts';
import { createVirtualClock, settle } from '#test/virtual-clock.ts';
import { create, pass } from './limiter-harness.ts';

/** What the limiter adds to a minute. */
const WINDOW_MS = 60_250;

describe('createRateLimiter', () => {
  it('lets as many go at once as it may and the next when one is released', async () => {
    // Prepare
    const { limiter } = create({ perMinute: 100, concurrent: 2 });
    const slots = [await limiter.acquire(), await limiter.acquire()];
    let third = false;
    const waiting = limiter.acquire().then(() => {
      third = true;
    });

    // Act & Assess
    await settle();
    expect(third).toBe(false);
    slots[0]!.release();
    await waiting;
    expect(third).toBe(true);
  });

  it('keeps the place of a request for a minute from its answer, not from its start', async () => {
    const { clock, limiter } = create({ perMinute: 1, concurrent: 5 });
    const slot = await limiter.acquire();
    slot.sent();
    await clock.advance(20_000);
    slot.answered();
    const answeredAt = clock.now();
    await clock.advance(5000);
    slot.release();

    const next = await clock.run(pass(limiter, clock));

    expect(next - answeredAt).toBe(WINDOW_MS);
  });

  it('keeps the place of a request that was never answered for a minute from its end', async () => {
    const { clock, limiter } = create({ perMinute: 1, concurrent: 5 });
    const slot = await limiter.acquire();
    slot.sent();
    await clock.advance(30_000);
    const endedAt = clock.now();
    slot.release();

    expect((await clock.run(pass(limiter, clock))) - endedAt).toBe(WINDOW_MS);
  });

  it('does not count a slot that was given back unused', async () => {
    const { clock, limiter } = create({ perMinute: 1, concurrent: 1 });
    (await limiter.acquire()).release();

    expect((await clock.run(pass(limiter, clock))) - clock.now()).toBe(0);
  });

  it('counts a slot once when it is released twice', async () => {
    const { clock, limiter } = create({ perMinute: 10, concurrent: 1 });
    const slot = await limiter.acquire();
    slot.release();
    slot.release();
    await limiter.acquire();

    await expect(limiter.acquire({ maxWaitMs: 0 })).rejects.toThrow(OutOfTimeError);
    expect(clock.pending()).toBe(0);
  });

  it('holds everyone until the pause is over, to the millisecond, and never shortens a pause', async () => {
    const { clock, limiter } = create({ perMinute: 100, concurrent: 10 });
    const startedAt = clock.now();
    limiter.pause(7000);
    limiter.pause(3000);

    const waits = await clock.run(Promise.all([pass(limiter, clock), pass(limiter, clock)]));

    expect(waits.map((at) => at - startedAt)).toEqual([7000, 7000]);
  });

  it('leaves the line and no timer when the signal aborts', async () => {
    const { clock, limiter } = create({ perMinute: 1, concurrent: 1 });
    await pass(limiter, clock);
    const controller = new AbortController();
    const reason = new Error('enough');
    const waiting = limiter.acquire({ signal: controller.signal });
    await settle();
    expect(clock.pending()).toBe(1);

    controller.abort(reason);

    await expect(waiting).rejects.toBe(reason);
    await expect(limiter.acquire({ signal: controller.signal })).rejects.toBe(reason);
    expect(clock.pending()).toBe(0);
  });

  it('lets the ones behind move up when the one in front leaves', async () => {
    const { clock, limiter } = create({ perMinute: 1, concurrent: 1 });
    await pass(limiter, clock);
    const controller = new AbortController();
    const front = limiter.acquire({ signal: controller.signal }).catch(() => 'left');
    const behind = pass(limiter, clock);
    const startedAt = clock.now();
    controller.abort();

    expect(await front).toBe('left');
    expect((await clock.run(behind)) - startedAt).toBe(WINDOW_MS);
  });

  it('turns away at once whoever can not be served in time, and only him', async () => {
    const { clock, limiter } = create({ perMinute: 2, concurrent: 5 });
    await pass(limiter, clock);
    await clock.advance(1000);
    await pass(limiter, clock);
    const patient = limiter.acquire({ maxWaitMs: 59_500 });

    // The second in line has to wait for the second place, which comes free a second later.
    await expect(limiter.acquire({ maxWaitMs: 59_500 })).rejects.toThrow(OutOfTimeError);
    const startedAt = clock.now();
    await clock.run(patient);
    expect(clock.now() - startedAt).toBe(59_250);
  });

  it('says for how long the marketplace wants to be left alone when that is the reason', async () => {
    const { limiter } = create({ perMinute: 100, concurrent: 10 });
    limiter.pause(90_000);

    const error = await limiter.acquire({ maxWaitMs: 30_000 }).catch((caught: unknown) => caught);

    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error).toMatchObject({ retryAfterMs: 90_000 });
  });

  it('turns away those who wait already when a pause takes their last chance', async () => {
    const { clock, limiter } = create({ perMinute: 1, concurrent: 1 });
    const slot = await limiter.acquire();
    const waiting = limiter.acquire({ maxWaitMs: 62_000 });
    slot.sent();
    slot.answered();
    limiter.pause(63_000);

    await expect(waiting).rejects.toThrow(RateLimitedError);
    expect(clock.pending()).toBe(0);
  });

  it('gives up at the deadline when no slot is released before', async () => {
    const { clock, limiter } = create({ perMinute: 100, concurrent: 1 });
    await limiter.acquire();
    const startedAt = clock.now();

    await expect(clock.run(limiter.acquire({ maxWaitMs: 4000 }))).rejects.toThrow(OutOfTimeError);
    expect(clock.now() - startedAt).toBe(4000);
  });

  it('waits no longer when the clock is set back meanwhile', async () => {
    const clock = createVirtualClock();
    let setBack = 0;
    const limiter = createRateLimiter(
      { now: () => clock.now() - setBack, sleep: clock.sleep },
      { perMinute: 1, concurrent: 1 },
    );
    await pass(limiter, clock);
    const startedAt = clock.now();
    setBack = 3_600_000;

    expect((await clock.run(pass(limiter, clock))) - startedAt).toBe(WINDOW_MS);
  });

  it('sleeps a very long pause in pieces that no timer overflows on', async () => {
    const clock = createVirtualClock();
    const slept: number[] = [];
    const limiter = createRateLimiter({
      now: clock.now,
      sleep: (ms, signal) => {
        slept.push(ms);
        return clock.sleep(ms, signal);
      },
    });
    const startedAt = clock.now();
    limiter.pause(30 * 24 * 3_600_000);

    expect((await clock.run(pass(limiter, clock))) - startedAt).toBe(30 * 24 * 3_600_000);
    expect(Math.max(...slept)).toBeLessThan(2 ** 31);
  });

  it.each([
    { perMinute: 0, concurrent: 1 },
    { perMinute: 1, concurrent: 0 },
    { perMinute: Number.NaN, concurrent: 1 },
  ])('refuses limits that would let nobody go: %o', (limits) => {
    expect(() => createRateLimiter(createVirtualClock(), limits)).toThrow(RangeError);
  });

  it('gives the whole rate when there is no latency: as many a minute as allowed, at once', async () => {
    const { clock, limiter } = create({ perMinute: 100, concurrent: 10 });
    const startedAt = clock.now();

    const times = await clock.run(Promise.all(Array.from({ length: 301 }, () => pass(limiter, clock))));

    const after = times.map((at) => at - startedAt);
    expect(after.filter((ms) => ms === 0)).toHaveLength(100);
    expect(after.filter((ms) => ms === WINDOW_MS)).toHaveLength(100);
    expect(after.at(-1)).toBe(3 * WINDOW_MS);
  });
});
