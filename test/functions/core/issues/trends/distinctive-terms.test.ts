import { describe, expect, it } from 'vitest';
import { distinctiveTerms, wordStatistics } from '#core/issues/trends/distinctive-terms.ts';

const USUAL = wordStatistics([
  ...Array.from({ length: 50 }, (_, index) => `the browser does not work with page ${index}`),
  ...Array.from({ length: 50 }, () => 'no puedo abrir la página de mi banco'),
]);

describe('distinctiveTerms', () => {
  it('are the words that many of the texts have and few others, the most telling first', () => {
    const texts = ['the whatsapp web does not work', 'WhatsApp web in the browser', 'whatsapp?'];
    expect(distinctiveTerms(texts, USUAL)).toEqual(['whatsapp', 'web']);
  });

  it('need no list of stop words in any language', () => {
    expect(distinctiveTerms(['no puedo abrir la mensajería', 'la mensajería no abre'], USUAL)).toEqual([
      'mensajería',
    ]);
  });

  it('leave out numbers, what one of many says, and more than are asked for', () => {
    const texts = ['1234 alpha beta gamma', '1234 alpha beta gamma', '1234 alpha beta gamma once'];
    expect(distinctiveTerms(texts, USUAL, 2)).toEqual(['alpha', 'beta']);
    expect(distinctiveTerms(texts, USUAL)).not.toContain('once');
  });

  it('are the words of the only text, and none of none', () => {
    expect(distinctiveTerms(['whatsapp'], wordStatistics([]))).toEqual([]);
    expect(distinctiveTerms(['whatsapp'], USUAL)).toEqual(['whatsapp']);
    expect(distinctiveTerms([], USUAL)).toEqual([]);
    expect(distinctiveTerms(['', '???'], USUAL)).toEqual([]);
  });
});
