import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderHits } from '#core/skills/search/order-hits.ts';

describe('orderHits', () => {
  it('puts the best first and equal scores by id', () => {
    expect(
      orderHits([
        ['b', 0.5],
        ['c', 2.75],
        ['a', 0.5],
        ['d', 0],
      ]),
    ).toEqual([
      { id: 'c', score: 2.75 },
      { id: 'a', score: 0.5 },
      { id: 'b', score: 0.5 },
      { id: 'd', score: 0 },
    ]);
  });

  it('takes scores that differ in the tenth decimal for equal', () => {
    expect(
      orderHits([
        ['b', 0.10000000001],
        ['a', 0.1],
      ]).map(({ id }) => id),
    ).toEqual(['a', 'b']);
  });

  it('orders as a comparison of score and id does', () => {
    const scores = fc.dictionary(
      fc.string(),
      fc.integer({ min: 0, max: 3_000 }).map((score) => score / 1_000),
    );
    fc.assert(
      fc.property(scores, (record) => {
        const given = Object.entries(record);
        const expected = given
          .map(([id, score]) => ({ id, score }))
          .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
        expect(orderHits(given)).toEqual(expected);
      }),
      { seed: Number(process.env.FC_SEED ?? Date.now() % 2 ** 31) },
    );
  });
});
