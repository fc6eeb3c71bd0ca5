import { describe, expect, it } from 'vitest';
import {
  LeaseLostError,
  MalformedAnswerError,
  MarketplaceAuthError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  OutOfTimeError,
  RateLimitedError,
  RatingContendedError,
  StorageError,
  TokenUnavailableError,
} from '#core/errors.ts';
import type { RemoteRating } from '#core/ratings/rating.ts';
import { COPIES_A_SKILL, pullRatings, SKILLS_A_RUN } from '#functions/rating-sync/pull-ratings.ts';
import { createSyncHarness, keyOf, MINUTE, type SyncHarness, T0 } from './sync-harness.ts';

const theirs = (n: number, over: Partial<RemoteRating> = {}): RemoteRating => ({
  ...{ userId: `user-${n}`, rating: 5, ratingId: `r${n}`, stamp: '2026-02-19T10:00:00' },
  ...over,
});

type Answers = Readonly<Record<string, Error | readonly RemoteRating[] | 'gone'>>;

/** Skills `s0`, `s1`… that are due in this order; each has one rating of a user there unless it is said otherwise. */
async function withSkills(count: number, answers: Answers = {}) {
  const s = createSyncHarness();
  for (let n = 0; n < count; n += 1) await s.pulls.ensure(`s${n}`, T0 - 1_000 + n);
  const asked: string[] = [];
  const ofSkill: SyncHarness['deps']['market']['ofSkill'] = async (skillId) => {
    asked.push(skillId);
    const answer = answers[skillId] ?? [theirs(1)];
    if (answer instanceof Error) throw answer;
    if (answer === 'gone') return undefined;
    return { ratings: answer, unreadable: [], requestedAt: s.clock.ms, clockAheadMs: 0 };
  };
  const reported: unknown[] = [];
  const run = (deps: Partial<SyncHarness['deps']> = {}) =>
    pullRatings({ ...s.deps, market: { ...s.deps.market, ofSkill }, ...deps }, s.context, (soFar) =>
      reported.push(soFar),
    );
  return { ...s, asked, reported, run, due: (ms = T0) => s.pulls.due(ms, 100) };
}
const names = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `s${from + n}`);
const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('pullRatings', () => {
  it('looks at the skills that are due, the longest due first, and at each again after the interval', async () => {
    const s = await withSkills(25);
    expect(await s.run()).toEqual({ taken: 20, failed: 0 });
    expect(s.asked).toEqual(names(0, SKILLS_A_RUN));
    expect(await s.get({ skillId: 's3', userId: 'user-1' })).toMatchObject({ status: 'synced', rating: 5 });
    expect(await s.due()).toEqual(names(20, 25));
    expect(await s.due(T0 + 30 * MINUTE - 1)).toHaveLength(5);
    expect(await s.due(T0 + 30 * MINUTE)).toHaveLength(25);
  });

  it('asks no more for a skill that is gone', async () => {
    const s = await withSkills(2, { s0: 'gone' });
    expect(await s.run()).toEqual({ taken: 1, failed: 0 });
    expect(await s.due(T0 + 999 * MINUTE)).toEqual(['s1']);
  });

  it('takes over what moved there, and leaves what waits for its upload', async () => {
    const s = await withSkills(1, { s0: [theirs(1), theirs(2), theirs(3)] });
    await s.give(keyOf(1, 's0'), { status: 'synced', syncedRevision: 1 });
    await s.give(keyOf(2, 's0'), { status: 'queued' });
    expect(await s.run()).toEqual({ taken: 2, failed: 0 });
    expect(await s.get(keyOf(1, 's0'))).toMatchObject({ rating: 5, base: { ratingId: 'r1' } });
    expect(await s.get(keyOf(2, 's0'))).toMatchObject({ rating: 3, status: 'queued' });
    expect(await s.get(keyOf(3, 's0'))).toMatchObject({ rating: 5, revision: 0 });
  });

  it('copies so many ratings of others, the newest', async () => {
    const many = Array.from({ length: 250 }, (_, n) =>
      theirs(n, { stamp: new Date(T0 + n * 1_000).toISOString().slice(0, 19) }),
    );
    const s = await withSkills(1, { s0: many });
    expect(await s.run()).toEqual({ taken: COPIES_A_SKILL, failed: 0 });
    expect(await s.get(keyOf(249, 's0'))).toBeDefined();
    expect(await s.get(keyOf(49, 's0'))).toBeUndefined();
  });

  const OF_ONE_SKILL: readonly Error[] = [
    new MarketplaceRefusedError('400', 400),
    new MarketplaceRefusedError('410', 410),
    new MalformedAnswerError('another skill'),
    new MarketplaceUnavailableError('500', { status: 500 }),
    new StorageError('of this skill'),
    new TypeError('unexpected'),
  ];

  it.each(OF_ONE_SKILL)('looks at all others when one answers %s for ever', async (error) => {
    const s = await withSkills(22, { s0: error, s9: error });
    expect(await s.run()).toEqual({ taken: 18, failed: 2 });
    expect(s.asked).toEqual(names(0, 20));
    expect(s.lines('warn')).toHaveLength(2);
    expect(s.reported.at(-1)).toEqual({ taken: 18, failed: 2 });
    // They have lost their turn: the next ones are not kept waiting by them.
    expect(await s.due()).toEqual(['s20', 's21']);
    expect(await s.due(T0 + 30 * MINUTE)).toContain('s0');
  });

  it.each([new MarketplaceRefusedError('400', 400), new MalformedAnswerError('no JSON')])(
    'gets past any number of skills that answer %s at once',
    async (error) => {
      const bad = Object.fromEntries(names(0, 19).map((name) => [name, error]));
      const s = await withSkills(20, bad);
      expect(await s.run()).toEqual({ taken: 1, failed: 19 });
    },
  );

  it('gives up after three skills in a row without an answer, each of which may take long', async () => {
    const down = new MarketplaceUnavailableError('no connection');
    const bad = Object.fromEntries(names(0, 20).map((name) => [name, down]));
    const all = await withSkills(20, bad);
    expect(await failure(all.run())).toBe(down);
    expect(all.asked).toEqual(['s0', 's1', 's2']);
    expect(all.reported.at(-1)).toEqual({ taken: 0, failed: 3 });

    const later = await withSkills(20, { s1: down, s2: down, s4: down, s5: down, s6: down });
    expect(await later.run()).toEqual({ taken: 2, failed: 5 });
    expect(later.asked).toEqual(names(0, 7));
  });

  it('fails when not one skill could be looked at, unless that is the skills’ own fault', async () => {
    const malformed = new MalformedAnswerError('a sign-in page');
    const page = await withSkills(2, { s0: malformed, s1: malformed });
    expect(await failure(page.run())).toBe(malformed);
    const refused = await withSkills(1, { s0: new MarketplaceRefusedError('400', 400) });
    expect(await refused.run()).toEqual({ taken: 0, failed: 1 });
    const none = await withSkills(0);
    expect(await none.run()).toEqual({ taken: 0, failed: 0 });
  });

  it.each([
    new LeaseLostError('lost'),
    new OutOfTimeError('over'),
    new RateLimitedError('wait', 300_000),
    new TokenUnavailableError('none'),
  ])('ends at once with %s, and the skill keeps its turn', async (error) => {
    const s = await withSkills(5, { s1: error });
    expect(await failure(s.run())).toBe(error);
    expect(s.asked).toEqual(['s0', 's1']);
    expect(await s.due()).toEqual(names(1, 5));
  });

  it('ends at once with a token that is refused, whose skill lets the others go first next time', async () => {
    const error = new MarketplaceAuthError('403');
    const s = await withSkills(3, { s0: error });
    expect(await failure(s.run())).toBe(error);
    expect(s.asked).toEqual(['s0']);
    expect(await s.due()).toEqual(['s1', 's2']);
  });

  it('takes over all others when one rating can’t be written', async () => {
    const s = await withSkills(2, { s0: Array.from({ length: 30 }, (_, n) => theirs(n)) });
    const change: SyncHarness['deps']['ratings']['change'] = async (key, ...rest) => {
      if (key.userId === 'user-3') throw new RatingContendedError('it can’t be read');
      return s.deps.ratings.change(key, ...rest);
    };
    expect(await s.run({ ratings: { ...s.deps.ratings, change } })).toEqual({ taken: 30, failed: 0 });
    expect(await s.get(keyOf(3, 's0'))).toBeUndefined();
    expect(await s.due()).toEqual([]);
  });

  it('ends with the signal’s reason', async () => {
    const s = await withSkills(3);
    const reason = new Error('lease lost');
    const ofSkill = async () => {
      s.aborting.abort(reason);
      throw reason;
    };
    expect(await failure(s.run({ market: { ...s.deps.market, ofSkill } }))).toBe(reason);
    expect(await s.due()).toEqual(names(0, 3));
  });
});
