import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireTicket } from '#local/zendesk/tickets/wire-ticket.ts';
import {
  createScene,
  EXPORT,
  idsOf,
  plainTickets,
  type Scene,
  START_SECONDS,
} from '#test/local/zendesk/zendesk-client.ts';

const fromStart = `${EXPORT}?start_time=0`;

describe('start_time', () => {
  it('answers 400 StartTimeTooRecent within the last minute, and takes a minute', async () => {
    const { ask } = createScene();
    const refused = await ask(`${EXPORT}?start_time=${START_SECONDS - 59}`);
    expect([refused.status, refused.body.error]).toEqual([400, 'StartTimeTooRecent']);
    expect((await ask(`${EXPORT}?start_time=${START_SECONDS - 60}`)).status).toBe(200);
  });

  it.each(['', '?start_time=', '?start_time=yesterday', '?start_time=-5', '?start_time=1&per_page=0'])(
    'answers 400 for an export with %j',
    async (query) => {
      const { status, body } = await createScene().ask(EXPORT + query);
      expect(status).toBe(400);
      expect(body.error.title).toBe('Invalid attribute');
    },
  );

  it('takes in the tickets of its own second', async () => {
    const { ask } = createScene({ tickets: plainTickets(3) });
    const second = START_SECONDS - 3600 - 120;
    expect(idsOf(await ask(`${EXPORT}?start_time=${second}`))).toEqual([2, 3]);
    expect(idsOf(await ask(`${EXPORT}?start_time=${second + 1}`))).toEqual([3]);
  });
});

describe('pages', () => {
  it('go by last change and id, and end with end_of_stream (1)', async () => {
    const scene = createScene({ tickets: plainTickets(5) });
    scene.zendesk.operate({ op: 'update', ids: [2], fields: { priority: 'high' }, at: START_SECONDS - 600 });

    const pages = await scene.walk('start_time=0&per_page=2');

    expect(pages.map((page) => idsOf(page))).toEqual([[1, 3], [4, 5], [2]]);
    expect(pages.map(({ body }) => body.end_of_stream)).toEqual([false, false, true]);
    expect(pages[0]?.body).toMatchObject({ before_url: null, before_cursor: null });
  });

  it('have a cursor of base64 with its place, whose padding the address encodes', async () => {
    const { ask } = createScene({ tickets: plainTickets(3) });
    const { body } = await ask(`${fromStart}&per_page=2&include=users`);
    const text = Buffer.from(body.after_cursor, 'base64').toString();
    expect(text).toBe(`${body.tickets[1].generated_timestamp}.0||2|`);
    const next = new URL(body.after_url);
    expect([next.searchParams.get('cursor'), next.searchParams.get('start_time')]).toEqual([
      body.after_cursor,
      null,
    ]);
    expect(Object.fromEntries(next.searchParams)).toMatchObject({ per_page: '2', include: 'users' });
    expect(body.after_url).not.toMatch(/=$/);
  });

  it('hold at most 1,000 tickets, whatever is asked for', async () => {
    const { ask } = createScene({ tickets: 1200 });
    expect(idsOf(await ask(`${fromStart}&per_page=5000`))).toHaveLength(1000);
    expect(idsOf(await ask(fromStart))).toHaveLength(1000);
  });

  it('walk through 1,500 tickets of one second, each once', async () => {
    const scene = createScene({ tickets: plainTickets(1500) });
    scene.zendesk.operate({ op: 'system_update', at: START_SECONDS - 300 });
    const pages = await scene.walk('start_time=0');
    expect(pages).toHaveLength(2);
    expect(new Set(pages.flatMap(({ body }) => body.tickets.map(stampOf)))).toEqual(
      new Set([START_SECONDS - 300]),
    );
    expect(idsOf(...pages)).toEqual(Array.from({ length: 1500 }, (_, index) => index + 1));
  });

  it('leave ai agents’ tickets to their own scope, and deleted ones out when asked to', async () => {
    const { zendesk, ask } = createScene({ tickets: plainTickets(3) });
    zendesk.operate({
      op: 'update',
      ids: [1],
      fields: { support_type: 'ai_agent' },
      at: START_SECONDS - 600,
    });
    zendesk.operate({ op: 'delete', ids: [2], at: START_SECONDS - 500 });
    expect(idsOf(await ask(fromStart))).toEqual([3, 2]);
    expect(idsOf(await ask(`${fromStart}&support_type_scope=ai_agent`))).toEqual([1]);
    expect(idsOf(await ask(`${fromStart}&support_type_scope=all`))).toEqual([3, 1, 2]);
    expect(idsOf(await ask(`${fromStart}&exclude_deleted=true`))).toEqual([3]);
  });

  it('bring users, groups, organizations and metric sets along, and nothing that is not known', async () => {
    const { ask } = createScene({ tickets: plainTickets(9) });
    const { body } = await ask(`${fromStart}&include=users,groups,organizations,metric_sets,last_audits`);
    expect(body.users).toMatchObject([{ id: 380_000_000_000, role: 'end-user' }]);
    expect(body.groups).toHaveLength(1);
    expect(body.organizations.length).toBeGreaterThan(0);
    expect(body.metric_sets).toHaveLength(9);
    expect(body).not.toHaveProperty('last_audits');
  });

  it('answer 504 with a page above the size that is set', async () => {
    const { ask } = createScene({ tickets: plainTickets(3), settings: { timeoutAbovePageSize: 250 } });
    const late = await ask(`${fromStart}&per_page=500`);
    expect([late.status, late.headers.get('content-type')]).toEqual([504, 'text/html; charset=utf-8']);
    expect((await ask(`${fromStart}&per_page=250`)).status).toBe(200);
  });
});

describe('what changes', () => {
  it('comes again when it changes while one pages (2)', async () => {
    const scene = createScene({ tickets: plainTickets(6), settings: { withholdSeconds: 0 } });
    const first = await scene.ask(`${fromStart}&per_page=3`);
    scene.zendesk.operate({ op: 'update', ids: [1], fields: { subject: 'again' } });
    const rest = await scene.walk(`cursor=${encodeURIComponent(first.body.after_cursor)}&per_page=3`);
    expect([idsOf(first), idsOf(...rest)]).toEqual([
      [1, 2, 3],
      [4, 5, 6, 1],
    ]);
  });

  it('moves generated_timestamp alone when the system does it (3)', async () => {
    const { zendesk, ask } = createScene({ tickets: plainTickets(2) });
    const before = (await ask(fromStart)).body.tickets[0];
    zendesk.operate({ op: 'system_update', ids: [1], at: START_SECONDS - 100 });
    const [touched] = (await ask(`${EXPORT}?start_time=${START_SECONDS - 200}`)).body.tickets;
    expect(touched).toEqual({ ...before, generated_timestamp: START_SECONDS - 100 });
    expect(Date.parse(touched.updated_at) / 1000).toBeLessThan(START_SECONDS - 200);
  });

  it('is withheld for a minute, end_of_stream or not (4)', async () => {
    const { zendesk, ask, pass } = createScene({ tickets: plainTickets(1) });
    zendesk.operate({ op: 'create', ticket: { subject: 'fresh' } });
    pass(59);
    const early = (await ask(fromStart)).body;
    expect([early.tickets.length, early.end_of_stream]).toEqual([1, true]);
    pass(1);
    expect(idsOf(await ask(fromStart))).toEqual([1, 2]);
  });

  it('alone comes from the last cursor of the run before, which stays what it is without changes (5)', async () => {
    const { zendesk, ask, pass, walk } = createScene({ tickets: plainTickets(3) });
    const last = (await walk('start_time=0')).at(-1)?.body.after_cursor;
    const again = (await ask(`${EXPORT}?cursor=${encodeURIComponent(last)}`)).body;
    expect([again.tickets, again.after_cursor, again.end_of_stream]).toEqual([[], last, true]);
    zendesk.operate({ op: 'comment', ids: [2], comment: { body: 'Any news?' } });
    pass(86_400);
    expect(idsOf(await ask(`${EXPORT}?cursor=${encodeURIComponent(last)}`))).toEqual([2]);
  });

  it('cannot be had with a cursor that is none (5)', async () => {
    const { status, body } = await createScene().ask(`${EXPORT}?cursor=bm9uZQ%3D%3D`);
    expect([status, body.errors[0].code]).toEqual([400, 'InvalidCursor']);
  });

  it('is listed when it is archived, which GET /tickets does not (8)', async () => {
    const { zendesk, ask } = createScene({ tickets: plainTickets(3) });
    zendesk.operate({ op: 'archive', ids: [2] });
    const list = await ask('/api/v2/tickets.json');
    expect([idsOf(await ask(fromStart)), idsOf(list)]).toEqual([
      [1, 2, 3],
      [1, 3],
    ]);
    expect((await ask('/api/v2/tickets/2.json')).body.ticket.status).toBe('closed');
  });

  it('is never lost over any pages, changes and waits', async () => {
    const step = fc.record({
      perPage: fc.integer({ min: 1, max: 7 }),
      waitSeconds: fc.integer({ min: 0, max: 90 }),
      ids: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
      op: fc.constantFrom('system_update', 'delete', 'restore', 'scrub', 'mark_as_spam'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const scene = createScene({ tickets: plainTickets(12) });
        const copy = new Map<number, WireTicket>();
        let query = 'start_time=0';
        for (const { perPage, waitSeconds, ids, op } of steps) {
          query = await copyPage(scene, copy, `${query}&per_page=${perPage}`);
          scene.zendesk.operate({ op, ids });
          scene.pass(waitSeconds);
        }
        scene.pass(61);
        for (const page of await scene.walk(query)) store(copy, page.body.tickets);
        for (const { id, generatedAt, status } of scene.zendesk.tickets()) {
          expect(copy.get(id)).toMatchObject({ generated_timestamp: generatedAt, status });
        }
      }),
      { numRuns: 60 },
    );
  });
});

async function copyPage({ ask }: Scene, copy: Map<number, WireTicket>, query: string): Promise<string> {
  const { body } = await ask(`${EXPORT}?${query}`);
  store(copy, body.tickets);
  return `cursor=${encodeURIComponent(body.after_cursor)}`;
}

function store(copy: Map<number, WireTicket>, tickets: readonly WireTicket[]): void {
  for (const ticket of tickets) copy.set(ticket.id, ticket);
}

function stampOf(ticket: WireTicket): number {
  return ticket.generated_timestamp;
}
