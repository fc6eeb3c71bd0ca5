import { describe, expect, it } from 'vitest';
import { commentsOf, readCommentPage } from '#adapters/zendesk/comment-wire.ts';
import { ZendeskMalformedError } from '#adapters/zendesk/errors.ts';

const comment = (body: string, more: Record<string, unknown> = {}) => ({
  id: 1,
  body,
  plain_body: body,
  public: true,
  created_at: '2026-11-20T10:00:00Z',
  via: { channel: 'web', source: { from: {}, to: {}, rel: null } },
  metadata: { system: { ip_address: '203.0.113.7', location: 'Springfield' } },
  ...more,
});
const AT = Date.parse('2026-11-20T10:00:00Z');
const page = (comments: unknown[], meta: Record<string, unknown> = { has_more: false }) => ({
  comments,
  meta,
});
const merge = {
  via: { channel: 'web', source: { rel: 'merge', from: { ticket_ids: [4] }, to: {} } },
  public: false,
};

describe('readCommentPage', () => {
  it('goes by meta, whatever stands beside it', () => {
    const more = {
      ...page([comment('a')], { has_more: true, after_cursor: 'x' }),
      hasMore: false,
      nextLink: null,
    };
    expect(readCommentPage(more)).toMatchObject({ after: 'x' });
    expect(
      readCommentPage(page([comment('a')], { has_more: false, after_cursor: 'x' })).after,
    ).toBeUndefined();
  });

  it('takes in nothing of where somebody was', () => {
    expect(JSON.stringify(readCommentPage(page([comment('a')])))).not.toMatch(/203\.0|Springfield/);
  });

  it.each([
    ['no meta', { comments: [] }],
    ['no comments', { meta: { has_more: false } }],
    ['no cursor although there is more', page([], { has_more: true, after_cursor: null })],
  ])('refuses %s', (_, json) => {
    expect(() => readCommentPage(json)).toThrow(ZendeskMalformedError);
  });
});

describe('commentsOf', () => {
  const read = (...comments: unknown[]) => commentsOf(readCommentPage(page(comments)).comments);

  it('leaves out the first one, which is the description, the private ones and the empty ones', () => {
    const odd = [comment('note', { public: false }), comment(' '), comment('said', { public: 'yes' })];
    expect(read(comment('first'), comment('second'), ...odd, comment('half \ud83d'))).toEqual({
      publicTexts: ['second', 'half \ufffd'],
      merge: null,
    });
  });

  it('reads the plain text where there is one', () => {
    const html = comment('**bold**', { plain_body: 'bold' });
    expect(read(comment('first'), html, comment('as body', { plain_body: null })).publicTexts).toEqual([
      'bold',
      'as body',
    ]);
  });

  it('knows by the last comment that a ticket was merged, with which other and when', () => {
    expect(read(comment('first'), comment('merged', merge)).merge).toEqual({ with: '4', at: AT });
    const bare = { via: { channel: 'web', source: { rel: 'merge', from: {}, to: {} } } };
    expect(
      read(comment('first'), comment('This request was closed and merged into request #77 "x".', bare)).merge,
    ).toEqual({ with: '77', at: AT });
  });

  it('takes the target of several, and a ticket that went on, for no source', () => {
    const target = {
      via: { channel: 'web', source: { rel: 'merge', from: { ticket_ids: [2, 3] }, to: {} } },
    };
    expect(
      read(comment('first'), comment('Requests #2 and #3 were closed and merged into this request.', target))
        .merge,
    ).toBeNull();
    expect(read(comment('first'), comment('merged', merge), comment('and on')).merge).toBeNull();
    expect(read(comment('merged into request #5')).merge).toBeNull();
    expect(read().merge).toBeNull();
  });
});
