import { describe, expect, it } from 'vitest';
import { createScene, plainTickets, START_SECONDS } from '#test/local/zendesk/zendesk-client.ts';

const EVENTS = '/api/v2/incremental/ticket_events.json';

describe('GET /api/v2/incremental/ticket_events.json', () => {
  it('tells of comments with their text only when they are asked for', async () => {
    const { zendesk, ask } = createScene({ tickets: plainTickets(1) });
    zendesk.operate({
      op: 'comment',
      ids: [1],
      comment: { body: 'hello', public: false },
      at: START_SECONDS - 900,
    });
    const last = async (query: string) =>
      (await ask(`${EVENTS}?start_time=0${query}`)).body.ticket_events.at(-1).child_events[0];
    expect(await last('')).toEqual({
      id: expect.any(Number),
      comment_present: true,
      comment_public: false,
      via: 'email',
      event_type: 'Comment',
    });
    expect(await last('&include=comment_events')).toMatchObject({
      body: 'hello',
      public: false,
      type: 'Comment',
    });
  });

  it('pages by time alone: the last second of a page comes again', async () => {
    const { ask } = createScene({ tickets: plainTickets(5) });
    const first = (await ask(`${EVENTS}?start_time=0&per_page=3`)).body;
    const second = (await ask(first.next_page)).body;
    const ids = ({ ticket_events }: { ticket_events: { ticket_id: number }[] }) =>
      ticket_events.map(({ ticket_id }) => ticket_id);
    expect([ids(first), ids(second)]).toEqual([
      [1, 2, 3],
      [3, 4, 5],
    ]);
    expect([first.end_of_stream, second.end_of_stream, first.count]).toEqual([false, true, 3]);
    expect(first.end_time).toBe(first.ticket_events[2].timestamp);
  });

  it('never gets past a second with more events than a page', async () => {
    const { zendesk, ask } = createScene();
    for (let index = 0; index < 4; index += 1)
      zendesk.operate({ op: 'create', ticket: {}, at: START_SECONDS - 900 });
    const first = (await ask(`${EVENTS}?start_time=0&per_page=3`)).body;
    const second = (await ask(first.next_page)).body;
    expect([second.ticket_events, second.next_page]).toEqual([first.ticket_events, first.next_page]);
  });

  it('records changed fields, and nothing of what the system touched', async () => {
    const { zendesk, ask } = createScene({ tickets: plainTickets(1) });
    zendesk.operate({ op: 'update', ids: [1], fields: { priority: 'high' }, at: START_SECONDS - 900 });
    zendesk.operate({ op: 'system_update', at: START_SECONDS - 800 });
    const { ticket_events: events } = (await ask(`${EVENTS}?start_time=0`)).body;
    expect(events).toHaveLength(2);
    expect(events[1].child_events).toMatchObject([{ event_type: 'Change', priority: 'high' }]);
  });

  it('answers 422 within the last five minutes, 400 without a start_time', async () => {
    const { ask } = createScene();
    const { status, body } = await ask(`${EVENTS}?start_time=${START_SECONDS - 299}`);
    expect([status, body.error]).toEqual([422, 'InvalidValue']);
    expect((await ask(`${EVENTS}?start_time=${START_SECONDS - 300}`)).status).toBe(200);
    expect((await ask(EVENTS)).status).toBe(400);
  });
});
