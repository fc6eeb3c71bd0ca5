import { describe, expect, it } from 'vitest';
import { rejectedByQueue } from '#core/ratings/queue-rejection.ts';
import { idleReason, queued, rated, retried } from '#core/ratings/rating-state.ts';

const T0 = Date.parse('2026-02-19T10:30:00Z');
const HOUR = 3_600_000;
const KEY = { skillId: 'csv', userId: 'dana' };
const marked = queued(rated(undefined, KEY, { rating: 3 }, T0), { runId: 'r', now: T0, until: T0 + 9 });
const at = { queuedAt: T0, rejection: 'InvalidMessageContents', now: T0 + 5 };

describe('A rating whose message the queue refuses', () => {
  it('is failed with the queue’s reason, and due in an hour', () => {
    const failed = rejectedByQueue(marked, at);
    expect(failed).toMatchObject({
      status: 'failed',
      failure: { code: 'message_refused', failedAt: T0 + 5, final: false },
      retryCount: 1,
      nextAttemptAt: T0 + 5 + HOUR,
      dueAt: T0 + 5 + HOUR,
      runId: 'r',
    });
    expect(failed?.failure?.message).toContain('InvalidMessageContents');
    expect(queued(failed, { runId: 'r2', now: T0 + HOUR, until: T0 })).toBeUndefined();
    expect(queued(failed, { runId: 'r2', now: T0 + HOUR + 5, until: T0 })).toMatchObject({
      status: 'queued',
    });
    expect(retried(failed, T0 + 9)).toMatchObject({ status: 'pending', dueAt: T0 + 9, retryCount: 0 });
    expect(idleReason(failed, { ...KEY, revision: 1 }, T0 + 9)).toBeUndefined();
  });

  it('is left alone when it was rated, or queued, anew meanwhile', () => {
    expect(rejectedByQueue(undefined, at)).toBeUndefined();
    expect(rejectedByQueue(rated(marked, KEY, { rating: 1 }, T0 + 1), at)).toBeUndefined();
    expect(rejectedByQueue(marked && { ...marked, queuedAt: T0 + 1 }, at)).toBeUndefined();
  });
});
