import { describe, expect, it } from 'vitest';
import { agree, createListingPass, type ListingPass } from '#functions/skill-sync/listing-pass.ts';

const PAGES = [
  ['a', 'b', 'c'],
  ['d', 'e', 'f'],
  ['g', 'h'],
];

function look(pages: readonly (readonly string[])[], total: number, fromPage = 1): ListingPass {
  const one = createListingPass(fromPage);
  for (const ids of pages) {
    one.noteTotal(total);
    one.pageDone(ids);
  }
  return one;
}

describe('Function: agree', () => {
  const before = look(PAGES, 9).shown();

  it('takes a listing for complete when two looks show the same rows, one short of its total', () => {
    expect(agree(before, look(PAGES, 9), 8)).toBe(true);
  });

  it.each([
    [
      'a row is another one',
      [
        ['a', 'b', 'c'],
        ['d', 'e', 'x'],
        ['g', 'h'],
      ],
    ],
    [
      'two rows changed places',
      [
        ['b', 'a', 'c'],
        ['d', 'e', 'f'],
        ['g', 'h'],
      ],
    ],
    [
      'a row moved over a page’s edge',
      [
        ['a', 'b'],
        ['c', 'd', 'e', 'f'],
        ['g', 'h'],
      ],
    ],
    ['a row is missing', [['a', 'b', 'c'], ['d', 'e', 'f'], ['g']]],
  ])('does not when %s', (_what, pages) => {
    expect(agree(before, look(pages, 9), 8)).toBe(false);
  });

  it('does not when there was no look before, or a fifth of the total is missing', () => {
    expect(agree(undefined, look(PAGES, 9), 8)).toBe(false);
    expect(agree(before, look(PAGES, 10), 8)).toBe(true);
    expect(agree(before, look(PAGES, 11), 8)).toBe(false);
  });

  it.each([
    ['it did not begin with the first page', PAGES, 2],
    ['a page came twice', [...PAGES, ['a', 'b', 'c']], 1],
    ['a page without rows came before others', [['a', 'b', 'c'], [], ['g', 'h']], 1],
  ])('believes no look of which %s', (_what, pages, fromPage) => {
    expect(look(pages, 9, fromPage).shown()).toBeUndefined();
    expect(agree(undefined, look(pages, 9, fromPage), 8)).toBe(false);
  });

  it('believes one whose last pages have no rows, or that lists one skill twice', () => {
    expect(look([...PAGES, [], []], 9).shown()).toBeDefined();
    expect(look([['a', 'b', 'a'], ['a'], ['a']], 5).shown()).toBeDefined();
  });
});

describe('Function: createListingPass', () => {
  it('keeps the highest total', () => {
    const one = createListingPass(1);
    expect(one.total).toBeUndefined();
    for (const rows of [8, 9, 7]) one.noteTotal(rows);
    expect(one.total).toBe(9);
  });

  it('leaves a listing that only repeats itself, sooner when all is seen', () => {
    const repeating = (times: number) => look(Array(times + 1).fill(['a', 'b']), 9);
    expect(repeating(19).isEndless(2)).toBe(false);
    expect(repeating(20).isEndless(2)).toBe(true);
    expect(repeating(1).isEndless(9)).toBe(false);
    expect(repeating(2).isEndless(9)).toBe(true);
    expect(look(PAGES, 8).isEndless(8)).toBe(false);
  });
});
