import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { textOfHtml } from '#local/zendesk/files/html-text.ts';
import { loadTicketFile } from '#local/zendesk/files/ticket-file.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const NOW = Date.UTC(2026, 10, 27, 10);
const NAME = 'tickets.jsonl.gz';

function write(rows: readonly unknown[], pack = true): string {
  const path = join(temporaryDirectory(), NAME);
  const text = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n');
  writeFileSync(path, pack ? gzipSync(text) : text);
  return path;
}

function question(id: number, created: string, more: object = {}) {
  return {
    id,
    created_at: created,
    updated_at: created,
    subject: 'printing',
    description_html: '<p>It is &lt;half&gt;.</p><p>Page&nbsp;2<br>too</p>',
    tags: ['desktop'],
    topic: 'other',
    locale: 'en-US',
    requester: 'u_e52f6a88',
    ...more,
  };
}

describe('Function: loadTicketFile', () => {
  it('shifts questions by whole days, so that the last day is today', () => {
    const path = write([
      question(7, '2021-11-15T01:57:36Z', { updated_at: '2021-11-16T03:00:00Z' }),
      question(8, '2021-11-17T09:00:00Z', { updated_at: '2021-11-17T23:00:00Z', requester: 'somebody' }),
      question(9, '2021-11-17T22:00:00Z', { updated_at: '2021-11-19T00:00:00Z' }),
    ]);
    const tickets = loadTicketFile(path, NOW);
    expect(tickets.map(({ id, created_at, updated_at }) => [id, created_at, updated_at])).toEqual([
      [7, '2026-11-25T01:57:36Z', '2026-11-26T03:00:00Z'],
      [8, '2026-11-27T09:00:00Z', '2026-11-27T09:00:00Z'],
      [9, '2026-11-27T22:05:00Z', '2026-11-29T00:05:00Z'],
    ]);
    expect(tickets[0]).toMatchObject({
      subject: 'printing',
      description: 'It is <half>.\n\nPage 2\ntoo',
      tags: ['desktop', 'topic_other', 'locale_en-US'],
      requester_id: 382_000_000_000 + 0xe52f6a88,
    });
    expect(Number.isSafeInteger(tickets[1]?.requester_id)).toBe(true);
    expect(loadTicketFile(path, NOW)).toEqual(tickets);
  });

  it('begins with the same tickets at any minute of an hour, and has the others come in after the first export', () => {
    const times = [
      '2021-11-17T09:59:59Z',
      '2021-11-17T10:00:00Z',
      '2021-11-17T10:20:00Z',
      '2021-11-17T23:30:00Z',
    ];
    const path = write(times.map((time, index) => question(index + 1, time)));
    for (const minute of [0, 1, 19, 59]) {
      const now = NOW + minute * 60_000;
      const created = loadTicketFile(path, now).map(({ created_at }) => Date.parse(created_at ?? ''));
      expect(created[0]).toBe(NOW - 1_000);
      expect(created.slice(1).every((at) => at >= now + 5 * 60_000)).toBe(true);
      expect(created.toSorted((a, b) => a - b)).toEqual(created);
    }
  });

  it('spreads rows without a time over the last 30 days, answers included', () => {
    const row = {
      subject: 'S',
      body: 'B',
      answer: 'A',
      type: 'Request',
      priority: 'medium',
      tags: ['Two Words'],
    };
    const [first, last] = loadTicketFile(write([row, { subject: null, body: 'C' }], false), NOW);
    expect(first).toMatchObject({
      id: 1,
      description: 'B',
      type: 'question',
      priority: 'normal',
      tags: ['two_words'],
      comments: [{ body: 'A', author_id: 370_000_000_001 }],
    });
    expect(last).toMatchObject({ id: 2, subject: null, type: null, created_at: '2026-11-27T09:58:00Z' });
    expect(Date.parse(first?.created_at ?? '')).toBe(Date.parse(last?.created_at ?? '') - 15 * 86_400_000);
  });

  it('makes comments of the turns of a thread', () => {
    const turns = [
      { role: 'agent', text: '_ __cust__ Sorry.' },
      { role: 'customer', text: '_ __company__ Thanks' },
    ];
    const path = write([{ id: 0, tag: null, first_utterance: '<cust__ __company__ late! __cust>', turns }]);
    const [ticket] = loadTicketFile(path, NOW);
    expect(ticket).toMatchObject({ id: 1, subject: null, description: '@atom late!', channel: 'twitter' });
    expect(ticket?.comments).toMatchObject([
      { body: 'Sorry.', author_id: 370_000_000_001 },
      { body: '@atom Thanks' },
    ]);
    for (const comment of ticket?.comments ?? [])
      expect(Date.parse(comment.created_at ?? '')).toBeLessThan(NOW - 60_000);
  });

  it.each([
    ['rows of another shape', [{ text: 'x', intent: 'y' }], 'its rows have text, intent, and not one of'],
    ['no JSON', ['# Data'], 'it holds no JSON object a line'],
    ['nothing', [], 'it holds no JSON object a line'],
    ['a broken row', [question(1, '2021-11-15T00:00:00Z'), '{'], 'line 2'],
    ['a wrong field', [question(1, 'yesterday')], 'line 1, created_at'],
  ])('says what is wrong with %s', (_, rows, message) => {
    expect(() => loadTicketFile(write(rows), NOW)).toThrow(message);
  });

  it('says what is wrong when there is no such file', () => {
    expect(() => loadTicketFile('/nowhere/x.jsonl', NOW)).toThrow(
      /^The ticket file \/nowhere\/x\.jsonl can't be used: there is no such file/,
    );
  });
});

describe('Function: textOfHtml', () => {
  it('decodes entities, leaves out styles and scripts, and keeps what is no tag', () => {
    const html = '<style>p{}</style><div>a &amp;&#38;&#x26; b</div><script>x()</script>1 < 2 &unknown;';
    expect(textOfHtml(html)).toBe('a &&& b\n1 < 2 &unknown;');
  });

  it('is done with a megabyte of open brackets in no time', () => {
    expect(textOfHtml('<'.repeat(1_000_000))).toHaveLength(1_000_000);
  });
});
