import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proofOf, type SentRating } from '#core/ratings/rating-proof.ts';

const SENT: SentRating = { key: { skillId: '42', userId: 'dana' }, value: { rating: 4, comment: 'Good.' } };
const CHANGED: SentRating = { ...SENT, ratingId: 'r1' };
const ANSWER = {
  success: true,
  rating_id: 'r1',
  skill_id: '42',
  rating: 4,
  average_rating: 4.2,
  rating_count: 5,
  created_at: '2026-02-19T10:30:00Z',
};
const THEIRS = {
  userId: 'dana',
  rating: 4,
  comment: 'Good.',
  ratingId: 'r1',
  stamp: '2026-02-19T10:30:00',
};

describe('proofOf', () => {
  it.each([
    ['the answer as agreed', ANSWER],
    ['a skill’s id as a number', { ...ANSWER, skill_id: 42 }],
    ['the user and the comment repeated', { ...ANSWER, user_id: 'dana', comment: 'Good.' }],
    ['a comment that was trimmed', { ...ANSWER, comment: ' Good. ' }],
    ['nulls for what is not told', { ...ANSWER, error: null, user_id: null }],
    ['fields that nobody knows', { ...ANSWER, message: 'Thank you.', id: 'r-9' }],
  ])('takes %s', (_what, answer) => {
    expect(proofOf(answer, SENT)).toEqual({ ok: true, theirs: THEIRS });
    expect(proofOf(answer, CHANGED)).toEqual({ ok: true, theirs: THEIRS });
  });

  it('takes an answer without the rating’s id, and knows the one that was changed', () => {
    const { rating_id: _id, created_at: _at, ...rest } = ANSWER;
    expect(proofOf(rest, SENT)).toEqual({
      ok: true,
      theirs: { userId: 'dana', rating: 4, comment: 'Good.' },
    });
    expect(proofOf({ ...rest, rating_id: null }, CHANGED)).toMatchObject({
      ok: true,
      theirs: { ratingId: 'r1' },
    });
  });

  it('takes a number for the id of a rating, and a user whose name is one', () => {
    const sent = { key: { skillId: '42', userId: '7' }, value: { rating: 4 }, ratingId: '9' };
    const answer = { ...ANSWER, rating_id: 9, user_id: 7, comment: null };
    expect(proofOf(answer, sent)).toMatchObject({ ok: true, theirs: { ratingId: '9', userId: '7' } });
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['a list with the answer in it', [ANSWER]],
    ['a text', 'ok'],
    ['a number', 4],
    ['true', true],
    ['nothing at all', {}],
    ['an error', { error: 'storage is full' }],
    ['an error beside it', { ...ANSWER, error: 'storage is full' }],
    ['an error object beside it', { ...ANSWER, error: {} }],
    ['success: false', { ...ANSWER, success: false }],
    ['success: "true"', { ...ANSWER, success: 'true' }],
    ['success: 1', { ...ANSWER, success: 1 }],
    ['success: null', { ...ANSWER, success: null }],
    ['no success', { ...ANSWER, success: undefined }],
    ['no skill', { ...ANSWER, skill_id: undefined }],
    ['another skill', { ...ANSWER, skill_id: '43' }],
    ['another skill by number', { ...ANSWER, skill_id: 43 }],
    ['a skill in another case of letters', { ...ANSWER, skill_id: ['42'] }],
    ['the skill under another name only', { ...ANSWER, skill_id: undefined, id: '42' }],
    ['no rating', { ...ANSWER, rating: undefined }],
    ['another rating', { ...ANSWER, rating: 5 }],
    ['the rating as a text', { ...ANSWER, rating: '4' }],
    ['the rating within an object', { ...ANSWER, rating: { rating: 4 } }],
    ['an id of the rating that can’t be one', { ...ANSWER, rating_id: {} }],
    ['an empty id of the rating', { ...ANSWER, rating_id: '' }],
    ['another user', { ...ANSWER, user_id: 'eve' }],
    ['a user that can’t be one', { ...ANSWER, user_id: { id: 'dana' } }],
    ['another comment', { ...ANSWER, comment: 'Bad.' }],
    ['no comment where one was sent', { ...ANSWER, comment: null }],
    ['everything within an envelope', { data: ANSWER }],
  ])('takes no %s', (_what, answer) => {
    expect(proofOf(answer, SENT)).toMatchObject({ ok: false, fault: expect.any(String) });
    expect(proofOf(answer, CHANGED)).toMatchObject({ ok: false });
  });

  it('takes another rating’s id for a new rating, and not for one that was changed', () => {
    const answer = { ...ANSWER, rating_id: 'r2' };
    expect(proofOf(answer, SENT)).toMatchObject({ ok: true, theirs: { ratingId: 'r2' } });
    expect(proofOf(answer, CHANGED)).toMatchObject({ ok: false });
  });

  it('takes no comment for ours where none was sent', () => {
    const sent = { ...SENT, value: { rating: 4 } };
    expect(proofOf({ ...ANSWER, comment: '' }, sent)).toMatchObject({ ok: true });
    expect(proofOf({ ...ANSWER, comment: 'x' }, sent)).toMatchObject({ ok: false });
  });

  it('never takes an answer whose proof has become something else, and quotes nothing of it', () => {
    const proving = fc.constantFrom('success', 'skill_id', 'rating');
    fc.assert(
      fc.property(proving, fc.jsonValue(), (field, value) => {
        fc.pre(value !== ANSWER[field as keyof typeof ANSWER] && !(field === 'skill_id' && value === 42));
        expect(proofOf({ ...ANSWER, [field]: value }, SENT).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
    const secret = 'sk-live-123';
    for (const field of Object.keys(ANSWER)) {
      expect(JSON.stringify(proofOf({ ...ANSWER, [field]: secret }, CHANGED))).not.toContain(
        field === 'created_at' ? '\0' : secret,
      );
    }
  });

  it('never throws, whatever JSON comes', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => !proofOf(value, SENT).ok));
  });
});
