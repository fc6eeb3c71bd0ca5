import { describe, expect, it } from 'vitest';
import type { Ending } from '#core/feed/feed-socket.ts';
import { CONTRACT_DELAYS_MS } from '#core/time/backoff.ts';
import {
  attempted,
  failed,
  NO_FAILURES,
  opened,
  reconnectDelayMs,
  reportFailures,
  reset,
  stable,
} from '#functions/realtime-feed/count-failures.ts';
import { FEED_TIMING } from '#functions/realtime-feed/feed-timing.ts';

const BROKEN: Ending = { kind: 'closed', code: 1006 };
const REFUSED: Ending = { kind: 'refused', status: 401 };

/** The count as a session keeps it, with waits of their greatest length. */
function create(maxAttempts = 10) {
  const rules = { maxAttempts, timing: FEED_TIMING, random: () => 1 };
  let failures = NO_FAILURES;
  return {
    failed: (ending: Ending) => {
      const after = failed(failures, ending, rules);
      failures = after.failures;
      return after.next;
    },
    attempt: () => {
      const { renewToken } = failures;
      failures = attempted(failures);
      return { renewToken };
    },
    opened: () => {
      failures = opened(failures);
    },
    lasted: () => {
      failures = stable(failures);
    },
    startAnew: () => {
      failures = reset(failures);
    },
    report: () => reportFailures(failures),
  };
}

describe('the count of failures', () => {
  it('waits longer and longer, and says after three that polling carries the load', () => {
    const count = create();
    const steps = Array.from({ length: 6 }, () => count.failed(BROKEN));
    expect(steps).toEqual([1, 2, 4, 8, 16, 16].map((seconds) => ({ kind: 'wait', ms: seconds * 1_000 })));
    const other = create();
    expect([1, 2, 3].map(() => other.failed(BROKEN) && other.report().fallbackToPolling)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('goes on counting when a connection opens, and forgets when it has lasted', () => {
    const count = create();
    count.failed(BROKEN);
    count.failed(BROKEN);
    count.opened();
    expect(count.failed(BROKEN)).toEqual({ kind: 'wait', ms: 4_000 });
    count.opened();
    count.lasted();
    expect(count.report()).toEqual({
      reconnectAttempts: 0,
      consecutiveFailures: 0,
      fallbackToPolling: false,
    });
    expect(count.failed(BROKEN)).toEqual({ kind: 'wait', ms: 1_000 });
  });

  it('counts the attempts since a socket was open, of which the first of all is none', () => {
    const count = create();
    const attempts = [1, 2, 3].map(() => count.attempt() && count.report().reconnectAttempts);
    count.opened();
    count.attempt();
    expect([attempts, count.report().reconnectAttempts]).toEqual([[0, 1, 2], 1]);
  });

  it.each([0, 1, 10])('rests after %i attempts that failed, and has as many after it', (maxAttempts) => {
    const count = create(maxAttempts);
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < maxAttempts; n += 1) expect(count.failed(BROKEN).kind).toBe('wait');
      expect(count.failed(BROKEN)).toEqual({ kind: 'rest' });
      expect(count.report().fallbackToPolling).toBe(true);
      count.startAnew();
    }
  });

  it('rests at once where trying again is of no use', () => {
    expect(create().failed({ kind: 'refused', status: 302 })).toEqual({ kind: 'rest' });
  });

  it('reads the token anew at once, but once until a connection has lasted', () => {
    const count = create();
    expect(count.failed(REFUSED)).toEqual({ kind: 'connect' });
    expect([count.attempt(), count.attempt()]).toEqual([{ renewToken: true }, { renewToken: false }]);
    expect(count.failed(REFUSED)).toEqual({ kind: 'wait', ms: 1_000 });
    expect(count.attempt()).toEqual({ renewToken: true });
    count.opened();
    expect(count.failed({ kind: 'closed', code: 4401 }).kind).toBe('wait');
    count.opened();
    count.lasted();
    expect(count.failed({ kind: 'closed', code: 1008 })).toEqual({ kind: 'connect' });
  });

  it('stays away for as long as it is told to, an hour at most', () => {
    const told = (retryAfterMs: number) => create().failed({ kind: 'refused', status: 429, retryAfterMs });
    expect([10, 90_000, 86_400_000].map(told)).toEqual(
      [1_000, 90_000, 3_600_000].map((ms) => ({ kind: 'wait', ms })),
    );
  });
});

describe('the backoff', () => {
  const backoffMs = (failures: number, random: () => number) =>
    reconnectDelayMs(failures, { timing: FEED_TIMING, random });

  it('waits anything up to 1, 2, 4, 8, 16 s, and never nothing', () => {
    const longest = [1, 2, 3, 4, 5, 6, 50].map((failures) => backoffMs(failures, () => 1));
    expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 16_000, 16_000]);
    expect(backoffMs(3, () => 0.5)).toBe(2_000);
    expect(backoffMs(5, () => 0)).toBe(100);
    expect(CONTRACT_DELAYS_MS).toHaveLength(5);
  });
});
