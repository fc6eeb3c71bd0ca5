import { describe, expect, it } from 'vitest';
import { MalformedAnswerError, MarketplaceRefusedError, MarketplaceUnavailableError } from '#core/errors.ts';
import { baseOf, type RemoteRating, type UnreadableRating } from '#core/ratings/rating.ts';
import type { RatingMarket } from '#core/ratings/rating-ports.ts';
import { claimed } from '#core/ratings/rating-state.ts';
import { parseInstant } from '#core/time/instant.ts';
import { pushRating } from '#functions/rating-upload/push-rating.ts';
import { createUploadHarness, KEY, T0 } from './upload-harness.ts';

const AT = { requestedAt: T0, clockAheadMs: 0 };
const LOST = new MarketplaceUnavailableError('reset');
const UNPROVEN = new MalformedAnswerError('its answer does not confirm the rating');

/** The user's rating there, given so long after ours. */
const theirs = (rating: number, afterMs: number, change: Partial<RemoteRating> = {}): RemoteRating => ({
  ...{ userId: KEY.userId, rating, ratingId: 'r-1' },
  stamp: parseInstant(new Date(T0 + afterMs).toISOString())!,
  ...change,
});

type Market = {
  readonly add?: RemoteRating | 'exists' | Error;
  readonly update?: RemoteRating | 'not_updated' | Error;
  /** What it holds of the user; undefined: the skill is not there. */
  readonly holds?: readonly RemoteRating[] | Error | undefined;
  readonly unreadable?: readonly UnreadableRating[];
};

function createMarket({ add = 'exists', update = 'not_updated', unreadable = [], ...rest }: Market) {
  const calls: unknown[][] = [];
  const market: RatingMarket = {
    add: async (key, value) => {
      calls.push(['add', key, value]);
      if (add instanceof Error) throw add;
      return add === 'exists' ? { kind: 'exists' } : { kind: 'taken', theirs: add, ...AT };
    },
    update: async (key, ratingId, value) => {
      calls.push(['update', key, ratingId, value]);
      if (update instanceof Error) throw update;
      return update === 'not_updated' ? { kind: 'not_updated' } : { kind: 'taken', theirs: update, ...AT };
    },
    ofSkill: async (skillId) => {
      calls.push(['ofSkill', skillId]);
      const { holds = 'holds' in rest ? undefined : [] } = rest;
      if (holds instanceof Error) throw holds;
      return holds && { ratings: holds, unreadable, ...AT };
    },
  };
  return { market, calls };
}

/** Pushes the rating 4, "Good.", as it was claimed. Nothing is known of the marketplace before. */
async function push(options: Market) {
  const { market, calls } = createMarket(options);
  const s = createUploadHarness(market);
  await s.give(4, 'Good.');
  const claim = { id: 'claim', now: T0, until: T0 + 60_000 };
  const { rating } = await s.deps.ratings.change(KEY, (r) => claimed(r, { ...KEY, revision: 1 }, claim));
  const outcome = pushRating(s.deps, rating!, { claimId: 'claim', revision: 1 });
  return { ...s, calls, outcome, called: () => calls.map(([name]) => name) };
}

describe('Function: pushRating', () => {
  it('adds a rating that is not known there, by its key and its value alone', async () => {
    const s = await push({ add: theirs(4, 0, { comment: 'Good.' }) });
    expect(await s.outcome).toEqual({ kind: 'uploaded', isFirst: true });
    expect(s.calls).toEqual([['add', KEY, { rating: 4, comment: 'Good.' }]]);
    expect(await s.get()).toMatchObject({ status: 'synced', base: { ratingId: 'r-1' } });
  });

  it('adopts a later rating of the marketplace, and records the conflict', async () => {
    const s = await push({ holds: [theirs(2, 1)] });
    expect(await s.outcome).toMatchObject({ kind: 'uploaded' });
    expect(await s.get()).toMatchObject({ status: 'synced', rating: 2 });
    expect(await s.conflicts()).toMatchObject([
      {
        outcome: 'remote_won',
        ours: { rating: 4, comment: 'Good.', at: T0 },
        theirs: { rating: 2, at: T0 + 1 },
      },
    ]);
  });

  it('replaces an earlier rating of the marketplace, and records the conflict', async () => {
    const s = await push({ holds: [theirs(2, -1)], update: theirs(4, 2, { comment: 'Good.' }) });
    expect(await s.outcome).toMatchObject({ kind: 'uploaded' });
    expect(s.calls.at(-1)).toEqual(['update', KEY, 'r-1', { rating: 4, comment: 'Good.' }]);
    expect(await s.get()).toMatchObject({ status: 'synced', rating: 4 });
    expect(await s.conflicts()).toMatchObject([{ outcome: 'local_won' }]);
  });

  it.each([
    ['ratings can not be changed there', { holds: [theirs(2, -1)] }, ['add', 'ofSkill', 'update']],
    ['theirs has no id', { holds: [theirs(2, -1, { ratingId: undefined })] }, ['add', 'ofSkill']],
  ])('keeps both where ours is later and %s', async (_what, options, called) => {
    const s = await push(options as Market);
    expect(await s.outcome).toMatchObject({
      kind: 'rejected',
      failure: { code: 'updates_not_supported', retryable: false },
    });
    expect(s.called()).toEqual(called);
    expect(await s.get()).toMatchObject({ status: 'failed', rating: 4, failure: { final: true } });
    expect(await s.conflicts()).toMatchObject([{ outcome: 'updates_not_supported' }]);
  });

  it('is done without a change where both say the same', async () => {
    const s = await push({ holds: [theirs(4, 9, { comment: 'Good.' })] });
    expect(await s.outcome).toMatchObject({ kind: 'uploaded' });
    expect(s.called()).toEqual(['add', 'ofSkill']);
    expect(await s.conflicts()).toEqual([]);
  });

  it('finds by asking that a rating arrived whose answer was lost', async () => {
    const s = await push({ add: LOST, holds: [theirs(4, 0, { comment: 'Good.' })] });
    expect(await s.outcome).toMatchObject({ kind: 'uploaded' });
    expect(s.called()).toEqual(['add', 'ofSkill']);
  });

  it('asks nothing after a 503, which says that nothing was done', async () => {
    const error = new MarketplaceUnavailableError('down', { status: 503 });
    const s = await push({ add: error });
    await expect(s.outcome).rejects.toBe(error);
    expect(s.called()).toEqual(['add']);
  });

  it.each([
    ['the answer was lost, and it is not there', { add: LOST }, LOST],
    ['the answer was lost, and the next one too', { add: LOST, holds: new Error('reset') }, LOST],
  ])('fails with the first error where %s', async (_what, options, error) => {
    await expect((await push(options)).outcome).rejects.toBe(error);
  });

  it('fails with the wait that the marketplace asks for, when it is asked what it has', async () => {
    const wait = new MarketplaceUnavailableError('wait', { status: 503, retryAfterMs: 9_000 });
    await expect((await push({ add: LOST, holds: wait })).outcome).rejects.toBe(wait);
  });

  it.each([
    ['says that it took it and lists nothing', { add: UNPROVEN }, /asked what it has, it lists no rating/],
    ['says that it has one and lists nothing', { add: 'exists' as const }, /says that this user has rated/],
  ])('fails where the marketplace %s', async (_what, options, message) => {
    const s = await push(options);
    await expect(s.outcome).rejects.toThrow(MalformedAnswerError);
    await expect(s.outcome).rejects.toThrow(message);
  });

  it('fails, and changes nothing, where the rating there can not be read', async () => {
    const unreadable = [{ userId: KEY.userId, name: KEY.userId, fault: 'rating: 9' }];
    const s = await push({ unreadable });
    await expect(s.outcome).rejects.toThrow('lists a rating of this user that can’t be read (rating: 9)');
    expect(s.called()).toEqual(['add', 'ofSkill']);
  });

  it('counts those whose user can not be read', async () => {
    const unreadable = [{ userId: undefined, name: 'no-id', fault: 'user_id' }];
    await expect((await push({ unreadable })).outcome).rejects.toThrow('and 1 whose user can’t be read');
  });

  it('fails where an unproven update left another rating there', async () => {
    const s = await push({ holds: [theirs(2, -1)], update: UNPROVEN });
    await expect(s.outcome).rejects.toThrow(/asked what it has, it lists another rating of this user/);
  });

  it('fails for good where the skill is gone', async () => {
    await expect((await push({ holds: undefined })).outcome).rejects.toThrow(MarketplaceRefusedError);
  });

  it('asks before it changes what the marketplace is known to have; only ours moved: that is no conflict', async () => {
    const { market, calls } = createMarket({ holds: [theirs(4, 0)], update: theirs(1, 5) });
    const s = createUploadHarness(market);
    await s.give(4);
    const given = (await s.get()).revision;
    const base = baseOf(theirs(4, 0), T0 - 1);
    await s.deps.ratings.change(KEY, (rating) => rating && { ...rating, base, syncedRevision: given });
    await s.give(1);
    expect(await s.upload()).toEqual({ kind: 'uploaded', isFirst: false });
    expect(calls.map(([name]) => name)).toEqual(['ofSkill', 'update']);
    expect(await s.conflicts()).toEqual([]);
  });
});
