import { describe, expect, it } from 'vitest';
import { ZendeskMalformedError } from '#adapters/zendesk/errors.ts';
import { readPage } from '#adapters/zendesk/page-wire.ts';

const TICKET = {
  id: 1,
  created_at: '2026-11-20T10:00:00Z',
  generated_timestamp: 1_764_000_000,
  status: 'open',
};
const PAGE = {
  tickets: [TICKET],
  after_cursor: 'abc',
  end_of_stream: false,
  after_url: 'https://evil.example/',
};
const bad = (count: number) => Array.from({ length: count }, (_, id) => ({ id }));

describe('readPage', () => {
  it('reads the tickets, the cursor and whether there is more', () => {
    expect(readPage(PAGE, 500)).toMatchObject({
      kind: 'page',
      tickets: [{ id: '1' }],
      failed: [],
      cursor: 'abc',
      isEnd: false,
      pageSize: 500,
    });
    expect(JSON.stringify(readPage(PAGE, 500))).not.toContain('evil');
  });

  it.each([null, undefined, ''])('needs no cursor at the end (%j)', (after_cursor) => {
    expect(readPage({ ...PAGE, after_cursor, end_of_stream: true }, 500).cursor).toBeUndefined();
    expect(() => readPage({ ...PAGE, after_cursor }, 500)).toThrow(ZendeskMalformedError);
  });

  it('names the tickets that cannot be read beside those that can', () => {
    const { tickets, failed } = readPage({ ...PAGE, tickets: [TICKET, { id: 2 }, null] }, 500);
    expect(tickets).toHaveLength(1);
    expect(failed.map(({ id }) => id)).toEqual(['2', 'unknown']);
  });

  it('takes a page of which most cannot be read for none, and a small one for what it is', () => {
    const most = [...bad(11), ...Array.from({ length: 10 }, () => TICKET)];
    expect(() => readPage({ ...PAGE, tickets: most }, 500)).toThrow(
      '11 of its page’s 21 tickets cannot be read',
    );
    expect(readPage({ ...PAGE, tickets: bad(9) }, 500).failed).toHaveLength(9);
    expect(
      readPage({ ...PAGE, tickets: [...bad(10), ...Array.from({ length: 10 }, () => TICKET)] }, 500).failed,
    ).toHaveLength(10);
  });

  it.each([
    [{ ...PAGE, tickets: null }, 'tickets'],
    [{ ...PAGE, end_of_stream: 'no' }, 'end_of_stream'],
    [{ ...PAGE, after_cursor: 7 }, 'after_cursor'],
    [[], 'the answer'],
    ['<html>', 'the answer'],
  ])('says what is wrong with the shape of a page', (json, where) => {
    expect(() => readPage(json, 500)).toThrow(`its page had the wrong shape (${where})`);
  });
});
