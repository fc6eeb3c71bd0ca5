import { describe, expect, it } from 'vitest';
import { evidenceText } from '#core/issues/trends/evidence-text.ts';

describe('evidenceText', () => {
  it('is the statement where there is an analysis', () => {
    expect(evidenceText('WhatsApp Web does not open', { subject: 'Help', body: 'x' })).toBe(
      'WhatsApp Web does not open',
    );
  });

  it('is else the subject, with the beginning of the body where it says little', () => {
    expect(evidenceText(null, { subject: 'Pages do not load', body: 'at all' })).toBe('Pages do not load');
    expect(evidenceText(null, { subject: 'Whatsapp', body: 'web not\nworking' })).toBe(
      'Whatsapp: web not working',
    );
    expect(evidenceText(null, { subject: '', body: 'web not working' })).toBe('web not working');
    expect(evidenceText(null, { subject: 'Whatsapp', body: ' ' })).toBe('Whatsapp');
    expect(evidenceText(null, { subject: '', body: '' })).toBe('');
  });

  it('is cut between words', () => {
    const text = evidenceText(null, { subject: 'Help', body: 'word '.repeat(10_000) });
    expect(text.length).toBeLessThanOrEqual(120);
    expect(text.endsWith('word')).toBe(true);
  });
});
