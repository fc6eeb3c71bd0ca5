import { describe, expect, it } from 'vitest';
import { stemOf, wordsOf } from '#core/issues/clusters/vectors/text-words.ts';

describe('wordsOf', () => {
  it('takes words of any script in lower case, without quotes at their edges', () => {
    expect(wordsOf("'Can’t' log-in! Привет हिन्दी 42")).toEqual([
      "can't",
      'log',
      'in',
      'привет',
      'हिन्दी',
      '42',
    ]);
  });

  it('reads no further than a stored ticket is long', () => {
    expect(wordsOf('a '.repeat(500_000))).toHaveLength(3_000);
  });
});

describe('stemOf', () => {
  it('gives words of one meaning one stem, stop words none, and keeps negations', () => {
    expect(['cards', 'card'].map(stemOf)).toEqual(['card', 'card']);
    expect(stemOf('the')).toBe('');
    expect(stemOf('not')).toBe('not');
  });

  it('leaves words alone that are too long to be words', () => {
    expect(stemOf('s'.repeat(6_000))).toHaveLength(6_000);
  });
});
