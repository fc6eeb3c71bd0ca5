import { describe, expect, it } from 'vitest';
import {
  MalformedAnswerError,
  MarketplaceAuthError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  OutOfTimeError,
  QueueError,
  RateLimitedError,
  RatingContendedError,
  SecretUnavailableError,
  StorageError,
  TokenUnavailableError,
} from '#core/errors.ts';
import type { RatingMarket } from '#core/ratings/rating-ports.ts';
import { claimed, MESSAGE_GRACE_MS, queued } from '#core/ratings/rating-state.ts';
import { uploadRating } from '#functions/rating-upload/upload-rating.ts';
import { createUploadHarness, FIRST, KEY, LAST, RUN, T0 } from './upload-harness.ts';

const MINUTE = 60_000;

/** A rating in the queue, and a marketplace that fails with this error whatever is asked. */
async function failing(error: unknown) {
  const fail = () => Promise.reject(error);
  const s = createUploadHarness({ add: fail, update: fail, ofSkill: fail });
  await s.give(4, 'Good.');
  return s;
}

describe('An upload that has to wait', () => {
  it.each([
    ['the limit, for as long as it says', new RateLimitedError('wait', 20 * MINUTE), 20 * MINUTE],
    ['the limit, for a minute where it does not say', new RateLimitedError('wait', undefined), MINUTE],
    ['the next invocation', new OutOfTimeError('over'), 1_000],
  ])('for %s is deferred: nothing has failed', async (_what, error, waitMs) => {
    const s = await failing(error);
    s.clock.ms += 5;
    expect(await s.upload()).toEqual({ kind: 'wait', afterMs: waitMs });
    const rating = await s.get();
    // Longer than its wait, and the grace for its message: the rating sync would send a second one otherwise.
    expect(rating).toMatchObject({
      status: 'queued',
      retryCount: 0,
      dueAt: T0 + 5 + waitMs + MESSAGE_GRACE_MS,
      runId: RUN,
    });
    expect(rating).not.toHaveProperty('claim');
    expect(rating).not.toHaveProperty('failure');
    const at = { runId: 'another', until: T0 + 99 * MINUTE };
    expect(queued(rating, { ...at, now: T0 + 4 + waitMs + MESSAGE_GRACE_MS })).toBeUndefined();
    expect(queued(rating, { ...at, now: T0 + 5 + waitMs + MESSAGE_GRACE_MS })).toBeDefined();
    expect(s.log.lines).toEqual([]);
  });

  it('is deferred on its last receive, too', async () => {
    const s = await failing(new RateLimitedError('wait', MINUTE));
    expect(await s.upload(LAST)).toEqual({ kind: 'wait', afterMs: MINUTE });
    expect(await s.get()).toMatchObject({ status: 'queued', retryCount: 0 });
  });
});

describe('An upload that fails', () => {
  it.each([
    [new MarketplaceUnavailableError('down', { status: 503 }), 'marketplace_unavailable'],
    [new MarketplaceAuthError('401'), 'marketplace_auth'],
    [new TokenUnavailableError('none'), 'token_unavailable'],
    [new SecretUnavailableError('unreadable'), 'secret_unavailable'],
    [new QueueError('of all things'), 'queue_unavailable'],
  ])('with %s is tried again', async (error, code) => {
    const s = await failing(error);
    expect(await s.upload()).toMatchObject({ kind: 'failed', failure: { code }, afterMs: 10_000 });
    const rating = await s.get();
    expect(rating).toMatchObject({
      status: 'failed',
      failure: { code, message: error.message, failedAt: T0, final: false },
      retryCount: 1,
      lastRetryAt: T0,
      nextAttemptAt: T0 + 10_000,
      dueAt: T0 + 10_000 + MESSAGE_GRACE_MS,
    });
    expect(rating).not.toHaveProperty('claim');
    expect(s.log.lines).toEqual([
      {
        level: 'warn',
        message: 'an upload failed',
        facts: { skill_id: 'csv', code, reason: error.message, receives: 1 },
      },
    ]);
  });

  it('comes back later each time, and is dead-lettered after the last', async () => {
    const s = await failing(new MarketplaceUnavailableError('down', { status: 503 }));
    const waits: (number | undefined)[] = [];
    for (const count of [1, 2, 3, 4, 5]) {
      const outcome = await s.upload({ count, isLast: count === 5 });
      waits.push(outcome.kind === 'failed' ? outcome.afterMs : -1);
      s.clock.ms = (await s.get()).nextAttemptAt ?? s.clock.ms;
    }
    expect(waits).toEqual([10_000, 120_000, 900_000, 3_000_000, undefined]);
    const rating = await s.get();
    expect(rating).toMatchObject({ status: 'dead_lettered', retryCount: 5, dueAt: s.clock.ms });
    expect(rating).not.toHaveProperty('nextAttemptAt');
  });

  it.each([new TypeError('x is not a function'), 'a text that was thrown'])(
    'with what nobody expected (%s) is told in full in the log, and by its name only elsewhere',
    async (error) => {
      const s = await failing(error);
      expect(await s.upload()).toMatchObject({ kind: 'failed', failure: { code: 'internal_error' } });
      const errors = s.log.lines.filter(({ level }) => level === 'error');
      expect(errors).toEqual([
        { level: 'error', message: 'an upload met an unexpected error', facts: { error } },
      ]);
      expect((await s.get()).failure?.message).not.toContain('x is not');
    },
  );

  it.each([
    [400, 'invalid_rating'],
    [413, 'invalid_rating'],
    [422, 'invalid_rating'],
    [404, 'skill_not_found'],
    [410, 'marketplace_refused'],
    [302, 'marketplace_refused'],
  ])('with a %i is rejected for good, as %s', async (status, code) => {
    const s = await failing(new MarketplaceRefusedError('no', status));
    expect(await s.upload()).toMatchObject({ kind: 'rejected', failure: { code, retryable: false } });
    const rating = await s.get();
    expect(rating).toMatchObject({ status: 'failed', failure: { code, final: true }, retryCount: 1 });
    expect(rating).not.toHaveProperty('nextAttemptAt');
    expect(await s.upload()).toEqual({ kind: 'idle', reason: 'done' });
  });

  it.each([new StorageError('down'), new RatingContendedError('again')])(
    'because its outcome can’t be written (%s) has to come back',
    async (error) => {
      const s = await failing(error);
      await expect(s.upload()).rejects.toBe(error);
      expect(await s.get()).toMatchObject({ status: 'queued', claim: { id: 'claim-1' } });
    },
  );

  it('leaves a newer rating that was given meanwhile as it is', async () => {
    const s = await failing(new MarketplaceUnavailableError('unused'));
    const market: RatingMarket = {
      ...s.deps.market,
      add: async () => {
        await s.give(1);
        throw new MarketplaceUnavailableError('down', { status: 503 });
      },
    };
    const outcome = await uploadRating({ ...s.deps, market }, { ...KEY, revision: 1 }, FIRST);
    expect(outcome).toMatchObject({ kind: 'failed' });
    const rating = await s.get();
    expect(rating).toMatchObject({ revision: 2, rating: 1, retryCount: 0 });
    expect(rating).not.toHaveProperty('failure');
  });
});

describe('A message that has nothing to upload', () => {
  it('finds its rating gone, or settled', async () => {
    const s = createUploadHarness(() => new Response('{}'));
    const message = { ...KEY, revision: 1 };
    expect(await uploadRating(s.deps, message, FIRST)).toEqual({ kind: 'idle', reason: 'gone' });
    await s.deps.ratings.change(KEY, () => undefined);
    await s.give(3);
    await s.deps.ratings.change(KEY, (rating) => rating && { ...rating, status: 'synced' });
    expect(await uploadRating(s.deps, message, FIRST)).toEqual({ kind: 'idle', reason: 'done' });
  });

  it('comes back a second after the claim of another one has ended', async () => {
    const s = await failing(new MalformedAnswerError('unused'));
    const other = { id: 'other', now: T0, until: T0 + 30_000 };
    await s.deps.ratings.change(KEY, (rating) => claimed(rating, { ...KEY, revision: 1 }, other));
    expect(await s.upload()).toEqual({ kind: 'idle', reason: 'claimed', afterMs: 31_000 });
    s.clock.ms += 30_000;
    expect(await s.upload()).toMatchObject({ kind: 'failed' });
  });
});
