import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neighboursOf } from '#core/issues/clusters/graph/neighbours.ts';
import { rowOf, type SparseRows } from '#core/issues/clusters/vectors/sparse-rows.ts';
import { createVectorizer } from '#core/issues/clusters/vectors/vectorizer.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

const WORDS = ['card', 'arrive', 'password', 'reset', 'money', 'transfer', 'fee', 'cash', 'app', 'crash'];
const texts = fc.array(
  fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => words.join(' ')),
  { maxLength: 40 },
);

function cosine(vectors: SparseRows, one: number, other: number): number {
  const second = rowOf(vectors, other);
  const weights = new Map(Array.from(second.indices, (feature, at) => [feature, second.values[at]!]));
  const first = rowOf(vectors, one);
  return first.indices.reduce((sum, feature, at) => sum + first.values[at]! * (weights.get(feature) ?? 0), 0);
}

describe('neighboursOf', () => {
  it('finds exactly the greatest cosines', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 8 }), (some, most) => {
        const { vectors } = createVectorizer(some);
        const { ids, similarities } = neighboursOf(vectors, most);
        some.forEach((_, row) => {
          const all = some.map((_, other) => (other === row ? 0 : cosine(vectors, row, other)));
          const expected = all
            .filter((value) => value > 0)
            .sort((one, other) => other - one)
            .slice(0, most);
          const found = [...similarities.slice(row * most, (row + 1) * most)].slice(0, expected.length);
          found.forEach((value, at) => {
            expect(value).toBeCloseTo(expected[at]!, 4);
          });
          const named = [...ids.slice(row * most, (row + 1) * most)];
          expect(named.filter((id) => id >= 0)).toHaveLength(expected.length);
          expect(named).not.toContain(row);
        });
      }),
      { seed: SEED },
    );
  });

  it('answers for no rows', () => {
    expect(neighboursOf(createVectorizer([]).vectors, 5)).toMatchObject({ rows: 0 });
  });
});
