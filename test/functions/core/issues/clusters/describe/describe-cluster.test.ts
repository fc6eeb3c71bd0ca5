import { describe, expect, it } from 'vitest';
import { describeCluster } from '#core/issues/clusters/describe/describe-cluster.ts';
import { countTerms } from '#core/issues/clusters/describe/term-counts.ts';
import { createVectorizer } from '#core/issues/clusters/vectors/vectorizer.ts';

const TEXTS = [
  'Verification codes never arrive by text message',
  'The verification code never arrives',
  'No verification codes arrive',
  'verification codes: der Code kommt nicht',
  'My printer prints empty pages',
  'the printer is empty and the app crashes',
  'the app crashes at start',
];
const corpus = { texts: TEXTS, vectors: createVectorizer(TEXTS).vectors, all: countTerms(TEXTS) };
const member = (row: number, requester = `r${row}`, language: string | null = 'en') => ({
  row,
  requester,
  language,
});

describe('describeCluster', () => {
  it('names terms as people write them most often, phrases before their words', () => {
    const { keywords } = describeCluster(
      [0, 1, 2, 3].map((row) => member(row)),
      corpus,
    );
    expect(keywords[0]).toBe('verification codes');
    expect(keywords).not.toContain('verification');
    expect(keywords).not.toContain('printer');
  });

  it('shows people and languages that differ before more of the same', () => {
    const members = [member(0, 'a'), member(1, 'a'), member(2, 'a'), member(3, 'b', 'de')];
    const { examples, representative } = describeCluster(members, corpus);
    expect(examples).toHaveLength(4);
    expect(
      examples
        .slice(0, 2)
        .map(({ requester }) => requester)
        .sort(),
    ).toEqual(['a', 'b']);
    expect(representative).toBe(TEXTS[examples[0]!.row]);
  });

  it('has a defined answer to a cluster without tickets, and without words', () => {
    expect(describeCluster([], corpus)).toEqual({ representative: null, keywords: [], examples: [] });
    const empty = { texts: [''], vectors: createVectorizer(['']).vectors, all: countTerms(['']) };
    expect(describeCluster([member(0)], empty)).toEqual({
      representative: '',
      keywords: [],
      examples: [member(0)],
    });
  });
});
