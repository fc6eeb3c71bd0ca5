import { describe, expect, it } from 'vitest';
import { assignTickets, TicketAssigner } from '#core/issues/clusters/assign-tickets.ts';
import { createVectorizer } from '#core/issues/clusters/vectors/vectorizer.ts';

const KNOWN = [
  'my card has not arrived',
  'card still not arrived',
  'the card did not arrive',
  'forgot my password',
  'password forgotten',
  'i forgot the password',
];
const ISSUES = ['card', 'card', 'card', 'password', 'password', 'password'];

function assign(fresh: readonly string[], leastSimilarity?: number) {
  let ids = 0;
  const { vectors } = createVectorizer([...KNOWN, ...fresh]);
  const newId = () => {
    ids += 1;
    return `new-${ids}`;
  };
  return assignTickets(vectors, [...ISSUES, ...fresh.map(() => undefined)], { newId, leastSimilarity }).slice(
    KNOWN.length,
  );
}

describe('assignTickets', () => {
  it('gives a ticket to the issue of its neighbours', () => {
    expect(assign(['where is my card, it has not arrived'])[0]).toMatchObject({
      issue: 'card',
      isNew: false,
    });
  });

  it('begins an issue with a ticket that resembles none, which the next ones join', () => {
    const [first, second, third] = assign([
      'whatsapp web freezes',
      'whatsapp web freezes often',
      'whatsapp freezes on the web',
    ]);
    expect([first, second, third].map((one) => one?.issue)).toEqual(['new-1', 'new-1', 'new-1']);
    expect(first?.isNew).toBe(true);
    expect(second?.isNew).toBe(false);
  });

  it('gives tickets without words an issue each, of no similarity', () => {
    expect(assign(['', '???'])).toEqual([
      { issue: 'new-1', similarity: 0, isNew: true },
      { issue: 'new-2', similarity: 0, isNew: true },
    ]);
  });

  it('says nothing of tickets that have an issue', () => {
    expect(assignTickets(createVectorizer(KNOWN).vectors, ISSUES, { newId: () => 'none' })).toEqual(
      KNOWN.map(() => undefined),
    );
  });
});

describe('TicketAssigner', () => {
  it('makes an issue where the nearest tickets have none', () => {
    const { vectors, vectorizer } = createVectorizer(KNOWN);
    const assigner = new TicketAssigner({ vectors, issues: KNOWN.map(() => ''), newId: () => 'new' });
    expect(assigner.assign(vectorizer.embed('card not arrived'))).toMatchObject({
      issue: 'new',
      isNew: true,
    });
    expect(assigner.assign(vectorizer.embed('card not arrived'))).toMatchObject({
      issue: 'new',
      isNew: false,
    });
  });
});
