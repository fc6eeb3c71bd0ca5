import { describe, expect, it } from 'vitest';
import { withoutSignature } from '#core/tickets/text/signature.ts';

describe('Function: withoutSignature', () => {
  it.each([
    '-- \nJohn Doe\nACME',
    'Best regards,\nJohn',
    'Mit freundlichen Grüßen\nJohn Doe\nAbteilung 7',
    'Cordialement,\nJohn',
    'Saludos\nJohn',
    'Atenciosamente,\nJohn',
    'Met vriendelijke groet,\nJohn',
    'Saygılarımla,\nJohn',
    'С уважением,\nJohn',
    'Sent from my iPhone',
    'Von meinem iPhone gesendet',
    'Envoyé depuis mon mobile',
    'Enviado desde mi iPhone',
    'Get Outlook for iOS',
    'CONFIDENTIALITY NOTICE: this message is for its recipient.\nDelete it otherwise.',
    'Diese E-Mail enthält vertrauliche Informationen.',
  ])('cuts %s', (signature) => {
    expect(withoutSignature(`It fails.\n\n${signature}`).trim()).toBe('It fails.');
  });

  it('keeps what follows a disclaimer', () => {
    expect(
      withoutSignature('It fails.\n\nThis email is confidential and\nmust be deleted.\n\nSince Monday.'),
    ).toBe('It fails.\n\n\nSince Monday.');
  });

  it.each([
    'Thanks,\nbut how do I export?',
    'Thanks\nOne more thing: it crashes on start',
    'Thanks.\nFirefox 115.2.0',
    `Regards\n${'This goes on in a very long sentence that is no signature. '.repeat(4)}`,
    'Steps\n--\n'.concat('one\n'.repeat(30), 'end'),
    'Thanks',
  ])('leaves alone: %s', (text) => {
    expect(withoutSignature(text)).toBe(text);
  });
});
