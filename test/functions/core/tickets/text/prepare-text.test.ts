import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suspectsInjection } from '#core/tickets/text/injection.ts';
import { MAX_BODY, MAX_SUBJECT, prepareText } from '#core/tickets/text/prepare-text.ts';
import { anyText } from '#test/functions/core/tickets/any-text.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const DATA = resolve(import.meta.dirname, '../../../../../../shared/data/tickets');
const FILES = ['sumo-2023-02_04-quiet', 'sumo-non-english-2020_2026'].map(
  (name) => `${DATA}/${name}.jsonl.gz`,
);
const areThere = FILES.every((file) => existsSync(file));

if (!areThere) console.warn(`The real tickets are not in ${DATA}: their tests do not run.`);

const body = (description: string) => prepareText({ subject: null, description }).body;

describe('Function: prepareText', () => {
  it('prepares a mail: text of HTML, no quote, no signature, no personal data', () => {
    // Prepare
    const description =
      '<p>Export fails for <b>joe@example.com</b>.</p><p>Best regards,<br>Joe</p>' +
      '<div class="gmail_quote">On Monday, support wrote:<blockquote>Hello</blockquote></div>';

    // Act
    const text = prepareText({ subject: 'Export\nof joe@example.com', description });

    // Assess
    expect(text).toEqual({
      subject: 'Export of [EMAIL_1]',
      body: 'Export fails for [EMAIL_1].',
      isTruncated: false,
      isEmpty: false,
      isScrubbed: false,
    });
  });

  it('trap 23: takes a null subject, an empty description, NUL and half of a pair', () => {
    expect(prepareText({ subject: null, description: null })).toMatchObject({
      subject: '',
      body: '',
      isEmpty: true,
    });
    expect(prepareText({ subject: '', description: ' \u200b\n' }).isEmpty).toBe(true);
    expect(body('a\0b \ud800')).toBe('a\ufffdb \ufffd');
    expect(prepareText({ subject: '👍', description: null }).isEmpty).toBe(false);
  });

  it('trap 23: cuts a body of a megabyte in the middle, and says so', () => {
    // Prepare
    const description = `first ${'words of prose, '.repeat(70_000)}last`;

    // Act
    const text = prepareText({ subject: 's'.repeat(2_000), description });

    // Assess
    expect(text.isTruncated).toBe(true);
    expect(text.subject).toHaveLength(MAX_SUBJECT);
    expect(text.body.length).toBeLessThanOrEqual(MAX_BODY);
    expect(text.body).toMatch(/^first [\s\S]*\n\[… cut …\]\n[\s\S]*last$/);
  });

  it('trap 44: redacts before it cuts, so that no half of a number stays', () => {
    for (let shift = 3_940; shift < 4_010; shift += 1) {
      const text = body(
        `${'x '.repeat(shift / 2)} 4111 1111 1111 1111 joe@example.com ${'y '.repeat(3_000)}`,
      );
      expect(text).not.toMatch(/\d{4}|joe|example|\[[A-Z]+_?\d*(?![A-Z_\d\]])/);
    }
  });

  it('leaves the middle of a long log out', () => {
    const log = Array.from({ length: 200 }, (_, at) => `12:00:00 ERROR ${at}`).join('\n');
    const text = prepareText({ subject: 'Log', description: log });
    expect(text.isTruncated).toBe(true);
    expect(text.body).toContain('[… 140 lines left out …]');
  });

  it.each([
    ['SCRUBBED', 'SCRUBBED', true],
    ['SCRUBBED', null, true],
    [null, 'Scrubbed.', true],
    ['[SCRUBBED]', 'SCRUBBED TICKET', true],
    ['▇▇▇▇▇', '▇▇▇▇ ▇▇▇', true],
    ['SCRUBBED', 'My carpet was scrubbed', false],
    ['Scrubbed data after import', 'SCRUBBED', false],
    ['Help', '▇▇▇▇▇▇', false],
    [null, null, false],
  ])('trap 20: knows a scrubbed ticket: %s / %s', (subject, description, isScrubbed) => {
    expect(prepareText({ subject, description }).isScrubbed).toBe(isScrubbed);
  });

  it(`gives bounded, well-formed text without personal signs, whatever comes (FC_SEED=${SEED})`, () => {
    fc.assert(
      fc.property(anyText(9_000), (description) => {
        const text = body(description);
        expect(text.length).toBeLessThanOrEqual(MAX_BODY);
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toMatch(/[\0\u200b\u202e\u{E0041}]/u);
      }),
      { seed: SEED, numRuns: 50 },
    );
  });

  it.each(['a', '\n', '> \n', '<p>', '2024-01-01 ERROR x\n', 'Regards\n', '😀', '- '])(
    'trap 23: takes a time in proportion to the length: %s',
    (piece) => {
      const before = performance.now();
      body(piece.repeat(Math.ceil(250_000 / piece.length)));
      expect(performance.now() - before).toBeLessThan(10_000);
    },
  );
});

/** Third-party text, read where it lies and never copied. */
describe.runIf(areThere)('Function: prepareText, over real tickets', () => {
  it('prepares each of 20,935, suspects next to none, and finds hardly any data in versions and dates', () => {
    // Prepare
    const tickets = FILES.flatMap((file) =>
      gunzipSync(readFileSync(file)).toString().trimEnd().split('\n'),
    ).map((line): { subject: string; description_html: string } => JSON.parse(line));

    // Act
    const texts = tickets.map(({ subject, description_html }) =>
      prepareText({ subject, description: description_html }),
    );

    // Assess
    expect(texts).toHaveLength(20_935);
    expect(texts.filter((text) => text.isScrubbed)).toEqual([]);
    expect(texts.filter((text) => text.isEmpty).length).toBeLessThan(30);
    expect(Math.max(...texts.map((text) => text.body.length))).toBeLessThanOrEqual(MAX_BODY);
    const suspected = texts.filter((text) => suspectsInjection(`${text.subject}\n${text.body}`));
    expect(suspected.length).toBeLessThan(texts.length / 1_000);
    const withCards = texts.filter((text) => /\[(?:CARD|IBAN)_/.test(text.body));
    expect(withCards.length).toBeLessThan(10);
  });
});
