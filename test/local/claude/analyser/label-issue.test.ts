import { describe, expect, it } from 'vitest';
import { labelOf } from '#local/claude/analyser/label-issue.ts';

const message = (statements: unknown) => `<statements>\n${JSON.stringify(statements)}\n</statements>`;

describe('Function: labelOf', () => {
  it('names an issue by its most typical statement', () => {
    const statements = [
      'The dog barks.',
      'CSV export times out.',
      'CSV export fails',
      'CSV export of rows times out',
    ];

    expect(labelOf(message(statements))).toEqual({
      title: 'CSV export times out',
      description: '[stand-in] CSV export times out. Also: The dog barks; CSV export fails.',
    });
  });

  it('keeps to the lengths of the form', () => {
    const { title, description } = labelOf(message([`Export ${'of rows '.repeat(80)}fails`]));

    expect(String(title).length).toBeLessThanOrEqual(80);
    expect(String(description).length).toBeLessThanOrEqual(300);
  });

  it.each([
    '<ticket>"Export fails"</ticket>',
    message([]),
    message('x'),
    message([7, ' ']),
    '<statements>x</statements>',
  ])('says nothing to %j', (text) => {
    expect(labelOf(text)).toEqual({});
  });
});
