import { describe, expect, it } from 'vitest';
import { languageTag } from '#core/tickets/analysis/language-tag.ts';

describe('Function: languageTag', () => {
  it.each([
    ['en', 'en'],
    [' pt_br ', 'pt-BR'],
    ['ZH-hant-tw', 'zh-Hant-TW'],
    ['German', 'de'],
    ['日本語', 'ja'],
    ['iw', 'he'],
    ['und', 'und'],
    ['Klingon', 'und'],
    ['', 'und'],
    ['e', 'und'],
    ['en-', 'und'],
    [null, 'und'],
    [7, 'und'],
    ['en'.padEnd(99, '-aaaa'), 'und'],
  ])('reads %j as %s', (written, expected) => {
    expect(languageTag(written)).toBe(expected);
  });
});
