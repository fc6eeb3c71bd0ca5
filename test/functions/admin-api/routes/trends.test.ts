import { beforeEach, describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import {
  anIncident,
  EXPORT,
  LOGIN,
  publishIssues,
  publishUsual,
  ticketsSaying,
  UNKNOWN_ISSUE,
} from '#test/functions/admin-api/fill-issues.ts';
import { withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

const DAY_MS = 86_400_000;

let world: World;
beforeEach(() => {
  world = createWorld();
});

const get = (path: string) => call(world, { path, token: 'SUPERVISED' });
const trend = async (query = '') => (await get(`/api/trends${query}`)).body;

describe('GET /api/trends', () => {
  it('counts all tickets of the last week by the hour', async () => {
    await publishUsual(world);

    const body = await trend();

    expect(body).toMatchObject({
      success: true,
      dimension: 'total',
      id: null,
      step: 'hour',
      timezone: 'UTC',
    });
    expect(body.points).toHaveLength(169);
    expect(body.points.at(-1)).toEqual({
      ...{ t: '2026-02-19T10:00:00.000Z', count: 3, requesters: 3 },
      ...{ expected: null, low: null, high: null, alert: null },
    });
  });

  it('counts 90 days by the day', async () => {
    await publishUsual(world);
    const { points } = await trend('?step=day');

    expect(points).toHaveLength(91);
    expect(points.at(-1)).toMatchObject({ t: '2026-02-19T00:00:00.000Z', count: 15, requesters: 15 });
  });

  it.each([
    [`dimension=issue&id=${LOGIN}`, 8],
    ['dimension=product_area&id=billing', 15],
    ['dimension=product_area&id=nothing', 0],
    ['dimension=kind&id=bug', 15],
    ['dimension=total&from=2026-02-19T10:00:00Z', 3],
    ['dimension=total&from=2026-02-19&to=2026-02-19T04:00:00Z', 1],
  ])('counts ?%s', async (query, expected) => {
    await publishUsual(world);
    const { points } = await trend(`?${query}`);

    expect(points.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(expected);
  });

  it('has what was to be expected once there are 28 days of history, and marks the incident', async () => {
    const tickets = Array.from({ length: 60 }, (_, n) =>
      ticketsSaying('Login with SSO fails', { first: 1_000 + 10 * n, count: 4, at: NOW - n * DAY_MS }),
    ).flat();
    await publishIssues(world.stores, { [LOGIN]: tickets }, { incidents: [anIncident()] });

    const { points } = await trend(`?dimension=issue&id=${LOGIN}`);

    const last = points.at(-1);
    expect(last.expected).toBeGreaterThan(0);
    expect(last.low).toBeLessThanOrEqual(last.expected);
    expect(last.high).toBeGreaterThan(last.expected);
    expect(
      points.filter(({ alert }: { alert: string | null }) => alert !== null).map(({ t }: { t: string }) => t),
    ).toEqual(['2026-02-19T08:00:00.000Z', '2026-02-19T09:00:00.000Z']);
  });

  it('leads on from an issue that was merged away, and knows no other', async () => {
    await publishUsual(world);
    await world.stores.issues.records.putMoves([{ id: UNKNOWN_ISSUE, into: EXPORT }]);

    expect((await trend(`?dimension=issue&id=${UNKNOWN_ISSUE}`)).id).toBe(EXPORT);
    expect((await get('/api/trends?dimension=issue&id=nonsense')).status).toBe(404);
  });

  it.each([
    'dimension=issue',
    'dimension=total&id=x',
    'dimension=language&id=en',
    'step=week',
    'from=2026-02-19&to=2026-02-19',
    'from=2026-02-20&to=2026-02-19',
    'from=2026-01-01&to=2026-02-19',
    'step=day&from=2020-01-01',
    'from=yesterday',
    'from=2026-02-30',
    'to=9999-99-99',
    'limit=5',
  ])('refuses ?%s', async (query) => {
    await publishUsual(world);
    expect(await trend(`?${query}`)).toMatchObject({ error: 'validation_failed' });
  });

  it('takes a time long before and long after any ticket', async () => {
    await publishUsual(world);

    for (const [from, to] of [
      ['1970-01-01', '1970-01-02'],
      ['0001-01-01', '0001-01-02'],
      ['9999-12-30', '9999-12-31'],
    ]) {
      const { status, body } = await get(`/api/trends?from=${from}&to=${to}`);
      expect(status).toBe(200);
      expect(body.points).toEqual([]);
    }
  });

  it('has no points before anything was grouped, and where there are no tickets', async () => {
    expect((await trend()).points).toEqual([]);
    world = withTickets(world, undefined);
    expect((await trend()).points).toEqual([]);
  });
});

describe('GET /api/trends/alerts', () => {
  it('lists incidents, the newest first, in the shape of the contract', async () => {
    const closed = anIncident({
      id: '490000-total',
      title: 'Older',
      closedAt: NOW - 40 * DAY_MS,
      openedAt: NOW - 41 * DAY_MS,
    });
    await publishUsual(world, { incidents: [anIncident(), closed] });

    const { body } = await get('/api/trends/alerts');

    expect(body.incidents).toHaveLength(2);
    expect(body.incidents[0]).toEqual({
      id: anIncident().id,
      title: 'Login with SSO fails',
      opened_at: '2026-02-19T09:30:00.000Z',
      closed_at: null,
      retrospective: false,
      p: 1e-9,
      observed: 8,
      expected: 0.15,
      window_h: 3,
      issues: [LOGIN],
      tickets: 2,
      requesters: 2,
    });
    expect((await get('/api/trends/alerts?state=open')).body.incidents).toHaveLength(1);
    expect((await get('/api/trends/alerts?state=closed')).body.incidents[0].title).toBe('Older');
    const first = (await get('/api/trends/alerts?limit=1')).body;
    expect(
      (await get(`/api/trends/alerts?limit=1&cursor=${first.next_cursor}`)).body.incidents[0].title,
    ).toBe('Older');
  });

  it.each(['state=x', 'cursor=x', 'limit=0'])('refuses ?%s', async (query) => {
    expect((await get(`/api/trends/alerts?${query}`)).status).toBe(400);
  });

  it('is empty where there are no tickets', async () => {
    world = withTickets(world, undefined);
    expect((await get('/api/trends/alerts')).body).toEqual({
      success: true,
      incidents: [],
      next_cursor: null,
    });
  });
});
