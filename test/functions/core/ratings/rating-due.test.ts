import { describe, expect, it } from 'vitest';
import { NEVER_MS, type Rating, type RemoteRating } from '#core/ratings/rating.ts';
import { isDue } from '#core/ratings/rating-due.ts';
import {
  idleReason,
  isSuperseded,
  markedDeadLettered,
  pulled,
  queued,
  rated,
} from '#core/ratings/rating-state.ts';

const NOW = Date.UTC(2026, 2, 2, 9);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const KEY = { skillId: 'csv', userId: 'dana' };
const MESSAGE = { ...KEY, revision: 1 };

const given = (over: Partial<Rating> = {}, at = NOW): Rating => ({
  ...rated(undefined, KEY, { rating: 3 }, at),
  ...over,
});

describe('a rating after a clock that was ahead', () => {
  it.each([DAY, YEAR])('is due at once, whatever its state, when it was %i ms', (ahead) => {
    const then = NOW + ahead;
    const waiting: Partial<Rating>[] = [
      { status: 'pending', dueAt: then },
      { status: 'failed', dueAt: then + 70 * MINUTE, nextAttemptAt: then + 55 * MINUTE },
      { status: 'queued', queuedAt: then, dueAt: then + 15 * MINUTE },
      { status: 'queued', queuedAt: NOW, dueAt: NOW + YEAR },
    ];
    expect(waiting.map((over) => isDue(given(over, then), NOW))).toEqual([true, true, true, true]);
  });

  it('is waited for when it was five minutes, and due then', () => {
    const pending = given({}, NOW + 5 * MINUTE);
    expect([isDue(pending, NOW), isDue(pending, NOW + 5 * MINUTE)]).toEqual([false, true]);
  });

  it.each<[string, Partial<Rating>]>([
    ['was refused for good', { status: 'failed', dueAt: NEVER_MS }],
    ['is among the dead letters', { status: 'dead_lettered', dueAt: NOW + YEAR }],
    ['is synced', { status: 'synced', dueAt: undefined }],
    ['waits for its next attempt', { status: 'failed', dueAt: NOW + 70 * MINUTE }],
    ['waits behind a long line', { status: 'queued', queuedAt: NOW - 1, dueAt: NOW + 10 * HOUR }],
    [
      'waits for a day, as it was told to',
      { status: 'queued', queuedAt: NOW - 1, dueAt: NOW + DAY + 15 * MINUTE },
    ],
    [
      'is uploaded now',
      { status: 'queued', queuedAt: 0, dueAt: 0, claim: { id: 'c', until: NOW + 15 * MINUTE } },
    ],
  ])('is not due when it %s', (_what, over) => {
    expect(isDue(given(over), NOW)).toBe(false);
  });

  it.each([DAY, YEAR])('is claimed by nobody when the claim is %i ms ahead', (ahead) => {
    const rating = given({ status: 'queued', queuedAt: 0, dueAt: 0, claim: { id: 'c', until: NOW + ahead } });
    expect(idleReason(rating, MESSAGE, NOW)).toBeUndefined();
    expect(isDue(rating, NOW)).toBe(true);
    expect(markedDeadLettered(rating, { revision: 1, sentAt: NOW, now: NOW })).toMatchObject({
      status: 'dead_lettered',
    });
  });

  it('is given now when it is queued, and rated anew in the order of the ratings', () => {
    const ahead = given({}, NOW + YEAR);
    const sent = queued(ahead, { runId: 'r', now: NOW, until: NOW + 15 * MINUTE });
    expect(sent).toMatchObject({ ratedAt: NOW, queuedAt: NOW, status: 'queued' });
    expect(rated(ahead, KEY, { rating: 5 }, NOW)).toMatchObject({ ratedAt: NOW, dueAt: NOW, revision: 2 });
    expect(rated(given({}, NOW + MINUTE), KEY, { rating: 5 }, NOW).ratedAt).toBe(NOW + MINUTE + 1);
  });

  it('takes over what the marketplace says, although it was told something in the future', () => {
    const theirs: RemoteRating = { userId: 'dana', rating: 5, ratingId: 'r1' };
    const told = { requestedAt: NOW, clockAheadMs: 0, now: NOW };
    const known = (knownAt: number) =>
      given({ status: 'synced', syncedRevision: 1, base: { fingerprint: 'other', knownAt } });
    expect(pulled(known(NOW + YEAR), KEY, theirs, told)).toMatchObject({ rating: 5, base: { knownAt: NOW } });
    expect(pulled(known(NOW + 1), KEY, theirs, told)).toBeUndefined();
  });

  it('is not superseded by a message of the future', () => {
    const letter = { revision: 1, sentAt: NOW, now: NOW + MINUTE };
    const queuedAt = (at: number) => given({ status: 'queued', queuedAt: at });
    expect(isSuperseded(queuedAt(NOW + YEAR), letter)).toBe(false);
    expect(isSuperseded(queuedAt(NOW + 10_000), letter)).toBe(true);
  });
});
