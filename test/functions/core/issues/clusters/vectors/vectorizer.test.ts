import { describe, expect, it } from 'vitest';
import { rowOf, type SparseVector } from '#core/issues/clusters/vectors/sparse-rows.ts';
import { createVectorizer } from '#core/issues/clusters/vectors/vectorizer.ts';

const TEXTS = [
  'My card has not arrived',
  'the card did not arrive yet',
  'when will my new card arrive?',
  'I forgot my password',
  'password forgotten, cannot log in',
  'how do I reset the password',
  '',
  '!!!',
];

const lengthOf = ({ values }: SparseVector) => Math.hypot(...values);

describe('createVectorizer', () => {
  const { vectors, vectorizer } = createVectorizer(TEXTS);

  it('gives each text a vector of length 1, and none to a text without words', () => {
    const lengths = TEXTS.map((_, row) => lengthOf(rowOf(vectors, row)));
    for (const length of lengths.slice(0, 6)) expect(length).toBeCloseTo(1, 5);
    expect(lengths.slice(6)).toEqual([0, 0]);
  });

  it('numbers features from the rarest to the most frequent, ascending in each row', () => {
    const counts = new Int32Array(vectors.features);
    for (const feature of vectors.indices) counts[feature]! += 1;
    expect([...counts]).toEqual([...counts].sort((one, other) => one - other));
    for (let row = 0; row < vectors.rows; row += 1) {
      const { indices } = rowOf(vectors, row);
      expect([...indices]).toEqual([...new Set(indices)].sort((one, other) => one - other));
    }
  });

  it('embeds a text as it did when it made the vocabulary', () => {
    TEXTS.forEach((text, row) => {
      expect(vectorizer.embed(text)).toEqual({
        indices: rowOf(vectors, row).indices.slice(),
        values: rowOf(vectors, row).values.slice(),
      });
    });
  });

  it('embeds a language that it has never seen as nothing, and goes on as before', () => {
    expect(vectorizer.embed('这是一个全新的问题').indices).toHaveLength(0);
    expect(lengthOf(vectorizer.embed('my card'))).toBeCloseTo(1, 5);
  });

  it('keeps the heaviest features where there are too many, each text the same number', () => {
    const few = createVectorizer(TEXTS, { maxFeatures: 3 }).vectors;
    expect(rowOf(few, 0).indices).toHaveLength(3);
    expect(lengthOf(rowOf(few, 0))).toBeCloseTo(1, 5);
  });

  it('has a defined answer to no text, to one, and to one of a megabyte', () => {
    expect(createVectorizer([]).vectors).toMatchObject({ rows: 0, features: 0 });
    expect(createVectorizer(['alone']).vectors).toMatchObject({ rows: 1, features: 0 });
    const { vectors: large } = createVectorizer([
      'x'.repeat(1_000_000),
      'y z '.repeat(250_000),
      'card',
      'card',
    ]);
    expect(large.rows).toBe(4);
    expect([...large.values].every(Number.isFinite)).toBe(true);
  });

  it('tells thousands of words apart', () => {
    const texts = Array.from({ length: 4_000 }, (_, at) => `w${at}q w${at}q${at % 7}`).flatMap((text) => [
      text,
      text,
      text,
    ]);
    const many = createVectorizer(texts).vectors;
    expect(many.features).toBeGreaterThan(8_000);
    expect(rowOf(many, 0).indices).toEqual(rowOf(many, 1).indices);
  });
});
