import { describe, expect, it } from 'vitest';
import {
  createScene,
  EXPORT,
  idsOf,
  plainTickets,
  START_SECONDS,
} from '#test/local/zendesk/zendesk-client.ts';

const at = START_SECONDS - 600;

describe('Operations', () => {
  it('delete, and restore with the status of before', async () => {
    const { zendesk, ask } = createScene({ tickets: plainTickets(1) });
    const show = async () => (await ask(`${EXPORT}?start_time=0`)).body.tickets[0];
    zendesk.operate({ op: 'update', ids: [1], fields: { status: 'pending' }, at });
    zendesk.operate({ op: 'delete', ids: [1], at: at + 1 });
    expect(await show()).toMatchObject({
      status: 'deleted',
      generated_timestamp: at + 1,
      subject: 'Ticket 1',
    });
    zendesk.operate({ op: 'restore', ids: [1], at: at + 2 });
    expect(await show()).toMatchObject({ status: 'pending', generated_timestamp: at + 2 });
  });

  it('scrub: the texts and the requester go for good, the ticket stays listed', async () => {
    const { zendesk, ask } = createScene({ tickets: plainTickets(1) });
    zendesk.operate({ op: 'comment', ids: [1], comment: { body: 'secret' }, at });
    zendesk.operate({ op: 'scrub', ids: [1], at: at + 1 });
    zendesk.operate({ op: 'restore', ids: [1], at: at + 2 });
    const { text, body } = await ask(`${EXPORT}?start_time=0`);
    expect(body.tickets[0]).toMatchObject({
      status: 'deleted',
      subject: 'SCRUBBED',
      raw_subject: 'SCRUBBED',
      description: 'SCRUBBED',
      requester_id: null,
      generated_timestamp: at + 1,
    });
    expect(text).not.toContain('This is ticket');
  });

  it('scrub with a text and a requester of one’s choice, as it may look otherwise', () => {
    const { zendesk } = createScene({ tickets: plainTickets(1) });
    zendesk.operate({ op: 'scrub', ids: [1], text: 'Redacted', keepRequester: true });
    expect(zendesk.ticket(1)).toMatchObject({ subject: 'Redacted', requesterId: 380_000_000_000 });
  });

  it('merge: the sources are closed with a private comment that names the target', async () => {
    const { zendesk, ask } = createScene({ tickets: plainTickets(3) });
    expect(zendesk.operate({ op: 'merge', ids: [1, 2], into: 3, at })).toEqual([1, 2, 3]);
    const source = (await ask('/api/v2/tickets/1/comments.json?page[size]=100')).body.comments.at(-1);
    const target = (await ask('/api/v2/tickets/3/comments.json?page[size]=100')).body.comments.at(-1);
    expect(source).toMatchObject({ public: false, via: { source: { rel: 'merge' } } });
    expect(source.body).toContain('merged into request #3');
    expect(target.body).toContain('Request #2 "Ticket 2" was closed and merged into this request');
    expect(zendesk.ticket(2)).toMatchObject({ status: 'closed', tags: ['closed_by_merge'], generatedAt: at });
    expect(zendesk.ticket(3)).toMatchObject({ status: 'open', generatedAt: at });
  });

  it('mark as spam: deleted, and the requester suspended', async () => {
    const { zendesk, ask } = createScene({ tickets: plainTickets(1) });
    zendesk.operate({ op: 'mark_as_spam', ids: [1], at });
    const { body } = await ask(`${EXPORT}?start_time=0&include=users`);
    expect([body.tickets[0].status, body.users[0].suspended]).toEqual(['deleted', true]);
  });

  it.each([
    [true, at],
    [false, START_SECONDS - 3660],
  ])('redact: blacks the text out; as a change or not: %s', async (isChange, generatedAt) => {
    const { zendesk, ask } = createScene({ tickets: plainTickets(1) });
    zendesk.operate({ op: 'comment', ids: [1], comment: { body: 'my pin is 1234, 1234!' }, at: at - 9000 });
    zendesk.operate({ op: 'redact', ids: [1], text: '1234', isChange, at });
    const { comments } = (await ask('/api/v2/tickets/1/comments.json')).body;
    expect(comments[1].body).toBe('my pin is ▇▇▇▇, ▇▇▇▇!');
    expect(zendesk.ticket(1)?.generatedAt).toBe(generatedAt);
  });

  it('never let the export’s time run back', () => {
    const { zendesk } = createScene({ tickets: plainTickets(1) });
    zendesk.operate({ op: 'system_update', at: START_SECONDS });
    zendesk.operate({ op: 'system_update', at: 5 });
    expect(zendesk.ticket(1)?.generatedAt).toBe(START_SECONDS);
  });

  it('name a ticket that does not exist, and change nothing then', () => {
    const { zendesk } = createScene({ tickets: plainTickets(1) });
    expect(() => zendesk.operate({ op: 'delete', ids: [1, 99] })).toThrow('There is no ticket 99.');
    expect(zendesk.ticket(1)?.status).toBe('open');
  });

  it('let generated tickets arrive, the same for the same seed', () => {
    const texts = [1, 2].map(() => {
      const { zendesk } = createScene({ seed: 5 });
      const ids = zendesk.operate({ op: 'arrive', count: 20, at });
      expect(zendesk.truth(ids[0] ?? 0)).toHaveProperty('kind');
      return ids.map((id) => zendesk.ticket(id)?.description);
    });
    expect(texts[0]).toEqual(texts[1]);
    expect(new Set(texts[0]).size).toBeGreaterThan(15);
  });
});

describe('A ticket as it is given', () => {
  it.each([
    ['null', null],
    ['empty', ''],
    ['emoji and right-to-left text', '👩‍💻 שלום مرحبا'],
    ['NUL and lone surrogates', 'a\u0000b\ud800c'],
    ['64 kB', 'x'.repeat(65_536)],
    ['a megabyte', 'log\n'.repeat(262_144)],
  ])('comes through with a text that is %s', async (_, text) => {
    const { zendesk, ask } = createScene();
    zendesk.operate({ op: 'create', ticket: { subject: text, description: text }, at });
    const [ticket] = (await ask(`${EXPORT}?start_time=0`)).body.tickets;
    expect([ticket.subject === text, ticket.raw_subject === text, ticket.description === text]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('has every documented field, custom fields of every type, and the same again as `fields`', async () => {
    const { ask } = createScene({ tickets: 60 });
    const { tickets } = (await ask(`${EXPORT}?start_time=0`)).body;
    const documented =
      'id url external_id via created_at updated_at generated_timestamp type subject raw_subject description priority status custom_status_id recipient requester_id submitter_id assignee_id organization_id group_id collaborator_ids follower_ids email_cc_ids forum_topic_id problem_id has_incidents is_public due_at tags custom_fields fields satisfaction_rating sharing_agreement_ids followup_ids ticket_form_id brand_id allow_channelback allow_attachments from_messaging_channel encoded_id';
    for (const ticket of tickets) {
      expect(Object.keys(ticket).sort()).toEqual(documented.split(' ').sort());
      expect(ticket.fields).toEqual(ticket.custom_fields);
      expect(typeof ticket.id).toBe('number');
    }
    const values = tickets.flatMap(({ custom_fields }: { custom_fields: { value: unknown }[] }) =>
      custom_fields.map(({ value }) =>
        Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value,
      ),
    );
    expect([...new Set(values)].sort()).toEqual(['array', 'boolean', 'null', 'number', 'string']);
  });

  it('may have any other field, and wrong types', async () => {
    const { zendesk, ask } = createScene();
    zendesk.operate({ op: 'create', ticket: { priority: 7 as never, surprise: [1] }, at });
    const page = await ask(`${EXPORT}?start_time=0`);
    expect(page.body.tickets[0]).toMatchObject({ priority: 7, surprise: [1] });
    expect(idsOf(page)).toEqual([1]);
  });
});
