import { beforeEach, describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { aTicket } from '#test/functions/admin-api/example-tickets.ts';
import {
  EXPORT,
  LOGIN,
  publishIssues,
  publishUsual,
  usualGroups,
} from '#test/functions/admin-api/fill-issues.ts';
import { deleteTicket, withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const get = (query: string) => call(world, { path: `/api/tickets/search?${query}`, token: 'SUPERVISED' });
const find = async (query: string): Promise<Record<string, unknown>[]> => (await get(query)).body.tickets;
const idsOf = async (query: string) => (await find(query)).map(({ id }) => id);

describe('GET /api/tickets/search', () => {
  it('finds tickets by what they say, with their issue and a score', async () => {
    await publishUsual(world);

    const [first, ...others] = await find('q=login+sso');

    expect(first).toEqual({
      id: expect.stringMatching(/^20\d$/),
      url: expect.stringContaining('/agent/tickets/20'),
      created_at: expect.any(String),
      status: 'open',
      statement: expect.stringContaining('Login with SSO fails'),
      summary: 'Login with SSO fails',
      issue_id: LOGIN,
      score: expect.any(Number),
    });
    expect(others).toHaveLength(7);
  });

  it.each([
    ['q=expor', EXPORT],
    ['q=exprot', EXPORT],
    ['q=LOGIN', LOGIN],
    ['q=billing+login', LOGIN],
  ])('finds by prefix, with typing errors, in any case: ?%s', async (query, issue) => {
    await publishUsual(world);
    expect((await find(query))[0]).toMatchObject({ issue_id: issue });
  });

  it('finds a ticket without an analysis by its text, in any script', async () => {
    const ticket = aTicket({
      id: '900',
      subject: 'ログインできません',
      body: 'パスワードを変更しました。',
      createdAt: NOW,
    });
    await publishIssues(world.stores, { [LOGIN]: [ticket] });

    expect(await idsOf(`q=${encodeURIComponent('パスワード')}`)).toEqual(['900']);
  });

  it('finds nothing of a ticket that was deleted since, or that is no longer grouped', async () => {
    await publishUsual(world);
    expect(await idsOf('q=dark+mode')).toEqual(['300', '301']);

    await deleteTicket(world, '300');
    expect(await idsOf('q=dark+mode')).toEqual(['301']);

    const { [EXPORT]: own = [] } = usualGroups();
    await publishIssues(world.stores, { [EXPORT]: own }, { publishedAt: NOW + 1 });
    expect(await idsOf('q=dark+mode')).toEqual([]);
  });

  it('finds what a later generation brought, in the words of now', async () => {
    await publishUsual(world);
    expect(await idsOf('q=refund')).toEqual([]);

    const groups = {
      ...usualGroups(),
      [EXPORT]: [aTicket({ id: '901', subject: 'Where is my refund please', createdAt: NOW })],
    };
    await publishIssues(world.stores, groups, { publishedAt: NOW + 1 });

    expect(await find('q=refund')).toMatchObject([
      { id: '901', statement: 'Where is my refund please', summary: null },
    ]);
  });

  it('answers as many as are asked for', async () => {
    await publishUsual(world);
    expect(await idsOf('q=login&limit=3')).toHaveLength(3);
  });

  it.each([
    '',
    'q=',
    'q=%20',
    `q=${'x'.repeat(301)}`,
    'q=a&limit=51',
    'q=a&limit=0',
    'q=a&cursor=x',
    'q=%FF',
  ])('refuses ?%s', async (query) => {
    expect((await get(query)).status).toBe(400);
  });

  it('finds nothing before anything was grouped, and where there are no tickets', async () => {
    expect((await get('q=a')).body).toEqual({ success: true, tickets: [] });
    world = withTickets(world, undefined);
    expect((await get('q=a')).body).toEqual({ success: true, tickets: [] });
  });
});
