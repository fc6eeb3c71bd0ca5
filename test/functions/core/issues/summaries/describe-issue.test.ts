import { describe, expect, it } from 'vitest';
import { createTextCorpus } from '#core/issues/grouping/text-corpus.ts';
import { describerOf, describerOfTexts, NO_DESCRIPTION } from '#core/issues/summaries/describe-issue.ts';
import { ago, ticketOf } from './grouped.ts';

const SAYINGS = [
  'CSV export times out for large tables',
  'The CSV export stops with a time-out',
  'Export as CSV never ends',
];
const exports = Array.from({ length: 30 }, (_, n) =>
  ticketOf(`e${n}`, {
    ...{ text: `${SAYINGS[n % 3]} (${n})`, line: SAYINGS[n % 3] ?? '', createdAt: ago(n) },
    ...{ requester: `r${n % 10}`, language: n % 5 === 0 ? 'de' : 'en' },
  }),
);
const logins = Array.from({ length: 30 }, (_, n) =>
  ticketOf(`l${n}`, { text: `Cannot sign in with two factors ${n}`, issueId: 'B', createdAt: ago(n) }),
);
const all = [...exports, ...logins];

describe.each([
  ['with the vectors of all texts', describerOf(createTextCorpus(all))],
  ['with its own texts', describerOfTexts(all)],
])('an issue is described %s', (_, describeIssue) => {
  it('by a typical line, terms that tell it, and examples of several people', () => {
    const { fallbackTitle, representative, keywords, examples } = describeIssue(exports);
    expect(SAYINGS).toContain(representative);
    expect(fallbackTitle).toBe(representative);
    expect(keywords.join(' ')).toContain('export');
    expect(keywords.join(' ')).not.toContain('factors');
    expect(examples).toHaveLength(12);
    const requesters = examples.slice(0, 5).map(({ ticketId }) => Number(ticketId.slice(1)) % 10);
    expect(new Set(requesters).size).toBe(5);
    expect(new Set(examples.map(({ language }) => language))).toEqual(new Set(['de', 'en']));
  });

  it('the same, in whatever order its tickets come', () => {
    expect(describeIssue([...exports].reverse())).toEqual(describeIssue(exports));
  });

  it('by one ticket, where there is one, and by nothing, where nothing is said', () => {
    const [one] = logins;
    expect(describeIssue(one ? [one] : [])).toMatchObject({ representative: one?.line });
    expect(describeIssue([])).toEqual(NO_DESCRIPTION);
    expect(describeIssue([ticketOf('x', { text: '', line: '' })])).toEqual(NO_DESCRIPTION);
  });

  it('by no copy that was merged, unless there is nothing else', () => {
    const copies = logins.map((ticket, n) => (n === 0 ? ticket : { ...ticket, mergedInto: 'l0' }));
    expect(describeIssue(copies).examples.map(({ ticketId }) => ticketId)).toEqual(['l0']);
    expect(describeIssue(copies.slice(1)).examples).toHaveLength(12);
  });

  it('by 500 identical tickets', () => {
    const same = Array.from({ length: 500 }, (_, n) =>
      ticketOf(`e${n}`, { text: SAYINGS[0] ?? '', line: SAYINGS[0] ?? '' }),
    );
    const { representative, examples } = describerOfTexts(same)(same);
    expect(representative).toBe(SAYINGS[0]);
    expect(examples).toHaveLength(12);
  });
});

it('a describer asks for no vectors as long as nothing is described', () => {
  const corpus = {
    texts: [],
    rowOf: () => undefined,
    get vectors(): never {
      throw new Error('asked for');
    },
  };
  expect(describerOf(corpus)([ticketOf('1')])).toEqual(NO_DESCRIPTION);
});
