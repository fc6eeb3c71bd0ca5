import { beforeEach, describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { anIncident, EXPORT, LOGIN, publishUsual } from '#test/functions/admin-api/fill-issues.ts';
import { deleteTicket, spend, withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const get = (query = '', accept = '*/*') =>
  call(world, { path: `/api/digest${query}`, token: 'SUPERVISED', headers: { accept } });

describe('GET /api/digest', () => {
  it('tells of today as it is now, the incident first', async () => {
    await publishUsual(world, { incidents: [anIncident()] });
    await spend(world, 1_234_567);

    const { status, body } = await get();

    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      date: '2026-02-19',
      generated_at: '2026-02-19T10:30:00.000Z',
      totals: { tickets: 15, requesters: 15, tickets_7d: 15, open_issues: 2 },
      incidents: [{ title: 'Login with SSO fails', issues: [LOGIN] }],
      regressions: [],
      resolved_candidates: [],
      quality: { pending: 0, failed: 0, refused: 0, low_confidence: 0 },
      cost: { day_usd: 1.234567, month_usd: 1.234567 },
    });
    expect(body.incidents[0].examples.length).toBeGreaterThan(0);
    expect(body.top.map(({ id }: { id: string }) => id)).toEqual([LOGIN, EXPORT]);
    expect(JSON.stringify(body)).not.toMatch(/requester-/);
  });

  it.each([
    ['text/markdown', true],
    ['text/markdown; q=0.9, application/json; q=0.5', true],
    ['Text/Markdown', true],
    ['application/json', false],
    ['application/json, text/markdown;q=0.5', false],
    ['text/markdown;q=0', false],
    ['text/markdown;q=x', false],
    ['*/*', false],
    ['', false],
    [',;,', false],
  ])('answers Accept: %s', async (accept, isPage) => {
    await publishUsual(world, { incidents: [anIncident()] });

    const { headers, text } = await get('', accept);

    expect(headers['content-type']).toBe(isPage ? 'text/markdown; charset=utf-8' : 'application/json');
    expect(headers.vary).toBe('accept');
    expect(text.startsWith('# Support tickets on 2026-02-19')).toBe(isPage);
  });

  it('tells of an earlier day what was kept, in the words of now', async () => {
    await publishUsual(world, { incidents: [anIncident()] });
    const { body } = await get();
    const { success: _success, ...kept } = body;
    await world.stores.issues.records.putDigest({ ...kept, date: '2026-02-18' });
    const [said] = kept.incidents[0].examples;
    await deleteTicket(world, said.ticket_id);
    await call(world, { method: 'PATCH', path: `/api/issues/${LOGIN}`, body: { title: 'Broken SSO' } });

    const before = (await get('?date=2026-02-18')).body;

    expect(before.date).toBe('2026-02-18');
    expect(before.totals).toEqual(kept.totals);
    expect(before.top[0].title).toBe('Broken SSO');
    expect(
      before.incidents[0].examples.map(({ ticket_id }: { ticket_id: string }) => ticket_id),
    ).not.toContain(said.ticket_id);
  });

  it.each(['2026-02-18', '2026-02-20', '0001-01-01', '9999-12-31'])('knows none of %s', async (date) => {
    await publishUsual(world);
    const { status, body } = await get(`?date=${date}`);

    expect([status, body.error]).toEqual([404, 'digest_not_found']);
  });

  it('knows none before anything was grouped, and where there are no tickets', async () => {
    expect((await get()).status).toBe(404);
    world = withTickets(world, undefined);
    expect((await get('?date=2026-02-19')).body.error).toBe('digest_not_found');
  });

  it.each(['date=2026-02-30', 'date=today', 'date=2026-2-1', 'date=', 'day=2026-02-19'])(
    'refuses ?%s',
    async (query) => {
      expect((await get(`?${query}`)).status).toBe(400);
    },
  );
});
