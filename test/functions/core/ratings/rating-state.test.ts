import { describe, expect, it } from 'vitest';
import {
  claimed,
  deferred,
  MESSAGE_GRACE_MS,
  queued,
  rated,
  redriven,
  rejected,
  retried,
} from '#core/ratings/rating-state.ts';

const NOW = Date.UTC(2026, 2, 2, 9);
const KEY = { skillId: 's', userId: 'u' };
const FAILURE = { code: 'x', message: 'y', failedAt: NOW };
const WHEN = { runId: 'run', now: NOW, until: NOW + 60_000 };
const UPLOAD = { claimId: 'c', revision: 1 };

const pending = rated(undefined, KEY, { rating: 4 }, NOW);
const underWay = claimed(queued(pending, WHEN), { ...KEY, revision: 1 }, { id: 'c', ...WHEN });
const failed = rejected(underWay, UPLOAD, FAILURE);

describe('Function: retried', () => {
  it('starts a failed rating over: nothing of its failure is left', () => {
    expect(failed).toMatchObject({ status: 'failed', retryCount: 1 });
    const again = retried(failed && { ...failed, nextAttemptAt: NOW + 1, lastRetryAt: NOW }, NOW + 5);
    expect(again).toMatchObject({ status: 'pending', dueAt: NOW + 5, retryCount: 0 });
    for (const field of ['failure', 'nextAttemptAt', 'lastRetryAt']) expect(again).not.toHaveProperty(field);
  });

  it('leaves any other alone', () => {
    expect([undefined, pending, queued(pending, WHEN)].map((rating) => retried(rating, NOW))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('Function: redriven', () => {
  it('queues a dead letter again, and nothing else', () => {
    const dead = failed && { ...failed, status: 'dead_lettered' as const };
    expect(redriven(dead, WHEN)).toMatchObject({ status: 'queued', runId: 'run', retryCount: 0 });
    expect(redriven(failed, WHEN)).toBeUndefined();
  });
});

describe('Function: deferred', () => {
  it('is due when the message should have been worked off, counted from when it comes back', () => {
    const until = NOW + 3_600_000;
    const rating = deferred(underWay, UPLOAD, until);
    expect(rating).toMatchObject({ status: 'queued', dueAt: until + MESSAGE_GRACE_MS, retryCount: 0 });
    expect(rating).not.toHaveProperty('claim');
  });

  it('never makes it due earlier', () => {
    const late = underWay && { ...underWay, dueAt: NOW + 9 * 3_600_000 };
    expect(deferred(late, UPLOAD, NOW)?.dueAt).toBe(NOW + 9 * 3_600_000);
  });

  it('leaves the upload of somebody else alone', () => {
    expect(deferred(underWay, { claimId: 'other', revision: 1 }, NOW)).toBeUndefined();
  });
});
