import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareText } from '#core/tickets/text/prepare-text.ts';
import { createRedactor, redact } from '#core/tickets/text/redact.ts';
import { type PlantedKind, plantedTickets } from '#test/functions/core/tickets/planted-pii.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

/** What must not be readable any more: the value, also without its separators. */
function core(value: string): string {
  return value.replace(/^(?:password=|api_key: |Passwort: |mailto:)|-----.*?-----/g, '').trim();
}
const bare = (text: string) => text.toLowerCase().replace(/[\s()./–-]/g, '');

describe('Function: redact', () => {
  it(`trap 44: finds what is planted in 500 tickets (FC_SEED=${SEED})`, () => {
    // Prepare
    const tickets = plantedTickets(500, SEED);
    const counts = new Map<PlantedKind, { planted: number; missed: string[] }>();

    // Act
    for (const { planted, ...raw } of tickets) {
      const { subject, body } = prepareText(raw);
      for (const { kind, value } of planted) {
        const count = counts.get(kind) ?? { planted: 0, missed: [] };
        counts.set(kind, count);
        count.planted += 1;
        if (bare(`${subject}\n${body}`).includes(bare(core(value)))) count.missed.push(`${value} in ${body}`);
      }
    }

    // Assess
    const least = { email: 0.99, card: 0.99, iban: 0.99, token: 0.99, ip: 0.99, phone: 0.95 };
    for (const [kind, { planted, missed }] of counts) {
      expect(planted).toBeGreaterThan(100);
      expect(1 - missed.length / planted, `${kind}: ${missed.join('\n')}`).toBeGreaterThanOrEqual(
        least[kind],
      );
    }
  });

  it.each([
    ['Firefox 115.0.2 on Windows 10.0.19045.4046, build 20230227191043'],
    ['since 2023-02-01 12:30:45, 01.02.2023, 1/2/2023 and 20230201'],
    ['Error 0x80070005, error code 1234567890, SSL_ERROR_NO_CYPHER_OVERLAP'],
    ['costs $1,234.56 or 1.234.567,89 € or 12 345 678 bytes'],
    ['order 10012345678, ticket #4455667788, case 00123456'],
    ['version 1.2.3.4, v10.0.0.1, Chrome/120.0.6099.130'],
    ['bp-f352f661-3a60-47e5-ae05-0ca0c0230520'],
    ['my password is not working and the token expired'],
    ['meet me at the office. Look at example.com'],
    ['std::vector<int>, a::b, 12:30:45, ::1, 127.0.0.1'],
    ['screenshot@2x.png'],
    ['card 4111 1111 1111 1112 has a wrong check digit'],
    ['IBAN DE00 3704 1144 1532 1130 11 has wrong check digits'],
    ['https://example.com/path/page.html'],
    ['1640995200 1640995200123 in the log'],
  ])('leaves alone: %s', (text) => {
    expect(redact(text).text).toBe(text);
  });

  it.each([
    ['a.b+c@example.co.uk.', '[EMAIL_1].'],
    ['joe (at) gmail (dot) com', '[EMAIL_1]'],
    ['joe@gmail dot com', '[EMAIL_1]'],
    ['mailto:joe@x.de', 'mailto:[EMAIL_1]'],
    ['連絡はfoo@example.comまで', '連絡は[EMAIL_1]まで'],
    ['田中@example.com', '[EMAIL_1]'],
    ['用户@例子.公司', '[EMAIL_1]'],
    ['+49 (0)30 1234567, thanks', '[PHONE_1], thanks'],
    ['(415) 555-2671', '[PHONE_1]'],
    ['phone 4155552671', 'phone [PHONE_1]'],
    ['٠٥٣٢ ١٢٣ ٤٥ ٦٧', '[PHONE_1]'],
    ['030 1234567 / 0171 2345678', '[PHONE_1] / [PHONE_2]'],
    ['4111-1111-1111-1111 12/27', '[CARD_1] 12/27'],
    ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', '[CARD_1]'],
    ['DE89 3704 0044 0532 0130 00 and more', '[IBAN_1] and more'],
    ['gb82west12345698765432', '[IBAN_1]'],
    ['fe80::1ff:fe23:4567:890a', '[IP_1]'],
    ['http://10.1.2.3:8080/x', 'http://[IP_1]:8080/x'],
    ['https://u:p@x.com/a?b=c#d.', 'https://[QUERY_1]@x.com/a?[QUERY_2].'],
    ['DB_PASSWORD=hunter2 next', 'DB_PASSWORD=[TOKEN_1] next'],
    ['"apiKey": "abcdef"', '"apiKey": "[TOKEN_1]"'],
    ['Bearer abc123def456', 'Bearer [TOKEN_1]'],
    ['contraseña: secreto99', 'contraseña: [TOKEN_1]'],
    ['パスワード：abc12345', 'パスワード：[TOKEN_1]'],
  ])('reads %s as %s', (text, expected) => {
    expect(redact(text).text).toBe(expected);
  });

  it('counts what it finds by kind', () => {
    const { found } = redact('a@x.com b@x.com A@X.com 192.168.0.7');
    expect(found).toEqual({ email: 3, phone: 0, card: 0, iban: 0, ip: 1, token: 0, query: 0 });
  });

  it('gives the same value the same number, however it is written', () => {
    expect(redact('b@x.com, a@x.com, B (at) X dot com; 4111111111111111 4111-1111-1111-1111').text).toBe(
      '[EMAIL_1], [EMAIL_2], [EMAIL_1]; [CARD_1] [CARD_1]',
    );
  });

  it('takes no number that a placeholder in the text has already', () => {
    expect(redact('[EMAIL_2] wrote to a@x.com').text).toBe('[EMAIL_2] wrote to [EMAIL_3]');
  });

  it(`changes nothing when done again (FC_SEED=${SEED})`, () => {
    for (const { description } of plantedTickets(200, SEED)) {
      const once = redact(description).text;
      expect(redact(once).text).toBe(once);
    }
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const once = redact(text).text;
        expect(redact(once).text).toBe(once);
      }),
      { seed: SEED },
    );
  });
});

describe('Function: createRedactor', () => {
  it('numbers subject and body of one ticket together', () => {
    const redactOne = createRedactor();
    expect(redactOne('from a@x.com')).toBe('from [EMAIL_1]');
    expect(redactOne('b@x.com or a@x.com')).toBe('[EMAIL_2] or [EMAIL_1]');
  });
});

describe('Function: redact, on hostile text', () => {
  const PIECES = {
    ...{ letters: 'a', at: 'a@', dots: 'a.', digits: '1', 'spaced digits': '1 ', groups: '1-1(', plus: '+1' },
    ...{ phones: '030 1234567 ', iban: 'DE89 3704 0044 0532 0130 0', hex: '1:', quads: '1.1.1.' },
    ...{ urls: 'https://a@b?c#', keys: '-----BEGIN RSA PRIVATE KEY-----', sk: 'sk-', jwt: 'eyJaaaaaaaaa.' },
    ...{ secrets: 'password: ', bearer: 'Bearer ', spelt: 'a at a dot ', quotes: '"', spaced: 'a @ a . ' },
    ...{ spaces: ' ', lines: '\n', marks: 'e\u0301\u0302', pairs: '\ud83d', money: '$1.', Base62: 'a1' },
  };

  it.each(Object.entries(PIECES))('takes a time in proportion to its length: %s', (_name, piece) => {
    const text = piece.repeat(Math.ceil(250_000 / piece.length));
    const before = performance.now();
    redact(text);
    // One that is quadratic takes minutes.
    expect(performance.now() - before).toBeLessThan(8_000);
  });

  it('takes a second or so for a megabyte of all of it', () => {
    const mixed = Object.values(PIECES)
      .map((piece) => piece.repeat(2_000))
      .join('\n');
    const before = performance.now();
    redact(mixed.repeat(Math.ceil(1_000_000 / mixed.length)));
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});
