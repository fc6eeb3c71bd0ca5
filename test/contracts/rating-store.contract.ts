import { beforeEach, describe, expect, it } from 'vitest';
import { WAITING_LIST, waitingFilter } from '#adapters/dynamodb/ratings/waiting-ratings.ts';
import { encodeCursor } from '#adapters/dynamodb/table/cursor.ts';
import { InvalidCursorError } from '#core/errors.ts';
import { NEVER_MS, type Rating } from '#core/ratings/rating.ts';
import type { WaitingStatus } from '#core/ratings/rating-ports.ts';
import { rated } from '#core/ratings/rating-state.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { isoFromMs } from '#core/time/instant.ts';
import type { OpenStores, TestStores } from '#test/engines/test-stores.ts';
import { readAllPages } from './pages.ts';
import { HOUR, T0 } from './versions.ts';

/** What every store of ratings does: the ratings themselves, their pulls, conflicts, tally and request window. */
export function ratingStoreContract(open: OpenStores): void {
  let stores: TestStores;
  beforeEach(async () => {
    stores = await open();
  });

  const key = (n: number, skillId = 'skill') => ({ skillId, userId: `user-${n}` });
  const put = async (n: number, over: Partial<Rating> = {}, skillId = 'skill') => {
    const { rating } = await stores.ratings.change(key(n, skillId), () => ({
      ...rated(undefined, key(n, skillId), { rating: 3 }, T0 + n),
      ...over,
    }));
    return rating!;
  };
  const page = (statuses: readonly WaitingStatus[], limit: number, dueBefore?: number) => {
    return (cursor: string | undefined) => stores.ratings.waiting(statuses, { limit, cursor, dueBefore });
  };

  describe('RatingStore', () => {
    it('gives back what was written, to the letter', async () => {
      const value = { rating: 5, comment: 'naïve 日本 🙂' };
      const odd = { skillId: 'Zürich/日本#', userId: 'a#b/é 🙂' };
      const written = await stores.ratings.change(odd, () => rated(undefined, odd, value, T0));
      expect(written).toMatchObject({ isChanged: true, rating: { ...odd, ...value, version: 1 } });
      expect(await stores.ratings.get(odd)).toEqual(written.rating);
    });

    it('knows no rating that was not given, nor one that can’t have a key', async () => {
      expect(await stores.ratings.get(key(1))).toBeUndefined();
      expect(await stores.ratings.get({ skillId: '', userId: 'u' })).toBeUndefined();
      expect(await stores.ratings.get({ skillId: 's', userId: 'x'.repeat(513) })).toBeUndefined();
    });

    it('leaves alone what a transition leaves alone', async () => {
      const before = await put(1);
      const left = await stores.ratings.change(key(1), () => undefined);
      expect(left).toEqual({ rating: before, isChanged: false });
      const none = await stores.ratings.change(key(2), () => undefined);
      expect(none).toEqual({ rating: undefined, isChanged: false });
    });

    it('decides on what is stored, whatever the caller knew', async () => {
      const old = await put(1);
      await stores.ratings.change(key(1), (now) => rated(now, key(1), { rating: 1 }, T0 + 9));
      const third = await stores.ratings.change(
        key(1),
        (now) => rated(now, key(1), { rating: 2 }, T0 + 10),
        old,
      );
      expect(third.rating).toMatchObject({ revision: 3, rating: 2, version: 3 });
      const fresh = await stores.ratings.change(key(1), () => undefined, old);
      expect(fresh.rating).toMatchObject({ revision: 3 });
    });

    it('loses no change of many at the same time', async () => {
      await put(1);
      const all = Array.from({ length: 5 }, (_, n) =>
        stores.ratings.change(key(1), (now) => rated(now, key(1), { rating: (n % 5) + 1 }, T0)),
      );
      const revisions = (await Promise.all(all)).map(({ rating }) => rating?.revision);
      expect(revisions.toSorted()).toEqual([2, 3, 4, 5, 6]);
    });

    it('lists a skill’s ratings by user, page by page, and no other skill’s', async () => {
      for (const n of [5, 1, 3, 2, 4]) await put(n);
      await put(9, {}, 'skill2');
      await stores.pulls.ensure('skill', T0);
      const listed = await readAllPages((cursor) => stores.ratings.ofSkill('skill', 2, cursor), 2);
      expect(listed.map(({ userId }) => userId)).toEqual(['user-1', 'user-2', 'user-3', 'user-4', 'user-5']);
      expect((await stores.ratings.ofSkill('none', 5, undefined)).items).toEqual([]);
      const { cursor } = await stores.ratings.ofSkill('skill', 2, undefined);
      await expect(stores.ratings.ofSkill('skill2', 2, cursor)).rejects.toThrow(InvalidCursorError);
    });

    it('lists what waits by state and by the time it is due, and nothing that is synced', async () => {
      await put(1, { status: 'failed', dueAt: NEVER_MS });
      await put(2, { status: 'pending', dueAt: T0 + 2 });
      await put(3, { status: 'pending', dueAt: T0 + 1 });
      await put(4, { status: 'synced', dueAt: undefined });
      await put(5, { status: 'dead_lettered', dueAt: T0 });
      await put(6, { status: 'queued', dueAt: T0 + HOUR });
      const all = await readAllPages(page(['pending', 'failed', 'dead_lettered'], 2), 2);
      expect(all.map(({ userId }) => userId)).toEqual(['user-3', 'user-2', 'user-1', 'user-5']);
      const due = await stores.ratings.waiting(['pending', 'failed', 'queued'], {
        limit: 9,
        dueBefore: T0 + 1,
      });
      expect(due.items.map(({ userId }) => userId)).toEqual(['user-3']);
      const { cursor } = await page(['pending', 'failed'], 1)(undefined);
      await expect(page(['pending'], 1)(cursor)).rejects.toThrow(InvalidCursorError);
    });

    it('finds what a wrong clock has put off, and leaves out what is due never', async () => {
      const year = 365 * 24 * HOUR;
      await put(1, { status: 'pending', dueAt: T0 + 6 * 60_000 });
      await put(2, { status: 'pending', dueAt: T0 + 4 * 60_000 });
      await put(3, { status: 'failed', dueAt: T0 + HOUR });
      await put(4, { status: 'failed', dueAt: T0 + 24 * HOUR });
      await put(5, { status: 'failed', dueAt: NEVER_MS });
      await put(6, { status: 'queued', dueAt: T0 + year });
      await put(7, { status: 'pending', dueAt: T0 + year });
      await put(8, { status: 'pending', dueAt: T0 });
      const found = await readAllPages(page(['pending', 'failed', 'queued'], 2, T0), 2);
      expect(found.map(({ userId }) => userId)).toEqual(['user-8', 'user-1', 'user-7', 'user-4', 'user-6']);
    });

    it('takes no position where no rating can be, though its seal is right', async () => {
      const long = `RATING#${'x'.repeat(2_000)}`;
      for (const sk of [long, 'RATING#', 'SKILL', 'RATING# ']) {
        const ofSkill = encodeCursor('ratings-of-skill', { skillId: 'skill' }, [sk]);
        await expect(stores.ratings.ofSkill('skill', 2, ofSkill)).rejects.toThrow(InvalidCursorError);
      }
      const dueAt = isoFromMs(T0);
      for (const [due, pk, sk] of [
        [dueAt, 'SKILL#skill', long],
        [dueAt, `SKILL#${'x'.repeat(2_048)}`, 'RATING#u'],
        [dueAt, 'RUNS', 'RATING#u'],
        ['', 'SKILL#skill', 'RATING#u'],
      ] as const) {
        const waiting = encodeCursor(WAITING_LIST, waitingFilter(['pending']), ['pending', due, pk, sk]);
        await expect(page(['pending'], 1)(waiting)).rejects.toThrow(InvalidCursorError);
      }
    });

    it('counts what waits, all of it or that of one run', async () => {
      const runId = newRunId(T0, () => 0.5);
      for (let n = 0; n < 4; n += 1)
        await put(n, { status: 'queued', dueAt: T0, ...(n < 3 ? { runId } : {}) });
      expect(await stores.ratings.count('queued')).toBe(4);
      expect(await stores.ratings.count('queued', runId)).toBe(3);
      expect(await stores.ratings.count('pending')).toBe(0);
    });
  });

  describe('RatingPulls', () => {
    it('gives the skills in turn, until they are due no more', async () => {
      await stores.pulls.ensure('b', T0);
      await stores.pulls.ensure('a', T0 + 1);
      await stores.pulls.ensure('b', T0 + HOUR);
      expect(await stores.pulls.due(T0 - 1, 9)).toEqual([]);
      expect(await stores.pulls.due(T0 + 1, 1)).toEqual(['b']);
      expect(await stores.pulls.due(T0 + 1, 9)).toEqual(['b', 'a']);
      await stores.pulls.schedule('b', T0 + 2);
      expect(await stores.pulls.due(T0 + 2, 9)).toEqual(['a', 'b']);
      await stores.pulls.schedule('a', undefined);
      expect(await stores.pulls.due(T0 + 2, 9)).toEqual(['b']);
      await stores.pulls.ensure('a', T0 + 1);
      expect(await stores.pulls.due(T0 + 2, 9)).toEqual(['a', 'b']);
    });
  });

  describe('RatingPulls after a clock that was ahead', () => {
    it.each([24 * HOUR, 365 * 24 * HOUR])(
      'gives what it put off by %i ms first, and each once',
      async (ms) => {
        await stores.pulls.ensure('due', T0);
        await stores.pulls.ensure('far', T0 + ms);
        await stores.pulls.ensure('farther', T0 + ms + 1);
        await stores.pulls.schedule('next', T0 + 2 * HOUR);
        expect(await stores.pulls.due(T0, 9)).toEqual(['far', 'farther', 'due']);
        expect(await stores.pulls.due(T0, 1)).toEqual(['far']);
        for (const skillId of ['far', 'farther', 'due']) await stores.pulls.schedule(skillId, T0 + HOUR);
        expect(await stores.pulls.due(T0, 9)).toEqual([]);
      },
    );
  });

  describe('RatingConflictLog', () => {
    it('gives back what was appended, newest first, for 90 days', async () => {
      const conflicts = Array.from({ length: 5 }, (_, n) => ({
        ...key(n),
        id: newRunId(T0 + n, () => 0.5),
        detectedAt: T0 + n,
        ours: { rating: 5, comment: 'é', at: T0 },
        theirs: { rating: 1, at: 0 },
        outcome: 'remote_won' as const,
      }));
      for (const one of conflicts) await stores.ratingConflicts.append(one);
      const now = T0 + HOUR;
      const listed = await readAllPages((cursor) => stores.ratingConflicts.list(2, cursor, now), 2);
      expect(listed).toEqual(conflicts.toReversed());
      const late = T0 + 91 * 24 * HOUR;
      expect((await stores.ratingConflicts.list(9, undefined, late)).items).toEqual([]);
    });
  });

  describe('RatingTally', () => {
    it('adds up from nothing', async () => {
      expect(await stores.tally.read()).toBe(0);
      await Promise.all([stores.tally.add(2), stores.tally.add(3)]);
      expect(await stores.tally.read()).toBe(5);
    });
  });

  describe('RequestWindow', () => {
    it('loses no change of many at the same time', async () => {
      const take = (n: number) =>
        stores.window.change((state) => ({
          state: { ...state, permits: [...state.permits, n] },
          result: state.permits.length,
        }));
      const sizes = await Promise.all(Array.from({ length: 6 }, (_, n) => take(n)));
      expect(sizes.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
      const places = await stores.window.change((state) => ({ state, result: state.permits }));
      expect([...places].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    });

    it('starts with nothing taken, and remembers a pause', async () => {
      expect(await stores.window.change((state) => ({ state, result: state }))).toEqual({
        permits: [],
        pausedUntil: 0,
      });
      await stores.window.change((state) => ({ state: { ...state, pausedUntil: T0 }, result: undefined }));
      expect(await stores.window.change((state) => ({ state, result: state.pausedUntil }))).toBe(T0);
    });
  });
}
