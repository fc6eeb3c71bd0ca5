import { describe, expect, it } from 'vitest';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';

describe('Function: answerPage', () => {
  it.each([
    ['more', 'more'],
    [undefined, null],
  ])('answers the items under their name; the cursor %s as %s', async (cursor, next_cursor) => {
    const read = async (size: number) => ({ items: [1, 2, 3].slice(0, size), cursor });

    expect(await answerPage('things', read, { limit: 2, present: (n) => ({ n }) })).toEqual({
      status: 200,
      body: { success: true, things: [{ n: 1 }, { n: 2 }], next_cursor },
    });
  });
});
