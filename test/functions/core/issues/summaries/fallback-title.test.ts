import { expect, it } from 'vitest';
import { fallbackTitle } from '#core/issues/summaries/fallback-title.ts';

it.each([
  [
    'the most typical line that says something',
    ['Export', 'The export  stops', 'Other words here'],
    [],
    'The export stops',
  ],
  [
    'a later one where the first is no title',
    ['Mail me at x@example.com please', 'The export stops'],
    [],
    'The export stops',
  ],
  [
    'terms where no line may be a title',
    ['See https://example.com/a for more', '4111111111111111 was charged'],
    ['export', 'csv'],
    'export, csv',
  ],
  ['a short line where there are no terms', ['WhatsApp'], [], 'WhatsApp'],
  ['something plain where there is nothing', [], [], 'Tickets without text'],
  ['something plain where all is unfit', ['<b>[CARD_1]</b> is my card'], ['x@y'], 'Tickets without text'],
])('an issue is called by %s', (_, lines, keywords, title) => {
  expect(fallbackTitle(lines, keywords)).toBe(title);
});
