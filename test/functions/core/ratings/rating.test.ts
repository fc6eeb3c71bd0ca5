import { describe, expect, it } from 'vitest';
import {
  baseOf,
  compareRatings,
  fingerprintOf,
  NEVER_MS,
  parseRemoteRating,
  type Rating,
  type RemoteRating,
} from '#core/ratings/rating.ts';
import { ratingIdOf, ratingKeyIn } from '#core/ratings/rating-id.ts';
import {
  attemptFailed,
  claimed,
  deferred,
  idleReason,
  isSuperseded,
  markedDeadLettered,
  queued,
  rated,
  redriven,
  rejected,
  retried,
  uploaded,
} from '#core/ratings/rating-state.ts';

const T0 = Date.parse('2026-02-19T10:30:00Z');
const KEY = { skillId: 'csv', userId: 'dana' };
const MESSAGE = { ...KEY, revision: 1 };
const FAILURE = { code: 'marketplace_unavailable', message: 'down', failedAt: T0 };

const given = (over: Partial<Rating> = {}): Rating => ({
  ...rated(undefined, KEY, { rating: 3 }, T0),
  ...over,
});
const theirs = (over: Partial<RemoteRating> = {}): RemoteRating => ({
  userId: 'dana',
  rating: 5,
  ratingId: 'r1',
  stamp: '2026-02-19T10:30:00',
  ...over,
});

describe('parseRemoteRating', () => {
  const wire = {
    rating_id: 'r1',
    user_id: 'dana',
    rating: 5,
    comment: 'ok',
    created_at: '2026-02-19T10:30:00Z',
  };

  it.each([
    ['with Z', '2026-02-19T10:30:00Z'],
    ['with a zone', '2026-02-19T12:30:00+02:00'],
    ['without a zone, which is UTC', '2026-02-19T10:30:00'],
    ['with a space and a fraction of zeros', '2026-02-19 10:30:00.000000'],
  ])('reads a time %s', (_what, created_at) => {
    expect(parseRemoteRating({ ...wire, created_at })).toEqual({
      userId: 'dana',
      ratingId: 'r1',
      rating: 5,
      comment: 'ok',
      stamp: '2026-02-19T10:30:00',
    });
  });

  it.each([['no time'], [undefined], [null], [7]])(
    'takes a rating whose time is %s, without it',
    (created_at) => {
      expect(parseRemoteRating({ ...wire, created_at })).not.toHaveProperty('stamp');
    },
  );

  it.each([
    null,
    'text',
    {},
    { ...wire, rating: 6 },
    { ...wire, rating: '5' },
    { ...wire, rating: 4.5 },
    { ...wire, user_id: '' },
    { ...wire, user_id: 'x'.repeat(513) },
  ])('refuses %o', (record) => {
    expect(parseRemoteRating(record)).toBeUndefined();
  });

  it('takes an empty comment and none for the same, and numbers for ids', () => {
    const value = parseRemoteRating({ ...wire, comment: '', rating_id: 7, user_id: 8 });
    expect(value).toMatchObject({ ratingId: '7', userId: '8' });
    expect(fingerprintOf(value!)).toBe(fingerprintOf({ rating: 5 }));
  });
});

describe('compareRatings', () => {
  const at = (ms: number) => ({ stamp: new Date(T0 + ms).toISOString().slice(0, -1) });

  it('compares two clocks only where nothing better is known', () => {
    expect(compareRatings(given(), theirs(at(1)), 0)).toBe('theirs');
    expect(compareRatings(given(), theirs(at(-1)), 0)).toBe('ours');
    expect(compareRatings(given(), theirs(at(0)), 0)).toBe('theirs');
    expect(compareRatings(given(), theirs({ stamp: undefined }), 0)).toBe('ours');
    expect(compareRatings(given(), theirs({ ...at(3_600_000), rating: 3 }), 0)).toBe('equal');
  });

  it('puts their clock right by how far it is ahead', () => {
    expect(compareRatings(given(), theirs(at(3_599_000)), 3_600_000)).toBe('ours');
    expect(compareRatings(given(), theirs(at(-3_599_000)), -3_600_000)).toBe('theirs');
  });

  it('knows its own echo and what it knew before, whatever the clocks say', () => {
    const late = theirs(at(9_000));
    expect(compareRatings(given({ sent: [fingerprintOf(late)] }), late, 0)).toBe('ours_only');
    expect(compareRatings(given({ base: baseOf(late, T0) }), late, 0)).toBe('ours_only');
    expect(compareRatings(given({ base: baseOf(theirs(at(1)), T0) }), late, 0)).toBe('theirs');
  });

  it('takes over what changed there where nothing changed here', () => {
    const settled = given({ status: 'synced', base: baseOf(theirs({ rating: 3 }), T0) });
    expect(compareRatings(settled, theirs(at(-9_000)), 0)).toBe('theirs_only');
  });
});

describe('The state machine', () => {
  const claim = { id: 'c1', now: T0, until: T0 + 60_000 };
  const underWay = claimed(queued(given(), { runId: 'r', now: T0, until: T0 + 1 }), MESSAGE, claim)!;
  const mine = { claimId: 'c1', revision: 1 };

  it('lets a message claim a rating once, and again when the claim is over', () => {
    expect(claimed(underWay, MESSAGE, { ...claim, id: 'c2' })).toBeUndefined();
    expect(idleReason(underWay, MESSAGE, T0)).toBe('claimed');
    expect(claimed(underWay, MESSAGE, { id: 'c2', now: T0 + 60_000, until: NEVER_MS })?.claim?.id).toBe('c2');
  });

  it('leaves alone whoever settles without the claim', () => {
    const other = { claimId: 'c2', revision: 1 };
    const base = baseOf(theirs({ rating: 3 }), T0);
    expect(uploaded(underWay, other, base)).toBeUndefined();
    expect(rejected(underWay, other, FAILURE)).toBeUndefined();
    expect(attemptFailed(underWay, other, FAILURE, T0)).toBeUndefined();
    expect(deferred(underWay, other, T0)).toBeUndefined();
    expect(uploaded(underWay, mine, base)).toMatchObject({ status: 'synced' });
  });

  it('keeps a rating pending that was given anew while the old one was uploaded', () => {
    const anew = rated(underWay, KEY, { rating: 1 }, T0 + 5);
    const base = baseOf(theirs({ rating: 3 }), T0);
    for (const settled of [
      uploaded(anew, mine, base),
      rejected(anew, mine, FAILURE),
      attemptFailed(anew, mine, FAILURE, undefined),
    ]) {
      expect(settled).toMatchObject({ status: 'pending', rating: 1, revision: 2, dueAt: T0 + 5 });
      expect(settled).not.toHaveProperty('claim');
      expect(settled).not.toHaveProperty('failure');
    }
  });

  it('queues what is due and nobody works on', () => {
    const at = { runId: 'r', now: T0, until: T0 + 9 };
    expect(queued(given(), at)).toMatchObject({ status: 'queued', dueAt: T0 + 9, runId: 'r' });
    expect(queued(given({ dueAt: T0 + 1 }), at)).toBeUndefined();
    expect(queued(given({ claim: { id: 'c', until: T0 + 1 } }), at)).toBeUndefined();
    expect(queued(given({ status: 'synced' }), at)).toBeUndefined();
    expect(queued(given({ status: 'dead_lettered' }), at)).toBeUndefined();
    expect(queued(rejected(underWay, mine, FAILURE), { ...at, now: NEVER_MS - 1 })).toBeUndefined();
  });

  it('has nothing to do for a message whose rating is gone, settled, superseded or refused for good', () => {
    expect(idleReason(undefined, MESSAGE, T0)).toBe('gone');
    expect(idleReason(given({ status: 'synced' }), MESSAGE, T0)).toBe('done');
    expect(idleReason(given({ revision: 2, syncedRevision: 1 }), MESSAGE, T0)).toBe('done');
    expect(idleReason(rejected(underWay, mine, FAILURE), MESSAGE, T0)).toBe('done');
    expect(idleReason(given(), MESSAGE, T0)).toBeUndefined();
  });

  it('ends in the dead letters after the last attempt, until somebody asks again', () => {
    const dead = attemptFailed(underWay, mine, FAILURE, undefined)!;
    expect(dead).toMatchObject({ status: 'dead_lettered', retryCount: 1, failure: { final: false } });
    expect(retried(dead, T0 + 1)).toMatchObject({ status: 'pending', dueAt: T0 + 1, retryCount: 0 });
    expect(redriven(dead, { runId: 'r', now: T0, until: T0 + 9 })).toMatchObject({
      status: 'queued',
      dueAt: T0 + 9,
    });
    expect(redriven(given(), { runId: 'r', now: T0, until: T0 + 9 })).toBeUndefined();
    expect(retried(given(), T0)).toBeUndefined();
  });

  it('keeps nothing of the attempts before when somebody asks for another try', () => {
    const failed = attemptFailed(underWay, mine, FAILURE, T0 + 60_000)!;
    expect(failed).toMatchObject({ nextAttemptAt: T0 + 60_000, lastRetryAt: T0, retryCount: 1 });
    const again = retried(failed, T0 + 1)!;
    expect(again).toEqual({
      ...given({ status: 'pending', dueAt: T0 + 1 }),
      ...{ queuedAt: T0, runId: 'r', sent: failed.sent },
    });
    for (const field of ['nextAttemptAt', 'lastRetryAt', 'failure']) expect(again).not.toHaveProperty(field);
    const anew = rated(failed, KEY, { rating: 1 }, T0 + 1);
    for (const field of ['nextAttemptAt', 'lastRetryAt', 'failure']) expect(anew).not.toHaveProperty(field);
    expect(
      rejected(claimed(failed, MESSAGE, { ...claim, now: T0 + 60_000, until: NEVER_MS }), mine, FAILURE),
    ).not.toHaveProperty('nextAttemptAt');
  });

  it('tells a dead letter that is superseded from one that nobody knows of', () => {
    const letter = { revision: 1, sentAt: T0, now: T0 + 60_000 };
    const sent = given({ status: 'queued', queuedAt: T0 - 10 });
    expect(isSuperseded(sent, letter)).toBe(false);
    expect(isSuperseded({ ...sent, queuedAt: T0 + 60_000 }, letter)).toBe(true);
    expect(isSuperseded(given(), letter)).toBe(true);
    expect(isSuperseded(given({ status: 'synced' }), letter)).toBe(true);
    expect(markedDeadLettered(sent, { ...letter, now: T0 })).toMatchObject({
      status: 'dead_lettered',
      failure: { code: 'upload_lost' },
    });
    expect(
      markedDeadLettered({ ...sent, claim: { id: 'c', until: T0 + 1 } }, { ...letter, now: T0 }),
    ).toBeUndefined();
  });

  it('gives two ratings of one millisecond an order', () => {
    expect(rated(given(), KEY, { rating: 1 }, T0).ratedAt).toBe(T0 + 1);
  });
});

describe('The id of a rating', () => {
  it.each([KEY, { skillId: 'Zürich/日本', userId: 'a b/é🙂' }, { skillId: '"', userId: ',' }])(
    'names %o',
    (key) => {
      const id = ratingIdOf(key);
      expect(id).toMatch(/^[\w-]+$/);
      expect(ratingKeyIn(id)).toEqual(key);
    },
  );

  it.each(['', 'x', 'WyJhIl0', 'WyJhIiwxXQ', 'WyJhIiwiIl0', 'WyJhIiwiYiJd=', `${ratingIdOf(KEY)} `])(
    'is not "%s"',
    (id) => {
      expect(ratingKeyIn(id)).toBeUndefined();
    },
  );
});
