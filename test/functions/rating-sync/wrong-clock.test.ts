import { beforeEach, describe, expect, it } from 'vitest';
import type { UploadMessage } from '#core/ratings/rating.ts';
import { attemptFailed, rated } from '#core/ratings/rating-state.ts';
import { pullRatings } from '#functions/rating-sync/pull-ratings.ts';
import { queueRatings } from '#functions/rating-sync/queue-ratings.ts';
import { openMemoryStores, SILENT, type TestStores } from '#test/engines/test-stores.ts';

const NOW = Date.UTC(2026, 2, 2, 9);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const AHEAD = [DAY, 365 * DAY];
const context = { runId: 'run', signal: new AbortController().signal, advanced: () => undefined };

/** What a rating sync does once the clock is right, with what was written while it was ahead. */
describe('a rating sync after a clock that was ahead', () => {
  let stores: TestStores;
  let sent: UploadMessage[];
  let nowMs: number;
  beforeEach(async () => {
    stores = await openMemoryStores();
    sent = [];
    nowMs = NOW;
  });
  const now = () => nowMs;
  const queue = {
    send: async (messages: readonly UploadMessage[]) => {
      sent.push(...messages);
      return [];
    },
  };
  const sync = (runId: string) => {
    const deps = { ...stores, queue, now, log: SILENT };
    return queueRatings(deps, { ...context, runId }, () => undefined);
  };
  const rate = (userId: string) => {
    const key = { skillId: 'csv', userId };
    return stores.ratings.change(key, (current) => rated(current, key, { rating: 4 }, now()));
  };

  it.each(AHEAD)('queues what was given, queued or failed %i ms ahead, once', async (ahead) => {
    nowMs = NOW + ahead;
    for (const userId of ['queued', 'failed']) await rate(userId);
    await sync('ahead');
    const claim = { id: 'c', until: nowMs };
    await stores.ratings.change({ skillId: 'csv', userId: 'failed' }, (current) =>
      attemptFailed(
        { ...current!, claim },
        { claimId: 'c', revision: 1 },
        { code: 'marketplace_unavailable', message: 'down', failedAt: nowMs },
        nowMs + 55 * MINUTE,
      ),
    );
    await rate('given');
    sent = [];
    nowMs = NOW;
    expect(await sync('right')).toBe(3);
    expect(sent.map(({ userId }) => userId).toSorted()).toEqual(['failed', 'given', 'queued']);
    expect(await stores.ratings.count('queued', 'right')).toBe(3);
    expect(await sync('next')).toBe(0);
  });

  it('waits five minutes for what was given five minutes ahead', async () => {
    nowMs = NOW + 5 * MINUTE;
    await rate('dana');
    nowMs = NOW;
    expect(await sync('too early')).toBe(0);
    nowMs = NOW + 5 * MINUTE;
    expect(await sync('in time')).toBe(1);
  });

  it.each(AHEAD)('looks again at skills that it had looked at %i ms ahead', async (ahead) => {
    const looked: string[] = [];
    const market = {
      ofSkill: async (skillId: string) => {
        looked.push(skillId);
        return {
          requestedAt: now(),
          clockAheadMs: 0,
          ratings: [{ userId: 'eve', rating: 2 }],
          unreadable: [],
        };
      },
    };
    const pull = () =>
      pullRatings({ ...stores, market, now, log: SILENT, pullEveryMs: 30 * MINUTE }, context);
    nowMs = NOW + ahead;
    await stores.pulls.ensure('csv', now());
    await pull();
    nowMs = NOW;
    await pull();
    await pull();
    expect(looked).toEqual(['csv', 'csv']);
    nowMs = NOW + 30 * MINUTE;
    await pull();
    expect(looked).toHaveLength(3);
  });
});
