import { describe, expect, it } from 'vitest';
import {
  ClaudeAuthError,
  ClaudeRateLimitedError,
  ClaudeUnavailableError,
} from '#core/tickets/claude-errors.ts';
import { SharedBackoff } from '#core/tickets/requests/shared-backoff.ts';

const overloaded = (retryAfterMs?: number) =>
  new ClaudeUnavailableError('Overloaded.', { mayBePaid: false, retryAfterMs });

function setUp(remainingMs = Number.POSITIVE_INFINITY) {
  const clock = { ms: 0 };
  const aborting = new AbortController();
  const backoff = new SharedBackoff({
    now: () => clock.ms,
    sleep: async (ms) => {
      clock.ms += ms;
    },
    random: () => 0.5,
    remainingMs: () => remainingMs - clock.ms,
    signal: aborting.signal,
  });
  return { clock, aborting, backoff };
}

describe('SharedBackoff', () => {
  it('waits twice as long after each wave of failures, and not at all after an answer', async () => {
    const { clock, backoff } = setUp();
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const askedAt = await backoff.ready();
      const before = clock.ms;
      backoff.failed(overloaded(), askedAt);
      await backoff.ready();
      waits.push(clock.ms - before);
    }
    backoff.succeeded();
    const before = clock.ms;
    await backoff.ready();

    expect(waits).toEqual([1_500, 2_500, 4_500, 8_500, 16_500, 32_500, 60_500, 60_500]);
    expect(clock.ms).toBe(before);
  });

  it('counts the failures of requests that were under way together as one', async () => {
    const { clock, backoff } = setUp();
    const askedAt = await backoff.ready();
    clock.ms += 1_000;
    for (let n = 0; n < 50; n += 1) backoff.failed(overloaded(), askedAt);
    await backoff.ready();

    expect(clock.ms).toBe(1_000 + 1_500);
  });

  it('waits as long as it is asked to', async () => {
    const { clock, backoff } = setUp();
    backoff.failed(new ClaudeRateLimitedError('Slow down.', 93_000), await backoff.ready());
    await backoff.ready();

    expect(clock.ms).toBeGreaterThanOrEqual(93_000);
  });

  it.each([
    ['what no wait mends', new ClaudeAuthError('No.')],
    ['a limit without an end', new ClaudeRateLimitedError('No.', undefined)],
    ['a limit for longer than ten minutes', new ClaudeRateLimitedError('No.', 700_000)],
    ['an overload for longer than that', overloaded(700_000)],
    ['an error that is not Claude’s', new Error('bug')],
  ])('throws %s', async (_what, error) => {
    const { backoff } = setUp();
    const askedAt = await backoff.ready();

    expect(() => backoff.failed(error, askedAt)).toThrow(error);
  });

  it('gives up after eleven minutes without an answer', async () => {
    const { clock, backoff } = setUp();
    const outage = async () => {
      for (;;) backoff.failed(overloaded(), await backoff.ready());
    };

    await expect(outage()).rejects.toBeInstanceOf(ClaudeUnavailableError);
    expect(clock.ms).toBeGreaterThan(660_000);
    expect(clock.ms).toBeLessThan(800_000);
  });

  it('begins nothing that the invocation has no time for', async () => {
    const { backoff } = setUp(60_000);
    const askedAt = await backoff.ready();
    backoff.failed(new ClaudeRateLimitedError('Slow down.', 30_000), askedAt);

    await expect(backoff.ready()).rejects.toMatchObject({ code: 'out_of_time' });
  });

  it('begins nothing when the run is to end', async () => {
    const { aborting, backoff } = setUp();
    aborting.abort(new Error('cancelled'));

    await expect(backoff.ready()).rejects.toThrow('cancelled');
  });

  it('makes a call again until it is answered', async () => {
    const { backoff } = setUp();
    let calls = 0;
    const answer = await backoff.untilAnswered(async () => {
      calls += 1;
      if (calls < 4) throw overloaded();
      return 'answer';
    });

    expect([answer, calls]).toEqual(['answer', 4]);
  });
});
