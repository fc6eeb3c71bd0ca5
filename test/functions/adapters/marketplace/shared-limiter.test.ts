import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryRequestWindow } from '#adapters/dynamodb/memory-request-window.ts';
import { createRateLimiter } from '#adapters/marketplace/rate-limiter.ts';
import { createSharedLimiter, type SharedLimiter } from '#adapters/marketplace/shared-limiter.ts';
import { RateLimitedError } from '#core/errors.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const PER_MINUTE = 100;

/** Instances that know nothing of each other but the shared window. */
function createInstances(clock: VirtualClock, count: number): SharedLimiter[] {
  const window = createMemoryRequestWindow();
  return Array.from({ length: count }, () => {
    const local = createRateLimiter(clock, { perMinute: PER_MINUTE, concurrent: 5 });
    return createSharedLimiter({ local, window, now: clock.now, sleep: clock.sleep });
  });
}

/** Sends requests one after the other; each takes so long to be answered. */
async function send(
  clock: VirtualClock,
  limiter: SharedLimiter,
  { requests, tookMs, arrivals }: { requests: number; tookMs: number; arrivals: number[] },
): Promise<void> {
  for (let n = 0; n < requests; n += 1) {
    const slot = await limiter.acquire();
    slot.sent();
    await clock.sleep(tookMs / 2);
    arrivals.push(clock.now());
    await clock.sleep(tookMs / 2);
    slot.answered();
    slot.release();
    if (n % 3 === 0) await limiter.flush();
  }
  await limiter.flush();
}

/** The most arrivals within any 60 s. */
function busiestMinute(arrivals: readonly number[]): number {
  const times = [...arrivals].sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [last, at] of times.entries()) {
    while ((times[first] ?? at) <= at - 60_000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

describe('The shared limiter', () => {
  it('lets two instances use the minute fully, and never exceed it', async () => {
    const clock = createVirtualClock();
    const instances = createInstances(clock, 2);
    const arrivals: number[] = [];
    const startedAt = clock.now();
    const lanes = instances.flatMap((limiter) =>
      Array.from({ length: 5 }, () => send(clock, limiter, { requests: 50, tookMs: 40, arrivals })),
    );
    await clock.run(Promise.all(lanes));

    expect(arrivals).toHaveLength(500);
    expect(busiestMinute(arrivals)).toBe(PER_MINUTE);
    // The first hundred at once, each further hundred a minute later, and a little for the way of each.
    expect(clock.now() - startedAt).toBeGreaterThan(4 * 60_000);
    expect(clock.now() - startedAt).toBeLessThan(4 * 62_000);
  });

  it('never exceeds it, whatever the instances and however long answers take', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            instance: fc.integer({ min: 0, max: 2 }),
            requests: fc.integer({ min: 1, max: 60 }),
            tookMs: fc.constantFrom(2, 300, 5_000, 20_000),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        async (lanes) => {
          const clock = createVirtualClock();
          const instances = createInstances(clock, 3);
          const arrivals: number[] = [];
          await clock.run(
            Promise.all(
              lanes.map(({ instance, ...lane }) => send(clock, instances[instance]!, { ...lane, arrivals })),
            ),
          );
          expect(busiestMinute(arrivals)).toBeLessThanOrEqual(PER_MINUTE);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives back what was taken and not used', async () => {
    const clock = createVirtualClock();
    const [one, other] = createInstances(clock, 2) as [SharedLimiter, SharedLimiter];
    for (let n = 0; n < 250; n += 1) (await one.acquire()).release();
    await one.flush();
    const arrivals: number[] = [];
    await clock.run(send(clock, other, { requests: PER_MINUTE, tookMs: 2, arrivals }));
    expect(arrivals.at(-1)! - arrivals[0]!).toBeLessThan(1_000);
  });

  it('holds the places of an instance that was killed for three minutes, not for ever', async () => {
    const clock = createVirtualClock();
    const [killed, other] = createInstances(clock, 2) as [SharedLimiter, SharedLimiter];
    const slots = await Promise.all(Array.from({ length: 5 }, () => killed.acquire()));
    for (const slot of slots) slot.sent();
    const arrivals: number[] = [];
    await clock.run(send(clock, other, { requests: 96, tookMs: 2, arrivals }));
    expect(arrivals[94]! - arrivals[0]!).toBeLessThan(1_000);
    expect(arrivals[95]! - arrivals[0]!).toBeGreaterThan(59_000);
    await clock.advance(200_000);
    const later: number[] = [];
    await clock.run(send(clock, other, { requests: PER_MINUTE, tookMs: 2, arrivals: later }));
    expect(later.at(-1)! - later[0]!).toBeLessThan(1_000);
  });

  it('refuses at once what can’t be had in time, with the wait', async () => {
    const clock = createVirtualClock();
    const [one, other] = createInstances(clock, 2) as [SharedLimiter, SharedLimiter];
    await clock.run(send(clock, one, { requests: PER_MINUTE, tookMs: 2, arrivals: [] }));
    const refusal = await other.acquire({ maxWaitMs: 20_000 }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RateLimitedError);
    expect((refusal as RateLimitedError).retryAfterMs).toBeGreaterThan(55_000);
    expect((refusal as RateLimitedError).retryAfterMs).toBeLessThanOrEqual(60_250);
  });

  it('tells the others of a 429', async () => {
    const clock = createVirtualClock();
    const [one, other] = createInstances(clock, 2) as [SharedLimiter, SharedLimiter];
    one.pause(30_000);
    await one.flush();
    const startedAt = clock.now();
    await clock.run(other.acquire().then((slot) => slot.release()));
    expect(clock.now() - startedAt).toBe(30_000);
  });
});
