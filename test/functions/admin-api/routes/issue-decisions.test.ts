import { beforeEach, describe, expect, it } from 'vitest';
import { GenerationChangedError } from '#core/issues/errors.ts';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import type { DayOfCounts, NextGeneration } from '#core/issues/issue-generation.ts';
import { countsOfDays } from '#core/issues/summaries/count-days.ts';
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
} from '#test/functions/admin-api/fill-issues.ts';
import { withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { createWorld, type World, withServices } from '#test/functions/admin-api/world.ts';

let world: World;
beforeEach(async () => {
  world = createWorld();
  await publishUsual(world, { incidents: [anIncident({ issues: [LOGIN, EXPORT] })] });
});

const get = async (path: string) => (await call(world, { path })).body;
const merge = (id: string, into: unknown, of = world) =>
  call(of, { method: 'POST', path: `/api/issues/${id}/merge`, body: { into } });
const split = (id: string, ticket_ids: unknown, of = world) =>
  call(of, { method: 'POST', path: `/api/issues/${id}/split`, body: { ticket_ids } });
const patch = (id: string, body: unknown) =>
  call(world, { method: 'PATCH', path: `/api/issues/${id}`, body });

/** All that the newest generation has. */
async function generation() {
  const { generations } = world.stores.issues;
  const current = (await generations.current())!;
  const days = await generations.readDays(current, current.days.keys());
  const tickets: GroupedTicket[] = [...days.values()].flatMap((day) => day.tickets);
  const counts = await generations.readCounts(current, current.countedDays);
  return { ...current, dayMap: days, tickets, counts, issues: await generations.readIssues(current) };
}

/** Counts without series that have only zeros, to be compared. */
const plain = (counts: ReadonlyMap<string, DayOfCounts>) =>
  [...counts].map(([day, { hours }]) => [
    day,
    Object.fromEntries([...hours].filter(([, { arrivals }]) => arrivals.some((one) => one > 0))),
  ]);

describe('POST /api/issues/{id}/merge', () => {
  it('makes one issue of two at once, under the id that stays', async () => {
    await patch(EXPORT, { owner: 'dana' });

    const { status, body } = await merge(EXPORT, LOGIN);

    expect(status).toBe(200);
    expect(body).toMatchObject({ generation: 2, issue: { id: LOGIN, tickets_total: 13, owner: 'dana' } });
    expect(await get(`/api/issues/${EXPORT}`)).toEqual({ success: true, moved_to: LOGIN });
    expect((await get('/api/issues')).issues.map(({ id }: { id: string }) => id)).toEqual([LOGIN]);
    expect((await get(`/api/tickets?issue=${EXPORT}`)).tickets).toHaveLength(13);
    expect((await get('/api/tickets/100')).ticket.issue_id).toBe(LOGIN);
    expect((await get('/api/trends/alerts')).incidents[0].issues).toEqual([LOGIN]);
    const events = (await get(`/api/issues/${LOGIN}`)).issue.events;
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'merged_into', by: 'user-AUTONOMOUS', data: { from: EXPORT } }),
    );
  });

  it('leaves counts that are those of a recount, and loses no ticket', async () => {
    await merge(EXPORT, LOGIN);
    await merge(SMALL, LOGIN);

    const { dayMap, tickets, counts, issues, decisions } = await generation();

    expect(decisions).toBe(2);
    expect(tickets).toHaveLength(15);
    expect(new Set(tickets.map(({ issueId }) => issueId))).toEqual(new Set([LOGIN]));
    expect(issues.map(({ id, ticketsTotal }) => [id, ticketsTotal])).toEqual([[LOGIN, 15]]);
    expect(plain(counts)).toEqual(plain(countsOfDays(dayMap.values(), '2025-01-01')));
  });

  it('leads on over several merges', async () => {
    await merge(SMALL, EXPORT);
    await merge(EXPORT, LOGIN);

    expect(await get(`/api/issues/${SMALL}`)).toEqual({ success: true, moved_to: LOGIN });
  });

  it('refuses a merge into itself', async () => {
    const { status, body } = await merge(LOGIN, LOGIN);
    expect([status, body.details[0].field]).toEqual([400, 'into']);
  });

  it('refuses one of, or into, an issue that was merged away, and says where it is', async () => {
    await merge(EXPORT, LOGIN);

    for (const answer of [await merge(SMALL, EXPORT), await merge(EXPORT, SMALL)]) {
      expect(answer).toMatchObject({ status: 409, body: { error: 'issue_moved', moved_to: LOGIN } });
    }
    expect(await world.stores.issues.records.decisions()).toHaveLength(1);
  });

  it('refuses one into an issue that has no tickets any more', async () => {
    await patch(EXPORT, { owner: 'dana' });
    const { generations } = world.stores.issues;
    const current = await generation();
    const empty = current.issues.map((one) =>
      one.id === EXPORT ? { ...one, ticketsTotal: 0, days: [] } : one,
    );
    const { syncedUntil, completeSince, decisions, consolidatedAt } = current;
    const kept = {
      publishedAt: NOW,
      syncedUntil,
      completeSince,
      decisions,
      consolidatedAt,
      days: [],
      counts: new Map(),
    };
    await generations.publish(current, { ...kept, issues: empty });

    expect(await merge(LOGIN, EXPORT)).toMatchObject({ status: 409, body: { error: 'issue_empty' } });
  });

  it.each([[UNKNOWN_ISSUE], ['nonsense']])('knows no issue %s', async (id) => {
    expect((await merge(LOGIN, id)).body.error).toBe('issue_not_found');
    expect((await merge(id, LOGIN)).body.error).toBe('issue_not_found');
    expect(await world.stores.issues.records.decisions()).toEqual([]);
  });

  it.each([[undefined], [null], [7], [''], ['x'.repeat(65)], [['a']]])(
    'refuses %j as the issue to merge into',
    async (into) => {
      expect((await merge(LOGIN, into)).status).toBe(400);
    },
  );

  it('is none where there are no tickets', async () => {
    expect((await merge(LOGIN, EXPORT, withTickets(world, undefined))).status).toBe(404);
  });

  it('brings in what was decided before and never published', async () => {
    const { records } = world.stores.issues;
    await records.decide({ type: 'merge', issue: SMALL, into: EXPORT, at: NOW, by: 'eve' });

    await merge(EXPORT, LOGIN);

    expect((await generation()).decisions).toBe(2);
    expect(await get(`/api/issues/${SMALL}`)).toEqual({ success: true, moved_to: LOGIN });
    expect((await get(`/api/tickets?issue=${LOGIN}`)).tickets).toHaveLength(15);
  });

  it('both happen of two at the same time', async () => {
    const answers = await Promise.all([merge(EXPORT, LOGIN), merge(SMALL, LOGIN)]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await get(`/api/issues/${LOGIN}`)).issue.tickets_total).toBe(15);
  });

  it('begins again where a run publishes meanwhile, and counts in what that brought', async () => {
    const racing = withPublish(1, async () => {
      const later = ticketsSaying('Export to CSV times out', { first: 500, count: 6 });
      const small = ticketsSaying('Login with SSO fails', { first: 200, count: 8 });
      await publishIssues(world.stores, { [EXPORT]: later, [LOGIN]: small }, { publishedAt: NOW + 1 });
    });

    const { status, body } = await merge(EXPORT, LOGIN, racing);

    expect([status, body.generation, body.issue.tickets_total]).toEqual([200, 3, 14]);
    expect(world.waits.length).toBe(1);
  });

  it('is left to the run that publishes each time', async () => {
    const racing = withPublish(99, async () => undefined);

    expect(await merge(EXPORT, LOGIN, racing)).toMatchObject({
      status: 202,
      body: { success: true, issue_id: LOGIN, status: 'decided' },
    });
    expect(await world.stores.issues.records.decisions()).toHaveLength(1);
  });
});

/** The same world, in which somebody else publishes first, so many times. */
function withPublish(times: number, publishFirst: () => Promise<void>): World {
  const tickets = world.services.tickets!;
  const { generations } = world.stores.issues;
  let left = times;
  const publish: typeof generations.publish = async (before, next: NextGeneration) => {
    if (left-- <= 0) return generations.publish(before, next);
    await publishFirst();
    throw new GenerationChangedError(before?.number ?? 0);
  };
  return withServices(world, {
    tickets: {
      ...tickets,
      issues: async () => ({ ...(await tickets.issues()), generations: { ...generations, publish } }),
    },
  });
}

describe('POST /api/issues/{id}/split', () => {
  it('makes an issue of its own of some tickets, which is listed however small it is', async () => {
    const { status, body } = await split(LOGIN, ['200', '203']);

    expect(status).toBe(200);
    const { issue } = body;
    expect(issue).toMatchObject({ tickets_total: 2, status: 'open' });
    expect(issue.id).not.toBe(LOGIN);
    expect((await get(`/api/issues/${LOGIN}`)).issue.tickets_total).toBe(6);
    expect((await get('/api/tickets/203')).ticket.issue_id).toBe(issue.id);
    expect((await get('/api/issues')).issues.map(({ id }: { id: string }) => id)).toContain(issue.id);
    expect(issue.events).toContainEqual(
      expect.objectContaining({ type: 'split_from', data: { from: LOGIN, tickets: 2 } }),
    );
    const [decision] = await world.stores.issues.records.decisions();
    expect(decision).toMatchObject({ type: 'split', by: 'user-AUTONOMOUS', into: issue.id });
    expect(decision).toHaveProperty('rest.length', 6);
  });

  it('leaves counts that are those of a recount', async () => {
    await split(LOGIN, ['200', '203']);
    const { dayMap, counts } = await generation();

    expect(plain(counts)).toEqual(plain(countsOfDays(dayMap.values(), '2025-01-01')));
  });

  it('takes an id that is named twice once', async () => {
    expect((await split(LOGIN, ['200', '200'])).body.issue.tickets_total).toBe(1);
  });

  it('refuses tickets that are not in the issue, and names them', async () => {
    const { status, body } = await split(LOGIN, ['200', '100', '999']);

    expect(status).toBe(400);
    expect(body.details[0].message).toMatch(/these are not: 100, 999/);
    expect(await world.stores.issues.records.decisions()).toEqual([]);
  });

  it('refuses to split all of its tickets off', async () => {
    const all = Array.from({ length: 8 }, (_, n) => String(200 + n));
    expect((await split(LOGIN, all)).body.details[0].message).toMatch(/must leave a ticket/);
  });

  it.each([
    [undefined],
    [[]],
    ['200'],
    [[200]],
    [['x']],
    [['1'.repeat(21)]],
    [Array.from({ length: 1_001 }, (_, n) => String(n))],
    [Array.from({ length: 10_000 }, (_, n) => String(n))],
  ])('refuses %j', async (ids) => {
    expect((await split(LOGIN, ids)).status).toBe(400);
  });

  it('names ten of a thousand strangers', async () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => String(10_000 + n));
    expect((await split(LOGIN, ids)).body.details[0].message).toMatch(/10009 and 990 more$/);
  });

  it('splits none that was merged away, or that there is not', async () => {
    await merge(EXPORT, LOGIN);

    expect((await split(EXPORT, ['100'])).body.error).toBe('issue_moved');
    expect((await split(UNKNOWN_ISSUE, ['100'])).body.error).toBe('issue_not_found');
  });

  it('can be taken back by a merge', async () => {
    const { body } = await split(LOGIN, ['200', '203']);

    expect((await merge(body.issue.id, LOGIN)).body.issue.tickets_total).toBe(8);
  });
});
