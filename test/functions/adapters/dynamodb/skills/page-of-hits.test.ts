import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageOfHits } from '#adapters/dynamodb/skills/page-of-hits.ts';
import { encodeCursor } from '#adapters/dynamodb/table/cursor.ts';
import { InvalidCursorError } from '#core/errors.ts';
import type { SearchHit } from '#core/skills/search/skill-index.ts';
import { forgedCursors } from '#test/contracts/pages.ts';

const REQUEST = { query: 'csv', filter: { category: 'data' }, limit: 10 };

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
  let cursor: string | undefined;
  for (let pages = 0; pages < 1_000; pages += 1) {
    const page = pageOfHits(hitsOf(scores), { ...REQUEST, limit, cursor });
    given.push(...page.hits.map(({ id }) => id));
    if (page.cursor === undefined) return given;
    ({ cursor } = page);
    between(given);
  }
  throw new Error('The pages have no end.');
}

describe('pageOfHits', () => {
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

  it('has no cursor at the end', () => {
    const hits = hitsOf(skills(20));
    const { cursor } = pageOfHits(hits, REQUEST);

    expect(cursor).toBeDefined();
    expect(pageOfHits(hits, { ...REQUEST, cursor }).cursor).toBeUndefined();
    expect(pageOfHits(hits, { ...REQUEST, limit: 20 }).cursor).toBeUndefined();
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

  it('refuses the cursor of another query, filter or list, and a forged one', () => {
    const hits = hitsOf(skills(30));
    const { cursor = '' } = pageOfHits(hits, REQUEST);
    const next = (over: object) => pageOfHits(hits, { ...REQUEST, cursor, ...over });

    expect(next({ limit: 3, filter: { category: 'data', tag: undefined } }).hits).toHaveLength(3);
    for (const over of [{ query: 'cs' }, { filter: {} }, { filter: { category: 'data', tag: 'x' } }])
      expect(() => next(over)).toThrow(InvalidCursorError);
    for (const forged of forgedCursors(cursor))
      expect(() => next({ cursor: forged }), forged).toThrow(InvalidCursorError);
    const sealed = { query: 'csv', category: 'data', tag: undefined };
    for (const position of [
      [],
      ['1'],
      ['0', 'aaaaaaaa'],
      ['1', 'aaa'],
      ['1', 'aaaaaaaa', 'x'],
      ['x', 'aaaaaaaa'],
    ])
      expect(() => next({ cursor: encodeCursor('search', sealed, position) })).toThrow(InvalidCursorError);
  });

  it('makes no cursor that is too long for an address', () => {
    const scores = skills(3_000);
    let longest = 0;
    let cursor: string | undefined;
    do {
      ({ cursor } = pageOfHits(hitsOf(scores), { ...REQUEST, limit: 200, cursor }));
      longest = Math.max(longest, cursor?.length ?? 0);
    } while (cursor !== undefined);
    expect(longest).toBeLessThan(3_000);
  });
});
