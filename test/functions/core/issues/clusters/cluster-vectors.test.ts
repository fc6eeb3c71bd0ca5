import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterVectors, groupRows, rowGraphOf } from '#core/issues/clusters/cluster-vectors.ts';
import { NO_CONSTRAINTS } from '#core/issues/clusters/constraints.ts';
import { createVectorizer } from '#core/issues/clusters/vectors/vectorizer.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

const TOPICS = [
  [
    'my card has not arrived',
    'card still did not arrive',
    'waiting for the card to arrive',
    'when does the card arrive',
  ],
  [
    'password forgotten',
    'forgot the password again',
    'i forgot my password',
    'how to reset a forgotten password',
  ],
  ['video has no sound', 'no sound in any video', 'the sound is gone in videos', 'videos play without sound'],
];
const TEXTS = TOPICS.flatMap((texts) =>
  texts.flatMap((text) => [text, `${text} please`, `hello ${text} today`]),
);
const TRUE = TOPICS.flatMap((texts, topic) => texts.flatMap(() => [topic, topic, topic]));
const cluster = (texts: readonly string[], seed = 1) =>
  clusterVectors(createVectorizer(texts).vectors, { seed });
/** By row, the first row of its group. */
const firstsOf = (groups: ArrayLike<number>) =>
  Array.from(groups, (group) => Array.from(groups).indexOf(group));

describe('clusterVectors', () => {
  it('never mixes topics that have nothing in common, and repeats itself', () => {
    const groups = cluster(TEXTS);
    const topicsOf = new Map<number, Set<number>>();
    groups.forEach((group, row) => {
      topicsOf.set(group, (topicsOf.get(group) ?? new Set()).add(TRUE[row]!));
    });
    expect([...topicsOf.values()].every((topics) => topics.size === 1)).toBe(true);
    expect(cluster(TEXTS)).toEqual(groups);
  });

  it('gives each row one group, numbered without gaps, whatever the texts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...TEXTS))),
        fc.integer(),
        (texts, seed) => {
          const groups = cluster(texts, seed);
          expect(groups).toHaveLength(texts.length);
          const numbers = [...new Set(groups)];
          expect(numbers).toEqual([...numbers.keys()]);
        },
      ),
      { seed: SEED },
    );
  });

  it('is not led by the order of the texts', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...TEXTS.keys()], { minLength: TEXTS.length }), (order) => {
        const groups = cluster(order.map((row) => TEXTS[row]!));
        const mixed = new Map<number, number>();
        groups.forEach((group, place) => {
          const topic = TRUE[order[place]!]!;
          expect(mixed.get(group) ?? topic).toBe(topic);
          mixed.set(group, topic);
        });
      }),
      { seed: SEED, numRuns: 30 },
    );
  });

  it('has a defined answer to nothing, to one text, to empty ones, and to 500 copies', () => {
    expect(cluster([])).toHaveLength(0);
    expect([...cluster(['alone'])]).toEqual([0]);
    expect([...cluster(['', '', ''])]).toEqual([0, 1, 2]);
    expect(new Set(cluster(new Array(500).fill('the card has not arrived'))).size).toBe(1);
  });

  it('keeps copies together among other texts, however many', () => {
    const groups = cluster([...TEXTS, ...new Array(500).fill('the app crashes')]);
    expect(new Set(groups.slice(TEXTS.length)).size).toBe(1);
    expect(firstsOf(groups.slice(0, TEXTS.length)).some((first) => first !== 0)).toBe(true);
  });
});

describe('rowGraphOf', () => {
  const { vectors } = createVectorizer([...TEXTS, ...TEXTS]);
  const rows = fc.uniqueArray(fc.nat({ max: TEXTS.length * 2 - 1 }), { minLength: 2, maxLength: 6 });

  it('holds together what must be together', () => {
    fc.assert(
      fc.property(rows, (together) => {
        const groups = groupRows(rowGraphOf(vectors, { ...NO_CONSTRAINTS, together: [together] }));
        expect(new Set(together.map((row) => groups[row])).size).toBe(1);
      }),
      { seed: SEED, numRuns: 30 },
    );
  });

  it('holds apart what must be apart, even the same texts', () => {
    fc.assert(
      fc.property(rows, (some) => {
        const sides = [some.slice(0, 1), some.slice(1)];
        const groups = groupRows(rowGraphOf(vectors, { ...NO_CONSTRAINTS, apart: [sides] }));
        for (const row of sides[1]!) expect(groups[row]).not.toBe(groups[sides[0]![0]!]);
      }),
      { seed: SEED, numRuns: 30 },
    );
  });
});
