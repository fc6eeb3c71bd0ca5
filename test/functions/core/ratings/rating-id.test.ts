import { describe, expect, it } from 'vitest';
import { ratingIdOf, ratingKeyIn } from '#core/ratings/rating-id.ts';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a rating’s id', () => {
  it.each([
    { skillId: 's', userId: 'u' },
    { skillId: 'a/b?c', userId: 'ü "😀"' },
  ])('stands for $skillId and $userId, and is safe in an address', (key) => {
    expect(ratingIdOf(key)).toMatch(/^[\w-]+$/);
    expect(ratingKeyIn(ratingIdOf(key))).toEqual(key);
  });

  it.each([
    ['nothing', ''],
    ['no base64url', `${ratingIdOf({ skillId: 's', userId: 'u' })}=`],
    ['no JSON', Buffer.from('["s"').toString('base64url')],
    ['no list', encoded({ skillId: 's' })],
    ['one part', encoded(['s'])],
    ['three parts', encoded(['s', 'u', 'x'])],
    ['numbers', encoded([1, 2])],
    ['no skill', encoded(['', 'u'])],
    ['no user', encoded(['s', ' '])],
    ['half a surrogate pair', encoded(['\ud800', 'u'])],
  ])('is not %s', (_what, id) => {
    expect(ratingKeyIn(id)).toBeUndefined();
  });
});
