import { describe, expect, it } from 'vitest';
import { incidentTitle } from '#core/issues/trends/incident-title.ts';
import { centroidOf } from '#core/issues/trends/text-vector.ts';
import { evidenceTicket } from './evidence.ts';

function titleOf(texts: readonly string[], terms: readonly string[] = ['whatsapp', 'web'], stored?: string) {
  const tickets = texts.map((text, index) => evidenceTicket(String(index), text));
  return incidentTitle(stored, tickets, { terms, centroid: centroidOf(tickets.map(({ vector }) => vector)) });
}

describe('incidentTitle', () => {
  it('is the stored title of the leading issue', () => {
    expect(titleOf(['whatsapp web not working'], [], 'WhatsApp Web does not open')).toBe(
      'WhatsApp Web does not open',
    );
    expect(titleOf(['whatsapp web not working'], [], '  ')).toBe('whatsapp web not working');
  });

  it('is else the text that says best what the tickets say', () => {
    expect(
      titleOf(['whatsapp', 'my other thing is broken', 'whatsapp web not working', 'help me please']),
    ).toBe('whatsapp web not working');
  });

  it.each([
    'Contact john@example.com about whatsapp web now',
    'whatsapp web: call 2025550101 for help',
    'whatsapp web see https://example.com/x for help',
    'whatsapp web of [EMAIL_1] is not working',
    'whatsapp web <b>not working</b> today',
    `whatsapp web ${'very '.repeat(30)} bad`,
  ])('does not show %j, but the terms', (text) => {
    expect(titleOf([text])).toBe('whatsapp, web');
  });

  it('has words for tickets without any', () => {
    expect(titleOf([], [])).toBe('More tickets than usual');
    expect(titleOf(['', '???'], [])).toBe('More tickets than usual');
  });

  it('is cut to a line', () => {
    expect([...titleOf([], [], `${'long '.repeat(50)}`)].length).toBeLessThanOrEqual(100);
    expect(titleOf([], [], 'two\nlines')).toBe('two lines');
  });
});
