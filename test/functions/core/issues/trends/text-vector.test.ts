import { describe, expect, it } from 'vitest';
import { centroidOf, cosineOf, cosineTo } from '#core/issues/trends/text-vector.ts';
import { vectorOf } from './evidence.ts';

describe('centroidOf', () => {
  it('points where its vectors do, with length 1', () => {
    const centroid = centroidOf([vectorOf(1), vectorOf(2)]);
    expect(cosineTo(centroid, vectorOf(1))).toBeCloseTo(Math.SQRT1_2, 12);
    expect(cosineOf(centroid, centroid)).toBeCloseTo(1, 12);
  });

  it('keeps its heaviest features', () => {
    const centroid = centroidOf([vectorOf(1), vectorOf(1), vectorOf(2), vectorOf(3)], 2);
    expect([...centroid.keys()]).toEqual([1, 2]);
  });

  it('is empty without vectors, and for empty ones, and has a cosine of 0 with everything', () => {
    for (const empty of [centroidOf([]), centroidOf([vectorOf()])]) {
      expect(empty.size).toBe(0);
      expect(cosineTo(empty, vectorOf(1))).toBe(0);
      expect(cosineOf(empty, centroidOf([vectorOf(1)]))).toBe(0);
    }
  });
});

describe('cosineOf', () => {
  it('is the same from either side', () => {
    const [one, two] = [centroidOf([vectorOf(1, 2, 3)]), centroidOf([vectorOf(3, 4)])];
    expect(cosineOf(one, two)).toBeCloseTo(1 / Math.sqrt(6), 12);
    expect(cosineOf(two, one)).toBe(cosineOf(one, two));
  });
});
