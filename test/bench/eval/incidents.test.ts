import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { EvalInputError } from '#bench/eval/eval-input-error.ts';
import { measureIncidents } from '#bench/eval/incidents.ts';

const folder = mkdtempSync(join(tmpdir(), 'incidents-'));
afterAll(() => rmSync(folder, { recursive: true }));

const START = Date.parse('2025-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const SUBJECTS = [
  'printer prints blank pages',
  'cannot sign in to my account',
  'video has no sound',
  'bookmarks are gone',
];

function row(id: number, hour: number, subject: string, over: object = {}): string {
  return JSON.stringify({
    ...{ id, created_at: new Date(START + hour * HOUR_MS).toISOString(), subject, requester: `u${id}` },
    ...{ description_html: `<p>${subject} since today</p>`, topic: 'other', ...over },
  });
}

/** A ticket in six hours for sixty days, and eight of one thing in the last hour. */
function lines(): string[] {
  const usual = Array.from({ length: 240 }, (_, index) => row(index, index * 6, SUBJECTS[index % 4] ?? ''));
  const burst = Array.from({ length: 8 }, (_, index) =>
    row(1_000 + index, 1_439, 'messenger web does not open'),
  );
  return [...usual, ...burst];
}

function fileOf(name: string, rows: readonly string[]): string {
  const path = join(folder, name);
  const text = Buffer.from(rows.join('\n'));
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

describe('measureIncidents', () => {
  it('names what burst in the window, in the hour in which it did', () => {
    const report = measureIncidents(fileOf('a.jsonl.gz', lines()), {});
    expect(report.incidents).toHaveLength(1);
    expect(report.incidents[0]).toMatchObject({
      opened_at: new Date(START + 1_440 * HOUR_MS).toISOString(),
      title: 'messenger web does not open',
      issues: [expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/)],
      tickets: 8,
    });
    expect(report.alerts).toBeGreaterThanOrEqual(1);
  });

  it('leaves out what is no ticket, counts one that comes twice once, and needs no order', () => {
    const rows = lines();
    const odd = [
      'not json',
      '{}',
      '',
      JSON.stringify({ id: 5, created_at: 'yesterday' }),
      ...[...rows].reverse(),
      ...rows,
    ];
    expect(measureIncidents(fileOf('odd.jsonl', odd), {})).toEqual(
      measureIncidents(fileOf('b.jsonl', rows), {}),
    );
  });

  it.each([
    ['one ticket', [row(1, 0, 'x')]],
    ['500 identical tickets', Array.from({ length: 500 }, (_, id) => row(id, 0, 'help me'))],
    [
      'texts without words',
      Array.from({ length: 20 }, (_, id) => row(id, id, '???', { description_html: null })),
    ],
  ])('has a defined answer for %s', (name, rows) => {
    expect(measureIncidents(fileOf(`${name}.jsonl`, rows), {})).toEqual({ incidents: [], alerts: 0 });
  });

  it('says what it cannot read', () => {
    const path = fileOf('c.jsonl', lines());
    expect(() => measureIncidents(join(folder, 'missing'), {})).toThrow(EvalInputError);
    expect(() => measureIncidents(path, { from: 'tomorrow' })).toThrow(/--from must be a time/);
    expect(() => measureIncidents(path, { from: '2025-02-01', to: '2025-02-01' })).toThrow(/later/);
    expect(() => measureIncidents(path, { from: '2025-02-02', to: '2025-02-01' })).toThrow(/later/);
    expect(() => measureIncidents(path, { from: '1925-02-02', to: '2025-02-01' })).toThrow(/366 days/);
    expect(() => measureIncidents(path, { from: '2031-02-01', to: '2031-02-02' })).toThrow(/no tickets/);
    expect(() => measureIncidents(fileOf('empty.jsonl.gz', []), {})).toThrow(/is empty/);
    expect(() => measureIncidents(fileOf('odd rows.jsonl', ['{}', 'x']), {})).toThrow(/no row with/);
  });

  it('takes a time without a zone as one of UTC', () => {
    const path = fileOf('d.jsonl', lines());
    const times = { from: '2025-02-28T12:00:00', to: '2025-03-02' };
    const zoned = { from: '2025-02-28T13:00:00+01:00', to: '2025-03-02T00:00:00Z' };
    expect(measureIncidents(path, times)).toEqual(measureIncidents(path, zoned));
  });
});
