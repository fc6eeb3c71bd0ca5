import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Limits } from '#adapters/marketplace/rate-limiter.ts';
import { create, pass } from './limiter-harness.ts';

const MINUTE_MS = 60_000;

type Job = { arriveMs: number; toServerMs: number; fromServerMs: number; bodyMs: number; answered: boolean };
type Seen = { job: number; receivedAt: number; endedAt: number };

const duration = (max: number) => fc.oneof(fc.constant(0), fc.integer({ min: 0, max }));
const jobs = fc.array(
  fc.record<Job>({
    arriveMs: duration(100_000),
    toServerMs: duration(3000),
    fromServerMs: duration(40_000),
    bodyMs: duration(5000),
    answered: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
);
type ImpatientJob = { arriveMs: number; holdMs: number; maxWaitMs: number; leaveMs: number };
const impatientJobs = fc.array(
  fc.record<ImpatientJob>({
    arriveMs: duration(100_000),
    holdMs: duration(30_000),
    maxWaitMs: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 150_000 })),
    leaveMs: fc.integer({ min: 0, max: 300_000 }),
  }),
  { minLength: 1, maxLength: 40 },
);
const pauses = fc.array(
  fc.record({ atMs: fc.integer({ min: 0, max: 200_000 }), ms: fc.integer({ min: 1, max: 90_000 }) }),
  { maxLength: 4 },
);
const limitsOf = fc.record({
  perMinute: fc.integer({ min: 1, max: 9 }),
  concurrent: fc.integer({ min: 1, max: 5 }),
});

/** Sends all jobs through a limiter, and tells what the server has seen, in the order of the slots. */
async function simulate(list: Job[], limits: Limits) {
  const { clock, limiter } = create(limits);
  const seen: Seen[] = [];
  const arrived: number[] = [];
  const send = async (job: Job, index: number) => {
    await clock.sleep(job.arriveMs);
    arrived.push(index);
    const slot = await limiter.acquire();
    slot.sent();
    const entry = { job: index, receivedAt: clock.now() + job.toServerMs, endedAt: Number.NaN };
    seen.push(entry);
    await clock.sleep(job.toServerMs + job.fromServerMs);
    if (job.answered) slot.answered();
    await clock.sleep(job.bodyMs);
    entry.endedAt = clock.now();
    slot.release();
  };
  await clock.run(Promise.all(list.map(send)));
  return { seen, arrived, pending: clock.pending() };
}

describe('any arrivals and latencies', () => {
  it('never exceed a limit as the server sees it, are served in order, and all are served', async () => {
    const property = fc.asyncProperty(jobs, limitsOf, async (list, limits) => {
      const { seen, arrived, pending } = await simulate(list, limits);

      expect(seen.map((entry) => entry.job)).toEqual(arrived);
      expect(seen).toHaveLength(list.length);
      expect(pending).toBe(0);
      const received = seen.map((entry) => entry.receivedAt).sort((a, b) => a - b);
      for (const [index, at] of received.entries()) {
        const first = received[index - limits.perMinute];
        if (first !== undefined) expect(at - first).toBeGreaterThan(MINUTE_MS);
      }
      for (const { receivedAt } of seen) {
        const open = seen.filter((other) => other.receivedAt <= receivedAt && receivedAt < other.endedAt);
        expect(open.length).toBeLessThanOrEqual(limits.concurrent);
      }
    });
    // A failure prints its seed and path; repeat it with `{ seed, path }`.
    await fc.assert(property, { numRuns: 300 });
  });

  it('settle everyone, in time, however many leave or are turned away, and send nothing during a pause', async () => {
    const property = fc.asyncProperty(impatientJobs, limitsOf, pauses, async (list, limits, rests) => {
      const { clock, limiter } = create(limits);
      const sent: number[] = [];
      const resting: { from: number; until: number }[] = [];
      const rest = async ({ atMs, ms }: { atMs: number; ms: number }) => {
        await clock.sleep(atMs);
        limiter.pause(ms);
        resting.push({ from: clock.now(), until: clock.now() + ms });
      };
      const send = async ({ arriveMs, holdMs, maxWaitMs, leaveMs }: ImpatientJob) => {
        await clock.sleep(arriveMs);
        const arrivedAt = clock.now();
        const controller = new AbortController();
        const leaving = clock.sleep(leaveMs).then(() => controller.abort());
        try {
          const slot = await limiter.acquire({ maxWaitMs, signal: controller.signal });
          sent.push(clock.now());
          slot.sent();
          await clock.sleep(holdMs);
          slot.release();
        } catch {
          expect(clock.now() - arrivedAt).toBeLessThanOrEqual(Math.min(maxWaitMs, leaveMs));
        }
        await leaving;
      };

      await clock.run(Promise.all([...list.map(send), ...rests.map(rest)]));

      expect(clock.pending()).toBe(0);
      for (const { from, until } of resting) {
        expect(sent.filter((at) => at > from && at < until)).toEqual([]);
      }
      for (const [index, at] of sent.entries()) {
        const first = sent[index - limits.perMinute];
        if (first !== undefined) expect(at - first).toBeGreaterThan(MINUTE_MS);
      }
      // Nobody's place is lost: the limiter serves as many as ever afterwards.
      await clock.advance(400_000);
      await Promise.all(Array.from({ length: limits.perMinute }, () => pass(limiter, clock)));
    });
    await fc.assert(property, { numRuns: 300 });
  });
});
