import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutOfTimeError, RateLimitedError } from '#core/errors.ts';
import { createRequestPace, type PaceState } from '#core/tickets/request-pace.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const FC_SEED = Number(process.env.FC_SEED ?? Date.now() % 1_000_000);

function create(options: { perMinute?: number; remainingMs?: () => number; before?: PaceState } = {}) {
  const clock = createVirtualClock();
  const {
    perMinute = 3,
    remainingMs = () => Number.POSITIVE_INFINITY,
    before = { requestTimes: [] },
  } = options;
  const pace = createRequestPace({ ...clock, remainingMs, perMinute }, before);
  const started = clock.now();
  return { clock, pace, passed: () => clock.now() - started };
}

describe('createRequestPace', () => {
  it('lets as many requests leave at once as a minute has, and the next a minute after the first', async () => {
    const { clock, pace, passed } = create();
    for (let n = 0; n < 3; n += 1) await pace.acquire();
    expect(passed()).toBe(0);
    await clock.run(pace.acquire());
    expect(passed()).toBe(60_250);
    expect(pace.hasWaited()).toBe(true);
  });

  it('counts a request from its answer on, since nobody knows when it was counted', async () => {
    const { clock, pace, passed } = create({ perMinute: 1 });
    await pace.acquire();
    await clock.advance(20_000);
    pace.answered();
    await clock.run(pace.acquire());
    expect(passed()).toBe(80_250);
  });

  it('goes on from what the last invocation has left, in whatever order', async () => {
    const clock = createVirtualClock();
    const now = clock.now();
    const before = { requestTimes: [now - 1_000, now - 70_000, now - 30_000] };
    const pace = createRequestPace({ ...clock, remainingMs: () => 600_000, perMinute: 2 }, before);
    expect(pace.state().requestTimes).toEqual([now - 1_000, now - 30_000]);
    await clock.run(pace.acquire());
    expect(clock.now() - now).toBe(30_250);
  });

  it('lets nothing leave in a pause, and never shortens one', async () => {
    const { clock, pace, passed } = create();
    pace.pause(40_000);
    pace.pause(10_000);
    expect(pace.state().pausedUntil).toBe(clock.now() + 40_000);
    await clock.run(pace.acquire());
    expect(passed()).toBe(40_000);
    expect(pace.state()).not.toHaveProperty('pausedUntil');
  });

  it('waits as long as the invocation lasts and leaves the rest to the next', async () => {
    const clock = createVirtualClock();
    const end = clock.now() + 60_000;
    const pace = createRequestPace(
      { ...clock, remainingMs: () => end - clock.now(), perMinute: 1 },
      { requestTimes: [] },
    );
    pace.pause(93_000);
    const error = await clock.run(pace.acquire().catch((thrown: unknown) => thrown));
    expect(error).toBeInstanceOf(OutOfTimeError);
    expect(error).toMatchObject({ retryAfterMs: 43_000 });
    expect(end - clock.now()).toBe(10_000);
    expect(pace.state()).toMatchObject({ pausedUntil: end + 33_000, requestTimes: [] });
  });

  it('ends the run where the pause is longer than one waits for', async () => {
    const { pace } = create();
    pace.pause(15 * 60_000 + 1);
    await expect(pace.acquire()).rejects.toBeInstanceOf(RateLimitedError);
    expect(pace.hasWaited()).toBe(false);
  });

  it('does not believe what only a wrong clock can have written', async () => {
    const { clock, pace, passed } = create({
      perMinute: 1,
      before: { requestTimes: [1_700_000_000_000 + 86_400_000], pausedUntil: 1_700_000_000_000 + 86_400_000 },
    });
    await clock.run(pace.acquire());
    expect(passed()).toBe(0);
  });

  it('stops waiting when the run does', async () => {
    const { clock, pace } = create({ perMinute: 1 });
    await pace.acquire();
    const stop = new AbortController();
    const waiting = pace.acquire(stop.signal).catch((thrown: unknown) => thrown);
    await clock.advance(10);
    stop.abort(new Error('stopped'));
    expect(await waiting).toEqual(new Error('stopped'));
    await expect(pace.acquire(stop.signal)).rejects.toThrow('stopped');
    expect(clock.pending()).toBe(0);
  });

  it(`holds the limit in any 60 s, over invocations (FC_SEED=${FC_SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.record({ gap: fc.integer({ min: 0, max: 40_000 }), restart: fc.boolean() }), {
          maxLength: 40,
        }),
        async (perMinute, steps) => {
          const clock = createVirtualClock();
          const deps = { ...clock, remainingMs: () => Number.POSITIVE_INFINITY, perMinute };
          let pace = createRequestPace(deps, { requestTimes: [] });
          const left: number[] = [];
          for (const { gap, restart } of steps) {
            await clock.advance(gap);
            if (restart) pace = createRequestPace(deps, pace.state());
            await clock.run(pace.acquire());
            left.push(clock.now());
            await clock.advance(100);
            pace.answered();
          }
          for (const [index, at] of left.entries()) {
            const first = left[index - perMinute];
            if (first !== undefined) expect(at - first).toBeGreaterThan(60_000);
          }
        },
      ),
      { seed: FC_SEED, numRuns: 60 },
    );
  });
});
