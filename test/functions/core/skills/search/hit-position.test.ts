import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type HitPosition,
  hitsAfter,
  positionAfterPage,
  positionIn,
  wordsOf,
} from '#core/skills/search/hit-position.ts';
import type { SearchHit } from '#core/skills/search/skill-index.ts';

/** A page of the hits, and the words of the cursor behind it where there are more. */
function pageOf(hits: readonly SearchHit[], limit: number, words: readonly string[] | undefined) {
  const position: HitPosition | undefined = words && positionIn(words);
  const next = hitsAfter(hits, position);
  const page = next.slice(0, limit);
  return { page, words: next.length > limit ? wordsOf(positionAfterPage(position, page)) : undefined };
}

const hitsOf = (scores: ReadonlyMap<string, number>): SearchHit[] =>
  [...scores]
    .map(([id, score]) => ({ id, score }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));

/** So many skills, each a little worse than the one before. */
const skills = (count: number): Map<string, number> =>
  new Map(Array.from({ length: count }, (_, n) => [`skill-${n}`, 100 - n / 100]));

type Step = { readonly kind: 'add' | 'remove' | 'move' | 'all'; readonly at: number; readonly score: number };

/** What happens to the catalogue between two pages. */
const STEPS: Record<Step['kind'], (scores: Map<string, number>, step: Step) => void> = {
  add: (scores, { at, score }) => void scores.set(`new-${at}`, score),
  remove: (scores, { at }) => void scores.delete(`skill-${at}`),
  move: (scores, { at, score }) => scores.has(`skill-${at}`) && scores.set(`skill-${at}`, score),
  all(scores, { at }) {
    for (const [id, score] of scores) scores.set(id, score * (0.99 + at / 20_000));
  },
};

/** Every page; what happens between two of them is told the ids given so far. */
function allPages(
  scores: Map<string, number>,
  limit: number,
  between: (given: readonly string[]) => void = () => {},
): string[] {
  const given: string[] = [];
  let words: readonly string[] | undefined;
  for (let pages = 0; pages < 1_000; pages += 1) {
    const next = pageOf(hitsOf(scores), limit, words);
    given.push(...next.page.map(({ id }) => id));
    ({ words } = next);
    if (words === undefined) return given;
    between(given);
  }
  throw new Error('The pages have no end.');
}

describe('The pages of hits', () => {
  it.each([
    [0, 10],
    [10, 10],
    [11, 10],
    [57, 1],
    [200, 200],
    [3_000, 200],
    [1_000, 7],
  ])('gives %i hits once, in their order, %i at a time', (count, limit) => {
    const scores = skills(count);

    expect(allPages(scores, limit)).toEqual([...scores.keys()]);
  });

  it('gives none twice and leaves none out that stays, while others come, go and move', () => {
    const step: fc.Arbitrary<Step> = fc.record({
      kind: fc.constantFrom('add', 'remove', 'move', 'all'),
      at: fc.nat(400),
      score: fc.double({ min: 90, max: 110, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (steps, limit) => {
        const scores = skills(200);
        const before = [...scores.keys()];
        const left = [...steps];
        const given = allPages(scores, limit, () => {
          for (const next of left.splice(0, 3)) STEPS[next.kind](scores, next);
        });
        const staying = before.filter((id) => scores.has(id));

        expect(new Set(given).size).toBe(given.length);
        expect(given).toEqual(expect.arrayContaining(staying));
      }),
    );
  });

  it('gives none twice of thousands when every score changes a little, equal ones included', () => {
    const scores = new Map(Array.from({ length: 3_000 }, (_, n) => [`skill-${n}`, n < 1_500 ? 2 : 1]));
    let pages = 0;
    const given = allPages(scores, 100, () => {
      pages += 1;
      for (const [id, score] of scores) scores.set(id, score * 0.999);
      scores.delete(`skill-${pages}`);
      scores.set(`new-${pages}`, 3);
    });

    expect(new Set(given).size).toBe(given.length);
    expect(given.length).toBeGreaterThanOrEqual(2_970);
  });

  it('goes on where those were that are all gone', () => {
    const scores = skills(600);
    const given = allPages(scores, 200, (sofar) => {
      for (const id of sofar.slice(-256)) scores.delete(id);
    });

    expect(new Set(given).size).toBe(given.length);
    expect(given.length).toBeGreaterThanOrEqual(400);
  });

  it('comes to an end although what was given comes again and again', () => {
    const scores = skills(400);
    const given = allPages(scores, 50, (sofar) => {
      for (const id of sofar.slice(-256, -100)) scores.set(id, 1 / sofar.length);
    });

    expect(given.length).toBeLessThan(2_000);
  });

  it('are no longer than an address takes', () => {
    const hits = hitsOf(skills(3_000));
    let position: HitPosition | undefined;
    for (let page = 0; page < 10; page += 1)
      position = positionAfterPage(position, hitsAfter(hits, position).slice(0, 200));
    expect(position && wordsOf(position).join('').length).toBeLessThan(2_100);
  });
});

describe('positionIn', () => {
  it('reads what wordsOf has written', () => {
    const position = positionAfterPage(undefined, hitsOf(skills(30)));

    expect(positionIn(wordsOf(position))).toEqual(position);
  });

  it.each([
    [[]],
    [['1']],
    [['0', 'aaaaaaaa']],
    [['1', 'aaa']],
    [['1', 'AAAAAAAA']],
    [['1', 'aaaaaaaa', 'x']],
    [['x', 'aaaaaaaa']],
  ])('knows no position in %j', (words) => {
    expect(positionIn(words)).toBeUndefined();
  });
});
