import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closedObject, limitedText, quotedElement } from '#core/tickets/analysis/claude-request.ts';

describe('Function: quotedElement', () => {
  it('cannot be ended by what is in it, and says it to the letter', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const element = quotedElement('data', texts);
        const [, inner = ''] = /^<data>\n(.*)\n<\/data>$/.exec(element) ?? [];

        expect(inner).not.toMatch(/[<>&]/);
        expect(JSON.parse(inner)).toEqual(texts);
      }),
    );
  });
});

describe('The parts of a form', () => {
  it('are closed, and have their limits in words', () => {
    expect(closedObject({ title: limitedText(80, 'The title.') })).toEqual({
      type: 'object',
      properties: { title: { type: 'string', description: 'The title. At most 80 characters.' } },
      required: ['title'],
      additionalProperties: false,
    });
  });
});
