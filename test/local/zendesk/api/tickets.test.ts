import { describe, expect, it } from 'vitest';
import { createScene, plainTickets, type Scene, START_SECONDS } from '#test/local/zendesk/zendesk-client.ts';

const COMMENTS = '/api/v2/tickets/1/comments.json';

function withComments(count: number): Scene {
  const scene = createScene({ tickets: plainTickets(1) });
  for (let index = 1; index < count; index += 1) {
    const comment = { body: `Comment ${index}`, public: index % 2 === 0, author_id: 370_000_000_001 };
    scene.zendesk.operate({ op: 'comment', ids: [1], comment, at: START_SECONDS - 3000 + index });
  }
  return scene;
}

describe('Comments', () => {
  it('come in pages until meta.has_more is false', async () => {
    const { ask } = withComments(250);
    const sizes: number[] = [];
    const bodies = new Set<string>();
    for (let path: string | null = `${COMMENTS}?page[size]=100`; path !== null && sizes.length < 9; ) {
      const { body } = await ask(path);
      sizes.push(body.comments.length);
      for (const comment of body.comments) bodies.add(comment.body);
      expect(body.meta.has_more).toBe(body.links.next !== null);
      path = body.links.next;
    }
    expect([sizes, bodies.size]).toEqual([[100, 100, 50], 250]);
  });

  it('begin with the description, and have every documented field', async () => {
    const { ask } = withComments(2);
    const { comments } = (await ask(`${COMMENTS}?page[size]=10`)).body;
    expect(comments[0]).toMatchObject({
      type: 'Comment',
      author_id: 380_000_000_000,
      body: 'This is ticket 1.',
      plain_body: 'This is ticket 1.',
      public: true,
      attachments: [],
    });
    expect(comments[0].html_body).toContain('<p>This is ticket 1.</p>');
    expect(comments[0].metadata).toMatchObject({
      system: { ip_address: '203.0.113.1', location: expect.any(String) },
      flags: [],
      trusted: true,
    });
    expect(comments[1]).toMatchObject({ body: 'Comment 1', public: false, author_id: 370_000_000_001 });
    expect(comments[1].audit_id).toBeGreaterThan(comments[0].audit_id);
  });

  it('go newest first when asked to, unless the old paging is mixed in, which drops that without a word', async () => {
    const { ask } = withComments(3);
    const firstOf = async (query: string) => (await ask(COMMENTS + query)).body.comments[0].body;
    expect(await firstOf('?page[size]=10&sort=-created_at')).toBe('Comment 2');
    expect(await firstOf('?page[size]=10&sort=-created_at&per_page=10')).toBe('This is ticket 1.');
  });

  it('can be paged back, and by number', async () => {
    const { ask } = withComments(5);
    const second = (await ask((await ask(`${COMMENTS}?page[size]=2`)).body.links.next)).body;
    const back = (await ask(second.links.prev)).body;
    expect(back.comments.map(({ body }: { body: string }) => body)).toEqual([
      'This is ticket 1.',
      'Comment 1',
    ]);
    const byNumber = (await ask(`${COMMENTS}?page=2&per_page=2`)).body;
    expect([byNumber.comments.length, byNumber.count, byNumber.next_page]).toEqual([
      2,
      5,
      expect.stringContaining('page=3'),
    ]);
  });

  it.each([
    ['page[size]=101', 'InvalidPaginationParameter'],
    ['page[size]=10&page[after]=bm8%3D', 'InvalidPaginationParameter'],
    ['page=101&per_page=100', 'InvalidPaginationDepth'],
  ])('refuse %s', async (query, code) => {
    const { status, body } = await withComments(1).ask(`${COMMENTS}?${query}`);
    expect([status, body.errors[0].code]).toEqual([400, code]);
  });

  it('bring their authors along', async () => {
    const { ask } = withComments(2);
    const { users } = (await ask(`${COMMENTS}?page[size]=10&include=users`)).body;
    expect(users.map(({ id }: { id: number }) => id)).toEqual([380_000_000_000, 370_000_000_001]);
  });

  it('are cut after 65,535 characters without a word, and may hold files of others', async () => {
    const { zendesk, ask } = withComments(1);
    const comment = {
      body: 'y'.repeat(70_000),
      attachments: [
        { file_name: 'a.log', content_url: 'https://files.example/a.log' },
        { file_name: 'b.png' },
      ],
    };
    zendesk.operate({ op: 'comment', ids: [1], comment });
    const last = (await ask(COMMENTS)).body.comments[1];
    expect(last.body).toHaveLength(65_535);
    expect(last.attachments).toMatchObject([
      { file_name: 'a.log', content_url: 'https://files.example/a.log' },
      { content_url: expect.stringMatching(/^https:\/\/atom\.zendesk\.com\/attachments\/token\//) },
    ]);
  });

  it('of a deleted ticket, or of none, answer 404 RecordNotFound', async () => {
    const { zendesk, ask } = withComments(1);
    zendesk.operate({ op: 'delete', ids: [1] });
    for (const path of [COMMENTS, '/api/v2/tickets/77/comments.json', '/api/v2/tickets/1.json']) {
      const { status, body } = await ask(path);
      expect([status, body]).toEqual([404, { error: 'RecordNotFound', description: 'Not found' }]);
    }
  });
});

describe('Tickets that lie ahead', () => {
  it('come in when their time is there', async () => {
    const { ask, pass } = createScene({ tickets: [{ id: 1, created_at: '2026-11-27T11:00:00Z' }] });
    const listed = async () => (await ask('/api/v2/tickets.json?page[size]=5')).body.tickets.length;
    const exported = async () =>
      (await ask('/api/v2/incremental/tickets/cursor.json?start_time=0')).body.tickets.length;
    expect([await listed(), await exported(), (await ask(COMMENTS)).status]).toEqual([0, 0, 404]);
    pass(3660);
    expect([await listed(), await exported(), (await ask(COMMENTS)).status]).toEqual([1, 1, 200]);
  });
});

describe('GET /api/v2/ticket_fields.json', () => {
  it('defines every custom field that tickets have, with the options of choices', async () => {
    const { ask } = createScene({ tickets: plainTickets(1) });
    const { ticket_fields: fields } = (await ask('/api/v2/ticket_fields.json')).body;
    const { ticket } = (await ask('/api/v2/tickets/1.json')).body;
    const ids = fields.map(({ id }: { id: number }) => id);
    for (const { id } of ticket.custom_fields) expect(ids).toContain(id);
    const plan = fields.find(({ title }: { title: string }) => title === 'Plan');
    expect(plan.custom_field_options[0]).toMatchObject({ name: 'Free', value: 'plan_free' });
    const types = fields.map(({ type }: { type: string }) => type);
    const all =
      'text textarea checkbox date integer decimal regexp tagger multiselect lookup partialcreditcard';
    expect(types).toEqual(expect.arrayContaining(all.split(' ')));
  });
});
