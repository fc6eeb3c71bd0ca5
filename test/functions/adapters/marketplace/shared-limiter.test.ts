import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryRequestWindow } from '#adapters/dynamodb/marketplace/memory-request-window.ts';
import type { SharedLimiter } from '#adapters/marketplace/shared-limiter.ts';
import { OutOfTimeError, RateLimitedError, StorageError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { LONGEST_PAUSE_MS } from '#core/marketplace/request-window.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';
import { createInstances, createWatchedWindow, PER_MINUTE } from './shared-limiter-scene.ts';

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

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

  it('holds the places of an instance that was killed for four minutes, not for ever', async () => {
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
    // It is our own limit: nothing that the marketplace asked for.
    expect(refusal).toBeInstanceOf(OutOfTimeError);
    expect((refusal as OutOfTimeError).retryAfterMs).toBeGreaterThan(55_000);
    expect((refusal as OutOfTimeError).retryAfterMs).toBeLessThanOrEqual(60_250);
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

  it('tells the others of a pause at once, not only at the end of its work', async () => {
    const clock = createVirtualClock();
    const [one, other] = createInstances(clock, 2) as [SharedLimiter, SharedLimiter];
    (await other.acquire()).release();
    await other.flush();
    one.pause(60_000);
    await clock.advance(0);
    const refusal = await other.acquire({ maxWaitMs: 10_000 }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RateLimitedError);
    expect((refusal as RateLimitedError).retryAfterMs).toBe(60_000);
    expect(await other.pausedUntil()).toBe(clock.now() + 60_000);
  });

  it('lets everybody try again when somebody asks for it, also those who paused themselves', async () => {
    const clock = createVirtualClock();
    const [one, other] = createInstances(clock, 2) as [SharedLimiter, SharedLimiter];
    one.pause(LONGEST_PAUSE_MS);
    await one.flush();
    await other.resume();
    expect(await one.pausedUntil()).toBe(0);
    for (const limiter of [one, other]) {
      (await clock.run(limiter.acquire({ maxWaitMs: 1_000 }))).release();
    }
    // The next refusal begins another pause.
    other.pause(120_000);
    await other.flush();
    await clock.advance(5_000);
    expect(await one.acquire({ maxWaitMs: 1_000 }).catch((error: unknown) => error)).toBeInstanceOf(
      RateLimitedError,
    );
  });

  it('lets those who wait out a pause go when it is ended before its time', async () => {
    const clock = createVirtualClock();
    const [one, other] = createInstances(clock, 2) as [SharedLimiter, SharedLimiter];
    one.pause(200_000);
    const waiting = one.acquire();
    await clock.advance(10_000);
    await other.resume();
    const resumedAt = clock.now();
    (await clock.run(waiting)).release();
    expect(clock.now() - resumedAt).toBeLessThanOrEqual(5_000);
  });

  it.each([
    ['permits', { permits: Array.from({ length: 100 }, () => 3_600_000), pausedUntil: 0 }],
    ['a pause', { permits: [], pausedUntil: 2 * 3_600_000 }],
  ])('takes %s further ahead than anybody writes for those of a wrong clock', async (_, ahead) => {
    const clock = createVirtualClock();
    const { permits, pausedUntil } = ahead;
    const window = createWatchedWindow({
      permits: permits.map((ms) => clock.now() + ms),
      pausedUntil: pausedUntil === 0 ? 0 : clock.now() + pausedUntil,
    });
    const [limiter] = createInstances(clock, 1, { window }) as [SharedLimiter];
    const startedAt = clock.now();
    await clock.run(send(clock, limiter, { requests: 50, tookMs: 2, arrivals: [] }));
    expect(clock.now() - startedAt).toBeLessThan(1_000);
    // It is no reason either not to tell of a pause that is asked for now.
    limiter.pause(30_000);
    await limiter.flush();
    expect(await limiter.pausedUntil()).toBe(clock.now() + 30_000);
  });

  it('takes places ahead, so that a sync of 52 requests writes five times', async () => {
    const clock = createVirtualClock();
    const window = createWatchedWindow();
    const [limiter] = createInstances(clock, 1, { window, ahead: 25 }) as [SharedLimiter];
    const lanes = Array.from({ length: 4 }, async () => {
      for (let n = 0; n < 13; n += 1) {
        const slot = await limiter.acquire();
        slot.sent();
        await clock.sleep(40);
        slot.answered();
        slot.release();
      }
    });
    await clock.run(Promise.all(lanes));
    await limiter.flush();
    expect(window.seen.writes).toBeLessThanOrEqual(5);
  });

  it('takes none ahead of the half that is left to others', async () => {
    const clock = createVirtualClock();
    const window = createMemoryRequestWindow();
    const [greedy] = createInstances(clock, 1, { window, ahead: 1_000 }) as [SharedLimiter];
    const [other] = createInstances(clock, 1, { window }) as [SharedLimiter];
    (await greedy.acquire()).release();
    const startedAt = clock.now();
    await clock.run(send(clock, other, { requests: 50, tookMs: 2, arrivals: [] }));
    expect(clock.now() - startedAt).toBeLessThan(1_000);
  });

  it('gives back places that it took ahead too long ago, and takes others', async () => {
    const clock = createVirtualClock();
    const window = createWatchedWindow();
    const [limiter] = createInstances(clock, 1, { window, ahead: 9 }) as [SharedLimiter];
    (await limiter.acquire()).release();
    await clock.advance(61_000);
    (await limiter.acquire()).release();
    const permits = await window.change((state) => ({ state, result: state.permits }));
    expect(permits).toHaveLength(10);
    expect(Math.min(...permits)).toBeGreaterThan(clock.now() + 239_000);
  });

  it('fails without its table, or warns and counts alone where that is wanted', async () => {
    const clock = createVirtualClock();
    const window = createWatchedWindow();
    window.seen.isDown = true;
    const [strict] = createInstances(clock, 1, { window }) as [SharedLimiter];
    await expect(strict.acquire()).rejects.toBeInstanceOf(StorageError);

    const warnings: string[] = [];
    const withoutTable = { ...SILENT, warn: (message: string) => void warnings.push(message) };
    const [lenient] = createInstances(clock, 1, { window, withoutTable }) as [SharedLimiter];
    const held = Array.from({ length: 3 }, async () => {
      const slot = await lenient.acquire();
      slot.sent();
      slot.answered();
      slot.release();
    });
    await Promise.all(held);
    expect(warnings).toHaveLength(1);
    // What it did meanwhile is told once the table is there again.
    window.seen.isDown = false;
    await lenient.flush();
    expect(await window.change((state) => ({ state, result: state.permits.length }))).toBe(3);
  });

  it('obeys what it was asked for itself also without its table', async () => {
    const clock = createVirtualClock();
    const window = createWatchedWindow();
    window.seen.isDown = true;
    const [limiter] = createInstances(clock, 1, { window, withoutTable: SILENT }) as [SharedLimiter];
    limiter.pause(30_000);
    const startedAt = clock.now();
    (await clock.run(limiter.acquire())).release();
    expect(clock.now() - startedAt).toBe(30_000);
  });
});
