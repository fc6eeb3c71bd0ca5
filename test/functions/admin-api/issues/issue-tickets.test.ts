import { beforeEach, describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import {
  EXPORT,
  LOGIN,
  publishIssues,
  publishUsual,
  SMALL,
  ticketsSaying,
  UNKNOWN_ISSUE,
} from '#test/functions/admin-api/fill-issues.ts';
import { deleteTicket, withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const get = (path: string) => call(world, { path, token: 'SUPERVISED' });

describe('GET /api/issues/{id}/tickets and GET /api/tickets?issue=', () => {
  const tickets = async (path: string) => (await get(path)).body;
  const ticketIds = (body: { tickets: { id: string }[] }) => body.tickets.map(({ id }) => id);

  it('has the tickets of the issue, the newest first, with its id', async () => {
    await publishUsual(world);

    for (const path of [`/api/issues/${EXPORT}/tickets`, `/api/tickets?issue=${EXPORT}`]) {
      const body = await tickets(path);
      expect(ticketIds(body)).toEqual(['100', '101', '102', '103', '104']);
      expect(body.tickets.every((one: { issue_id: string }) => one.issue_id === EXPORT)).toBe(true);
    }
  });

  it('pages through tickets of many days, without those that are gone', async () => {
    const old = ticketsSaying('Export is slow', { first: 400, count: 30, at: NOW - 20 * 86_400_000 });
    const spread = old.map((ticket, n) => ({ ...ticket, createdAt: NOW - n * 26 * 3_600_000 }));
    await publishIssues(world.stores, { [EXPORT]: spread });
    await deleteTicket(world, '405');

    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const body = await tickets(`/api/issues/${EXPORT}/tickets?limit=7${cursor && `&cursor=${cursor}`}`);
      seen.push(...ticketIds(body));
      cursor = body.next_cursor;
    }

    expect(seen).toEqual(spread.map(({ id }) => id).filter((id) => id !== '405'));
  });

  it('narrows them down by the other filters', async () => {
    const [first, ...others] = ticketsSaying('Export is slow', { first: 100 });
    await publishIssues(world.stores, { [EXPORT]: [{ ...first!, status: 'solved' }, ...others] });

    expect(ticketIds(await tickets(`/api/tickets?issue=${EXPORT}&status=solved`))).toEqual(['100']);
    expect(ticketIds(await tickets(`/api/tickets?issue=${EXPORT}&to=2026-02-19T08:00:00Z`))).toEqual([
      '103',
      '104',
    ]);
    expect(ticketIds(await tickets(`/api/tickets?issue=${EXPORT}&from=2026-02-19T10:00:00Z`))).toEqual([
      '100',
    ]);
    expect(ticketIds(await tickets(`/api/tickets?issue=${EXPORT}&kind=billing`))).toEqual([]);
    expect(ticketIds(await tickets(`/api/tickets?issue=${UNKNOWN_ISSUE}`))).toEqual([]);
  });

  it('follows an id that was merged away', async () => {
    await publishUsual(world);
    await world.stores.issues.records.putMoves([{ id: UNKNOWN_ISSUE, into: EXPORT }]);

    expect(ticketIds(await tickets(`/api/tickets?issue=${UNKNOWN_ISSUE}`))).toHaveLength(5);
  });

  it('tells the issue of each ticket in the list of all', async () => {
    await publishUsual(world);
    const body = await tickets('/api/tickets?limit=200');
    const [one] = body.tickets.filter(({ id }: { id: string }) => id === '203');

    expect(one.issue_id).toBe(LOGIN);
    expect((await get('/api/tickets/300')).body.ticket.issue_id).toBe(SMALL);
  });

  it.each(['cursor=x', 'limit=x', 'status=open'])('refuses ?%s', async (query) => {
    await publishUsual(world);
    expect((await get(`/api/issues/${EXPORT}/tickets?${query}`)).status).toBe(400);
  });

  it('knows no tickets where none are deployed', async () => {
    world = withTickets(world, undefined);
    expect((await get(`/api/issues/${EXPORT}/tickets`)).status).toBe(404);
    expect(ticketIds(await tickets(`/api/tickets?issue=${EXPORT}`))).toEqual([]);
  });
});
