import { describe, expect, it } from 'vitest';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryRatingPulls } from '#adapters/dynamodb/ratings/memory-rating-pulls.ts';
import { createMemoryRatingStore } from '#adapters/dynamodb/ratings/memory-rating-store.ts';
import { createMemoryRejectedRecordStore } from '#adapters/dynamodb/records/memory-rejected-record-store.ts';
import { parse } from '#core/json/json.ts';
import { readRemoteRating } from '#core/ratings/rating.ts';
import { pullRatings } from '#functions/rating-sync/pull-ratings.ts';

const NOW = Date.UTC(2026, 1, 19);
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Pulls the ratings of one skill, given as the JSON of the marketplace's list. */
async function pull(skillId: string, json: string) {
  const table = createMemoryTable();
  const pulls = createMemoryRatingPulls(table);
  const ratings = createMemoryRatingStore(table);
  const rejected = createMemoryRejectedRecordStore(table);
  await pulls.ensure(skillId, NOW);
  const read = (parse(json) as unknown[]).map(readRemoteRating);
  const remote = {
    ratings: read.flatMap((one) => (one.ok ? [one.rating] : [])),
    unreadable: read.flatMap((one) => (one.ok ? [] : [one.unreadable])),
    requestedAt: NOW,
    clockAheadMs: 0,
  };
  const market = { ofSkill: async () => remote };
  const deps = { ratings, pulls, rejected, market, now: () => NOW, log: silent, pullEveryMs: 1_800_000 };
  const context = { signal: new AbortController().signal, runId: 'run-1', advanced: () => undefined };
  const { taken } = await pullRatings(deps, context);
  const { items } = await ratings.ofSkill(skillId, 100, undefined);
  const refused = (await rejected.list(100, undefined, NOW)).items;
  return { taken, users: items.map(({ userId }) => userId), refused };
}

describe('Ratings of the marketplace that can not be read', () => {
  it('lists a rating that can not be read with its reason, and takes the others', async () => {
    const { taken, users, refused } = await pull(
      's',
      `[
        {"user_id":"ann","rating":5},
        {"user_id":"bob","rating":4,"comment":"half \\ud83d"},
        {"user_id":"cy\\ude00","rating":4},
        {"user_id":"dan","rating":4,"more":{"k\\ud800":1}},
        {"user_id":"eve","rating":6},
        {"user_id":1.0,"rating":3},
        {"user_id":9007199254740993,"rating":3,"rating_id":9007199254740993},
        {"user_id":"fay","rating":1e400},
        ${'['.repeat(5_000)}${']'.repeat(5_000)},
        null
      ]`,
    );
    expect(taken).toBe(2);
    expect(users).toEqual(['9007199254740993', 'ann']);
    const reasons = Object.fromEntries(refused.map(({ id, reason }) => [id, reason]));
    expect(Object.keys(reasons)).toHaveLength(8);
    expect(reasons).toMatchObject({
      's/bob': 'comment: must be well-formed unicode',
      's/dan': 'more.k\ufffd: as a name, must be well-formed unicode',
      's/eve': expect.stringMatching(/^rating: /),
      's/fay': 'rating: must be a number that can be represented',
      's/no-id-too-deep': 'record: must not be nested deeper than 200 levels',
    });
    expect(Object.values(reasons)).toContain('user_id: must be well-formed unicode');
    expect(Object.values(reasons)).toContain('user_id: must be text or a whole number in digits');
    expect(refused[0]).toMatchObject({ kind: 'rating', runId: 'run-1', firstSeenAt: NOW, lastSeenAt: NOW });
  });

  it('lists no more than a few of one skill, under names that fit into a key', async () => {
    const many = Array.from({ length: 100 }, (_, n) => ({ user_id: `${'é'.repeat(250)}${n}`, rating: 9 }));
    const { refused, taken } = await pull('s'.repeat(512), JSON.stringify(many));
    expect(taken).toBe(0);
    expect(refused).toHaveLength(20);
    for (const { id } of refused) expect(Buffer.byteLength(id)).toBeLessThan(1_000);
  });
});
