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

const ranked = (hits: readonly SearchHit[]) =>
  hits.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
const many = (count: number, scoreOf = (n: number) => Math.floor((count - n) / 3)) =>
  ranked(Array.from({ length: count }, (_, n) => ({ id: `s${n}`, score: scoreOf(n) })));

describe('The position of a page of hits', () => {
  it('leads through all hits, each once, whatever the size of a page', () => {
    const hits = many(700);
    for (const limit of [1, 7, 100, 250, 700])
      expect(walk(() => hits, limit)).toEqual(hits.map(({ id }) => id));
  });

  it('shows none twice and passes none over where scores move between two pages', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.array(fc.nat(50), { minLength: 60, maxLength: 60 }), { minLength: 1, maxLength: 70 }),
        (count, limit, scores) => {
          let page = 0;
          const hits = () => many(count, (n) => scores[page++ % scores.length]?.[n] ?? 0);
          expect(walk(hits, limit).toSorted()).toEqual(
            many(count)
              .map(({ id }) => id)
              .toSorted(),
          );
        },
      ),
      { seed },
    );
  });

  it('shows what is new behind what was shown, even where it is the best', () => {
    const hits = many(4, (n) => 10 - n);
    const position = positionAfterPage(undefined, hits.slice(0, 2), hits);
    const later = ranked([...hits.slice(1), { id: 'new', score: 99 }]);
    expect(hitsAfter(later, position).map(({ id }) => id)).toEqual(['new', 's2', 's3']);
  });

  it('stays short, and is read from its words as it was written', () => {
    const hits = many(5_000);
    const position = positionAfterPage(
      positionAfterPage(undefined, hits.slice(0, 150), hits),
      hits.slice(150, 4_000),
      hits,
    );
    const words = wordsOf(position);
    expect(words.join('').length).toBeLessThan(1_300);
    expect(positionIn(words)).toEqual(position);
    expect(hitsAfter(hits, position)).toEqual(hits.slice(4_000));
    const [text = ''] = words;
    for (const no of [[`${text}x`], [text, '1'], [text, 'x', 'id'], [text, '1', 'id', 'more']]) {
      expect(positionIn(no)).toBeUndefined();
    }
  });
});

/** The ids of all pages; `hitsNow` gives the hits anew for each. */
function walk(hitsNow: () => readonly SearchHit[], limit: number): string[] {
  const ids: string[] = [];
  let position: HitPosition | undefined;
  for (;;) {
    const hits = hitsNow();
    const page = hitsAfter(hits, position).slice(0, limit);
    if (page.length === 0) return ids;
    ids.push(...page.map(({ id }) => id));
    position = positionIn(wordsOf(positionAfterPage(position, page, hits)));
  }
}
