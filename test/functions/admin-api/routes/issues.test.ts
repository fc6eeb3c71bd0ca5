import { beforeEach, describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import {
  anIncident,
  EXPORT,
  LOGIN,
  publishIssues,
  publishUsual,
  SMALL,
  ticketsSaying,
  UNKNOWN_ISSUE,
  usualGroups,
} from '#test/functions/admin-api/fill-issues.ts';
import { deleteTicket, withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const get = (path: string) => call(world, { path, token: 'SUPERVISED' });
const list = async (query = '') => (await get(`/api/issues${query}`)).body;
const idsIn = (body: { issues: { id: string }[] }) => body.issues.map(({ id }) => id);
const change = (id: string, body: unknown) =>
  call(world, { method: 'PATCH', path: `/api/issues/${id}`, body });

describe('GET /api/issues', () => {
  it('has the issues that are listed, in the shape of the contract', async () => {
    await publishUsual(world, { incidents: [anIncident()] });

    const body = await list();

    expect(body).toMatchObject({ success: true, generation: 1, next_cursor: null });
    expect(idsIn(body)).toEqual([LOGIN, EXPORT]);
    expect(body.issues[0]).toMatchObject({
      id: LOGIN,
      title: expect.stringContaining('Login'),
      description: null,
      kind: 'bug',
      product_area: 'billing',
      status: 'open',
      severity_mix: { critical: 0, high: 0, medium: 8, low: 0 },
      tickets_total: 8,
      tickets_7d: 8,
      tickets_24h: 8,
      requesters_7d: 8,
      first_seen: '2026-02-19T03:30:00.000Z',
      last_seen: '2026-02-19T10:30:00.000Z',
      languages: ['en'],
      representative_statement: expect.stringContaining('Login with SSO fails'),
      alert: {
        incident_id: anIncident().id,
        title: 'Login with SSO fails',
        opened_at: '2026-02-19T09:30:00.000Z',
      },
      owner: null,
      version: 0,
    });
    expect(body.issues[1].alert).toBeNull();
    expect(JSON.stringify(body)).not.toMatch(/requester-/);
  });

  it('lists those that are emerging only when they are asked for', async () => {
    await publishUsual(world);

    expect(idsIn(await list('?status=emerging'))).toEqual([SMALL]);
  });

  it.each([
    ['status=open', [LOGIN]],
    ['status=ignored', [EXPORT]],
    ['status=resolved', []],
    ['trend=gone', []],
    ['kind=bug', [LOGIN, EXPORT]],
    ['kind=billing', []],
    ['product_area=billing', [LOGIN, EXPORT]],
    ['product_area=other', []],
    ['sort=count_7d', [LOGIN, EXPORT]],
    ['sort=last_seen', [EXPORT, LOGIN]],
    ['sort=growth', [LOGIN, EXPORT]],
  ])('narrows down and orders by ?%s', async (query, ids) => {
    await publishUsual(world);
    await change(EXPORT, { status: 'ignored' });

    expect(idsIn(await list(`?${query}`)).toSorted()).toEqual([...ids].toSorted());
    if (query.startsWith('sort=count')) expect(idsIn(await list(`?${query}`))).toEqual(ids);
  });

  it('pages through one generation, whatever is published and changed meanwhile', async () => {
    const groups = Object.fromEntries(
      Array.from({ length: 7 }, (_, n) => [
        `01KHTNPR6M4Y8Z0V9QK2D3F5${String(n).padStart(2, '0')}`,
        ticketsSaying(`Something ${n} is wrong`, { first: 1_000 + 100 * n, count: 5 + n }),
      ]),
    );
    await publishIssues(world.stores, groups);
    const expected = idsIn(await list());

    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const body = await list(`?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(body.generation).toBe(1);
      seen.push(...idsIn(body));
      cursor = body.next_cursor;
      await publishUsual(world, { publishedAt: NOW + 60_000 });
      await change(seen[0]!, { title: 'Renamed' }).catch(() => undefined);
    }

    expect(seen).toEqual(expected);
    expect(new Set(seen).size).toBe(7);
  });

  it('begins anew where the generation of a cursor is gone', async () => {
    await publishUsual(world);
    const { next_cursor } = await list('?limit=1');
    // Another instance, after it was swept.
    world = createWorld();
    await publishUsual(world, { publishedAt: NOW + 1 });

    const { status, body } = await get(`/api/issues?limit=1&cursor=${next_cursor}`);

    expect([status, body.error]).toEqual([400, 'cursor_expired']);
    expect(body.message).toMatch(/without a cursor/);
  });

  it.each(['sort=name', 'cursor=x', 'status=new', 'trend=up', 'kind=x', 'limit=0', 'limit=201', 'q=x'])(
    'refuses ?%s',
    async (query) => {
      await publishUsual(world);
      expect((await get(`/api/issues?${query}`)).status).toBe(400);
    },
  );

  it('refuses the cursor of another order or filter', async () => {
    await publishUsual(world);
    const { next_cursor } = await list('?limit=1');

    for (const query of ['sort=growth', 'kind=bug']) {
      expect(await list(`?limit=1&${query}&cursor=${next_cursor}`)).toMatchObject({
        error: 'invalid_cursor',
      });
    }
  });

  it('is empty before anything was grouped, and where there are no tickets', async () => {
    const empty = { success: true, generation: 0, issues: [], next_cursor: null };
    expect(await list()).toEqual(empty);

    world = withTickets(world, undefined);
    expect(await list()).toEqual(empty);
  });

  it('shows nothing of a ticket that was deleted since', async () => {
    await publishUsual(world);
    const shownOf = async () =>
      (await list('?sort=last_seen')).issues.find((one: { id: string }) => one.id === EXPORT);
    const { representative_statement: said } = await shownOf();
    const [gone] = usualGroups()[EXPORT]!.filter(({ analysed }) => analysed?.analysis.statement === said);
    await deleteTicket(world, gone!.id);

    const { representative_statement: says } = await shownOf();

    expect(says).not.toBe(said);
    expect(says).toContain('Export');
  });
});

describe('GET /api/issues/{id}', () => {
  it('has keywords, examples, counts and what happened', async () => {
    await publishUsual(world, { incidents: [anIncident()] });
    await change(LOGIN, { owner: 'dana', note: 'Ask the SSO team.' });

    const { status, headers, body } = await get(`/api/issues/${LOGIN}`);

    expect(status).toBe(200);
    expect(headers.etag).toBe('"1"');
    const { issue } = body;
    expect(issue).toMatchObject({ id: LOGIN, owner: 'dana', note: 'Ask the SSO team.', version: 1 });
    expect(issue.keywords.join(' ')).toMatch(/sso/);
    expect(issue.examples.length).toBeGreaterThan(3);
    expect(issue.examples[0]).toEqual({
      ticket_id: expect.any(String),
      statement: expect.any(String),
      language: 'en',
    });
    expect(issue.series.hours).toHaveLength(168);
    expect(issue.series.days).toHaveLength(90);
    expect(issue.series.hours.at(-1)).toEqual({ t: '2026-02-19T10:00:00.000Z', count: 1, requesters: 1 });
    expect(issue.series.days.at(-1)).toEqual({ t: '2026-02-19T00:00:00.000Z', count: 8, requesters: 8 });
    expect(issue.events.map(({ type, by }: { type: string; by: string }) => [type, by])).toEqual(
      expect.arrayContaining([
        ['owner', 'user-AUTONOMOUS'],
        ['note', 'user-AUTONOMOUS'],
      ]),
    );
  });

  it('has no example whose ticket was deleted since', async () => {
    await publishUsual(world);
    for (const { id } of usualGroups()[LOGIN]!.slice(0, 7)) await deleteTicket(world, id);

    const { issue } = (await get(`/api/issues/${LOGIN}`)).body;

    expect(issue.examples.map(({ ticket_id }: { ticket_id: string }) => ticket_id)).toEqual(['207']);
  });

  it('leads on from an id that was merged away', async () => {
    await publishUsual(world);
    await world.stores.issues.records.putMoves([{ id: UNKNOWN_ISSUE, into: EXPORT }]);

    expect((await get(`/api/issues/${UNKNOWN_ISSUE}`)).body).toEqual({ success: true, moved_to: EXPORT });
    expect((await get(`/api/issues/${UNKNOWN_ISSUE}/tickets`)).body).toEqual({
      success: true,
      moved_to: EXPORT,
    });
  });

  it.each([UNKNOWN_ISSUE, 'x', '../x', '__proto__'])('knows no issue %s', async (id) => {
    await publishUsual(world);
    const { status, body } = await get(`/api/issues/${id}`);

    expect([status, body.error]).toEqual([404, expect.stringMatching(/not_found/)]);
  });

  it('knows none where there are no tickets', async () => {
    world = withTickets(world, undefined);
    expect((await get(`/api/issues/${EXPORT}`)).body.error).toBe('issue_not_found');
  });
});
