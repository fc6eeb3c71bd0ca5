import { describe, expect, it } from 'vitest';
import { createAdapterScene, failure, NOW, PAGE } from './zendesk-scene.ts';

describe('createZendesk', () => {
  it('asks for a page by a time in seconds, or by the cursor alone', async () => {
    const scene = createAdapterScene([[200, PAGE]]);
    await scene.page({ startTime: NOW + 999 });
    await scene.page({ cursor: 'MTU3fHw0Njd8==' }, 500);
    expect(scene.sent.map(({ url }) => url.search)).toEqual([
      `?start_time=${NOW / 1_000}&per_page=1000`,
      '?cursor=MTU3fHw0Njd8%3D%3D&per_page=500',
    ]);
    expect(scene.sent[0]?.url.pathname).toBe('/api/v2/incremental/tickets/cursor.json');
    expect(scene.sent[0]?.headers.get('authorization')).toBe(
      `Basic ${Buffer.from('ann@example.com/token:t0ken').toString('base64')}`,
    );
  });

  it.each([400, 404, 422])(
    'takes %i of a request with a cursor for a lost cursor, and of none without',
    async (status) => {
      const scene = createAdapterScene([[status, { error: 'x' }]]);
      expect(await scene.page({ cursor: 'abc' })).toEqual({ kind: 'cursor_lost', status });
      expect(await failure(scene.page({ startTime: 0 }))).toMatchObject({ code: 'zendesk_refused', status });
    },
  );

  it('takes a page for people with 404 for an account that does not exist, cursor or not', async () => {
    const html = () =>
      new Response('<h1>No help desk</h1>', {
        status: 404,
        headers: { 'content-type': 'text/html; charset=utf-8' },
      });
    const scene = createAdapterScene([html]);
    expect(await failure(scene.page({ cursor: 'abc' }))).toMatchObject({ code: 'zendesk_not_found' });
  });

  it('halves a page that is larger than it can hold', async () => {
    const big = [200, { ...PAGE, tickets: ['x'.repeat(2_000)] }] as const;
    const scene = createAdapterScene([big, big, [200, PAGE]], { maxResponseBytes: 1_000 });
    expect(await scene.page({ startTime: 0 })).toMatchObject({ pageSize: 250 });
    expect(scene.sent.map(({ url }) => url.searchParams.get('per_page'))).toEqual(['1000', '500', '250']);
  });

  it('reads a ticket, and that one is not there', async () => {
    const scene = createAdapterScene([
      [200, { ticket: { id: 7 } }],
      [404, { error: 'RecordNotFound' }],
      [200, {}],
    ]);
    expect(await scene.run(scene.zendesk.ticket('7'))).toMatchObject({ failed: { id: '7' } });
    expect(await scene.run(scene.zendesk.ticket('7'))).toBeUndefined();
    expect(scene.sent[0]?.url.pathname).toBe('/api/v2/tickets/7.json');
  });

  it('reads comments page after page, and stops where the pages go round', async () => {
    const page = (after: string | null) =>
      [200, { comments: [], meta: { has_more: after !== null, after_cursor: after } }] as const;
    const scene = createAdapterScene([page('a='), page('b'), page(null)]);
    expect(await scene.run(scene.zendesk.comments('7'))).toEqual({ publicTexts: [], merge: null });
    expect(scene.sent.map(({ url }) => url.searchParams.get('page[after]'))).toEqual([null, 'a=', 'b']);
    expect(
      scene.sent.every(({ url }) => !url.searchParams.has('per_page') && !url.searchParams.has('page')),
    ).toBe(true);
    const round = createAdapterScene([page('a')]);
    expect(await failure(round.run(round.zendesk.comments('7')))).toMatchObject({
      code: 'zendesk_malformed',
    });
  });

  it('knows a user without an id for nobody', async () => {
    const scene = createAdapterScene([
      [200, { user: { id: 1 } }],
      [200, { user: { id: null } }],
    ]);
    await scene.run(scene.zendesk.checkConnection());
    expect(await failure(scene.run(scene.zendesk.checkConnection()))).toMatchObject({ code: 'zendesk_auth' });
    const other = createAdapterScene([[200, { users: [] }]]);
    expect(await failure(other.run(other.zendesk.checkConnection()))).toMatchObject({
      code: 'zendesk_malformed',
    });
  });

  it('makes at most 100 other calls a minute', async () => {
    const scene = createAdapterScene([[404, {}]]);
    for (let calls = 0; calls < 101; calls += 1) await scene.run(scene.zendesk.ticket('7'));
    expect(scene.passed()).toBe(60_250);
  });

  it('has no place for credentials in its address', () => {
    expect(() => createAdapterScene([], { baseUrl: 'https://ann:secret@atom.zendesk.com' })).toThrow(
      TypeError,
    );
  });
});
