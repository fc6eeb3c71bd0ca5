import { describe, expect, it } from 'vitest';
import { createTextCorpus } from '#core/issues/grouping/text-corpus.ts';
import { grouped, START } from './grouped-tickets.ts';

const TICKETS = [
  grouped({ id: '3', text: 'password is forgotten', createdAt: START + 3 }),
  grouped({ id: '1', text: 'my card is lost', createdAt: START + 1 }),
  grouped({ id: '2', text: 'my card is lost too', createdAt: START + 2 }),
  grouped({ id: '4', text: '' }),
  grouped({ id: '5', text: 'buy my card', kind: 'spam' }),
];

describe('createTextCorpus', () => {
  const corpus = createTextCorpus(TICKETS);

  it('has a row of each ticket that can be grouped, the oldest first', () => {
    expect(corpus.texts).toEqual(['my card is lost', 'my card is lost too', 'password is forgotten']);
    expect(['1', '2', '3', '4', '5'].map((id) => corpus.rowOf(id))).toEqual([0, 1, 2, undefined, undefined]);
    expect(corpus.vectors.rows).toBe(3);
    expect(corpus.vectors).toBe(corpus.vectors);
  });

  it('is the same for tickets in another order', () => {
    expect(createTextCorpus(TICKETS.toReversed()).vectors).toEqual(corpus.vectors);
  });

  it('has a vector for a ticket that is new or says something else by now', () => {
    expect(corpus.vectorOf({ id: '1', text: 'my card is lost' })).toEqual(corpus.embed('my card is lost'));
    expect(corpus.vectorOf({ id: '1', text: 'my card' })).toEqual(corpus.embed('my card'));
    expect(corpus.vectorOf({ id: '9', text: 'my card' })).toEqual(corpus.embed('my card'));
    expect(corpus.isWordless({ id: '9', text: 'my card' })).toBe(false);
    expect(corpus.isWordless({ id: '9', text: '👍' })).toBe(true);
  });

  it('may be empty', () => {
    expect(createTextCorpus([]).vectors.rows).toBe(0);
    expect(createTextCorpus([]).isWordless({ id: '1', text: 'card' })).toBe(true);
  });
});
