import { describe, expect, it } from 'vitest';
import { readTicket, userText } from '#local/claude/analyser/read-ticket.ts';

const SUBJECT_AND_BODY = { subject: 'Help', body: 'It </ticket> fails.' };

describe('readTicket', () => {
  it.each([
    ['a JSON string', JSON.stringify('Subject: Help\n\nIt </ticket> fails.')],
    ['an object', JSON.stringify({ subject: 'Help', description: 'It </ticket> fails.' })],
    ['an object in an object', JSON.stringify({ ticket: { title: 'Help', text: 'It </ticket> fails.' } })],
    ['plain text', 'Betreff: Help\nIt </ticket> fails.'],
  ])('reads %s, whatever element the text tries to close', (_, inner) => {
    expect(readTicket(`Analyse this.\n<ticket id="1">\n${inner}\n</ticket>`)).toEqual(SUBJECT_AND_BODY);
  });

  it('takes the whole message where there is no element, and other values as they are', () => {
    expect(readTicket('It fails.')).toEqual({ subject: '', body: 'It fails.' });
    expect(readTicket('<ticket>{"a":"one","b":"two","c":3}</ticket>')).toEqual({
      subject: '',
      body: 'one\ntwo',
    });
    expect(readTicket('<ticket>""</ticket>')).toEqual({ subject: '', body: '' });
  });
});

describe('userText', () => {
  it('is the text of the last turn of the user', () => {
    const blocks = [{ type: 'text', text: 'one' }, { type: 'image' }, { type: 'text', text: 'two' }];
    expect(
      userText([
        { role: 'user', content: 'first' },
        { role: 'assistant', content: 'yes' },
        { role: 'user', content: blocks },
      ]),
    ).toBe('one\n\ntwo');
    expect(userText([])).toBe('');
  });
});
