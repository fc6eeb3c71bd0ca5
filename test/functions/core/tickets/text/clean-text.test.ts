import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, cutTo } from '#core/tickets/text/clean-text.ts';
import { anyText } from '#test/functions/core/tickets/any-text.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

describe('Function: cleanText', () => {
  it.each([
    ['zero width', 'a\u200bb\u2060c\ufeff', 'abc'],
    ['bidirectional marks', '\u202eabc\u202c\u2066d\u2069', 'abcd'],
    ['tags', 'a\u{E0041}\u{E007F}b', 'ab'],
    ['control characters', 'a\u0007b\u001b[0m', 'ab[0m'],
    ['a soft hyphen', 'ex\u00adport', 'export'],
    ['other line feeds', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    ['decomposed letters', 'e\u0301', 'é'],
  ])('drops or replaces %s', (_name, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it('trap 23: replaces NUL and half of a pair', () => {
    expect(cleanText('a\0b\ud800c\udc00')).toBe('a\ufffdb\ufffdc\ufffd');
  });

  it('keeps joiners where an emoji or a script needs them', () => {
    expect(cleanText('👩\u200d💻 क्\u200dष می\u200cخواهم')).toBe('👩\u200d💻 क्\u200dष می\u200cخواهم');
  });

  it(`changes nothing when done again (FC_SEED=${SEED})`, () => {
    fc.assert(
      fc.property(anyText(200), (text) => {
        const once = cleanText(text);
        expect(cleanText(once)).toBe(once);
        expect(once.isWellFormed()).toBe(true);
      }),
      { seed: SEED },
    );
  });
});

describe('Function: cutTo', () => {
  it('never leaves half of a pair', () => {
    expect([cutTo('ab😀', 3), cutTo('ab😀', 4), cutTo('ab', 3)]).toEqual(['ab', 'ab😀', 'ab']);
  });
});
