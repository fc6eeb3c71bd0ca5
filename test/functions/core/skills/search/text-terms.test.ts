import { describe, expect, it } from 'vitest';
import { isUnspaced, plainText, termsOf, wordsOf } from '#core/skills/search/text-terms.ts';

const words = (text: string) => wordsOf(text).map(({ term }) => term);

describe('plainText', () => {
  it.each([
    ['Österreich', 'osterreich'],
    ['Phương Trang', 'phuong trang'],
    ['ﬁle Ａ１', 'file a1'],
    ['Łódź Straße', 'lodz strasse'],
    ['İstanbul', 'istanbul'],
    ['한국', '한국'],
    ['がぎ', 'がぎ'],
    ['ｶﾞ', 'ガ'],
    ['مُحَمَّد', 'محمد'],
    ['शहरी', 'शहरी'],
  ])('makes %s %s', (text, plain) => {
    expect(plainText(text)).toBe(plain);
  });
});

describe('wordsOf', () => {
  it('divides at what is neither letter nor digit', () => {
    expect(words('Fix: cron-jobs, (now)')).toEqual(['fix', 'cron', 'job', 'now']);
  });

  it('keeps an apostrophe out of the word, and names languages that end in signs', () => {
    expect(words("what's c++ and C#")).toEqual(['what', 'cpp', 'and', 'csharp']);
  });

  it('knows the parts of a word by case and digits', () => {
    expect(wordsOf('NotebookLM x402')).toEqual([
      { term: 'notebooklm', parts: ['notebook', 'lm'] },
      { term: 'x402', parts: ['x', '402'] },
    ]);
  });

  it('divides Chinese, Japanese and Thai by the dictionary, and mixed text by script', () => {
    expect(words('查询天气')).toContain('天气');
    expect(words('用Python写代码')).toContain('python');
    expect(words('東京の天気').length).toBeGreaterThan(1);
    expect(words('ภาษาไทย').length).toBeGreaterThan(1);
    expect(words('공모주 일정')).toEqual(['공모주', '일정']);
  });

  it('reads right-to-left text', () => {
    expect(words('חיפוש מהיר')).toEqual(['חיפוש', 'מהיר']);
  });

  it.each(['', ' ', '?!', '🔥🔥', '\u0000\u200d', '((('])('finds none in %j', (text) => {
    expect(words(text)).toEqual([]);
  });

  it('takes the beginning of what is too long for a word, and of a lone surrogate what is left', () => {
    expect(words('a1'.repeat(500))[0]?.length).toBeLessThanOrEqual(40);
    expect(words('\ud83d abc')).toContain('abc');
  });
});

describe('termsOf', () => {
  it('has compounds in one beside their words', () => {
    expect(termsOf('web-search')).toEqual(expect.arrayContaining(['web', 'search', 'websearch']));
  });

  it('has each two neighbours of a long word of a script without spaces', () => {
    expect(termsOf('カレンダー')).toEqual(['カレンダー', 'カレ', 'レン', 'ンダ', 'ダー']);
  });

  it('gives the same for a word asked for twice', () => {
    expect(termsOf('CamelCase')).toEqual(termsOf('CamelCase'));
  });
});

describe('isUnspaced', () => {
  it.each([
    ['天气', true],
    ['カード', true],
    ['weather', false],
    ['한국', false],
  ])('of %s is %s', (text, expected) => {
    expect(isUnspaced(text)).toBe(expected);
  });
});
