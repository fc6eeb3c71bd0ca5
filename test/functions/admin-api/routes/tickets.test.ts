import { beforeEach, describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { anAnalysis, aStoredAnalysis } from '#test/functions/admin-api/example-tickets.ts';
import { deleteTicket, putAnalysed, putTicket, withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const list = async (query = '') =>
  (await call(world, { path: `/api/tickets${query}`, token: 'SUPERVISED' })).body;
const show = (id: string) => call(world, { path: `/api/tickets/${id}`, token: 'SUPERVISED' });

describe('GET /api/tickets', () => {
  it('has a ticket in the shape of the contract, and nobody who wrote it', async () => {
    await putAnalysed(world, { correction: { severity: 'high' } });
    const body = await list();

    expect(body).toEqual({
      success: true,
      tickets: [
        {
          id: '35436',
          url: 'https://acme.zendesk.com/agent/tickets/35436',
          subject_redacted: 'Export fails for [EMAIL_1]',
          created_at: '2026-02-19T08:30:00.000Z',
          updated_at: '2026-02-19T09:30:00.000Z',
          status: 'open',
          priority: 'high',
          channel: 'email',
          analysis_state: { status: 'done', reason: null },
          analysis: {
            ...anAnalysis({ severity: 'high' }),
            analysed_at: '2026-02-19T10:29:00.000Z',
            model: 'claude-haiku-5-5',
            schema_version: 1,
            cost_usd: 0.0003,
            corrected: ['severity'],
          },
          issue_id: null,
        },
      ],
      next_cursor: null,
    });
    expect(JSON.stringify(body)).not.toMatch(/requester|@/);
  });

  it('tells where a ticket without an analysis is, and why', async () => {
    const states = [
      { status: 'refused', reason: 'refusal' },
      { status: 'failed', attempts: 3, reason: 'max_tokens' },
      { status: 'excluded', reason: 'scrubbed' },
      { status: 'batched', since: NOW, attempts: 0, batchId: 'b' },
    ] as const;
    for (const [n, analysis] of states.entries()) {
      await putTicket(world, { id: String(n), createdAt: NOW - n, analysis });
    }

    const { tickets } = await list();
    expect(tickets.map(({ analysis_state }: { analysis_state: unknown }) => analysis_state)).toEqual([
      { status: 'refused', reason: 'refusal' },
      { status: 'failed', reason: 'max_tokens' },
      { status: 'excluded', reason: 'scrubbed' },
      { status: 'pending', reason: null },
    ]);
    expect(tickets[0].analysis).toBeNull();
  });

  it('filters by what it knows of a ticket, corrections included', async () => {
    await putAnalysed(world, { id: '1', createdAt: NOW - 86_400_000, correction: { kind: 'billing' } });
    await putAnalysed(world, { id: '2', status: 'solved', createdAt: NOW - 3_600_000 });
    await putTicket(world, { id: '3', createdAt: NOW - 1_000 });
    const found: Record<string, string[]> = {};
    for (const query of [
      'kind=billing',
      'kind=bug',
      'status=solved',
      'severity=medium&sentiment=negative',
      'product_area=billing&language=en',
      'analysis=done',
      'analysis=pending',
      'analysis=refused',
      'from=2026-02-19',
      'from=2026-02-18T10:30:00Z&to=2026-02-19T10:29:59Z',
      'to=2026-02-19T11:30:00%2B01:00',
    ]) {
      found[query] = (await list(`?${query}`)).tickets.map(({ id }: { id: string }) => id);
    }

    expect(found).toEqual({
      'kind=billing': ['1'],
      'kind=bug': ['2'],
      'status=solved': ['2'],
      'severity=medium&sentiment=negative': ['2', '1'],
      'product_area=billing&language=en': ['2', '1'],
      'analysis=done': ['2', '1'],
      'analysis=pending': ['3'],
      'analysis=refused': [],
      'from=2026-02-19': ['3', '2'],
      'from=2026-02-18T10:30:00Z&to=2026-02-19T10:29:59Z': ['2', '1'],
      'to=2026-02-19T11:30:00%2B01:00': ['3', '2', '1'],
    });
  });

  it('pages, the newest first', async () => {
    for (let n = 1; n <= 5; n += 1) await putTicket(world, { id: String(n), createdAt: NOW - n });
    const first = await list('?limit=3');
    const second = await list(`?limit=3&cursor=${first.next_cursor}`);

    const ids = [...first.tickets, ...second.tickets].map(({ id }: { id: string }) => id);
    expect(ids).toEqual(['1', '2', '3', '4', '5']);
    expect(second.next_cursor).toBeNull();
    expect(await list(`?kind=bug&cursor=${first.next_cursor}`)).toMatchObject({ error: 'invalid_cursor' });
  });

  it.each([
    'status=deleted',
    'kind=Bug',
    'severity=1',
    'analysis=excluded',
    'from=yesterday',
    'from=2026-02-30',
    'to=2026-02-19T10:30:00',
    'language=',
    'issue=x',
    'limit=201',
  ])('refuses ?%s', async (query) => {
    expect(await list(`?${query}`)).toMatchObject({ error: 'validation_failed' });
  });

  it('is empty where the tickets are not deployed, and asks no index', async () => {
    await putTicket(world);
    world = withTickets(world, undefined);

    expect(await list('?kind=bug')).toEqual({ success: true, tickets: [], next_cursor: null });
    expect((await show('35436')).status).toBe(404);
  });
});

describe('GET /api/tickets/{id}', () => {
  it('has its text and every analysis of it, without corrections', async () => {
    await putAnalysed(world, {}, aStoredAnalysis({ requestId: 'old', analysedAt: NOW - 9_000_000 }));
    await putAnalysed(world, { isTruncated: true, correction: { kind: 'outage' } });
    const { ticket } = (await show('35436')).body;

    expect(ticket).toMatchObject({
      text_redacted: 'The export of [EMAIL_1] has not ended since this morning.',
      is_truncated: true,
      analysis: { kind: 'outage', corrected: ['kind'] },
      history: [
        { kind: 'bug', analysed_at: '2026-02-19T10:29:00.000Z' },
        { kind: 'bug', analysed_at: '2026-02-19T08:00:00.000Z' },
      ],
    });
    expect(JSON.stringify(ticket)).not.toMatch(/requester/);
  });

  it('is not there any more once the ticket is deleted', async () => {
    await putAnalysed(world);
    await deleteTicket(world, '35436');

    expect(await show('35436')).toMatchObject({ status: 404, body: { error: 'ticket_not_found' } });
    expect((await list()).tickets).toEqual([]);
  });

  it.each(['1', 'x', '-1', '%00', '1e3', '9'.repeat(400), 'a/b'])('does not know %.20s', async (id) => {
    expect(await show(id)).toMatchObject({ status: 404, body: { error: 'ticket_not_found' } });
  });
});

describe('POST /api/tickets/{id}/reanalyse', () => {
  const reanalyse = (id = '35436') => call(world, { method: 'POST', path: `/api/tickets/${id}/reanalyse` });

  it('has it wait, and keeps the analysis that there is and what was put right', async () => {
    await putAnalysed(world, { correction: { severity: 'low' } });

    expect(await reanalyse()).toMatchObject({ status: 202, body: { id: '35436', analysis: 'pending' } });
    expect((await show('35436')).body.ticket).toMatchObject({
      analysis_state: { status: 'pending' },
      analysis: { severity: 'low', corrected: ['severity'] },
    });
  });

  it('leaves a ticket to the batch that it is in', async () => {
    const analysis = { status: 'batched', since: NOW, attempts: 0, batchId: 'b' } as const;
    await putTicket(world, { analysis });

    expect((await reanalyse()).status).toBe(202);
    expect((await world.stores.tickets.get('35436')) as object).toMatchObject({ analysis });
  });

  it('refuses what is not analysed at all, and does not know what is gone', async () => {
    await putTicket(world, { analysis: { status: 'excluded', reason: 'empty' } });

    expect(await reanalyse()).toMatchObject({ status: 409, body: { error: 'not_analysable' } });
    expect(await reanalyse('1')).toMatchObject({ status: 404, body: { error: 'ticket_not_found' } });
  });
});

describe('PATCH /api/tickets/{id}/analysis', () => {
  const correct = (body: unknown, id = '35436') =>
    call(world, { method: 'PATCH', path: `/api/tickets/${id}/analysis`, body });

  it('keeps what an operator knows better, field by field', async () => {
    await putAnalysed(world);
    await correct({ kind: 'outage' });
    const { status, body } = await correct({ severity: 'critical', product_area: 'other' });

    expect(status).toBe(200);
    expect(body.ticket.analysis).toMatchObject({
      ...{ kind: 'outage', severity: 'critical', product_area: 'other' },
      corrected: ['kind', 'severity', 'product_area'],
    });
  });

  it('takes no area that is none, and names those that are', async () => {
    await putAnalysed(world);

    expect(await correct({ product_area: 'biling' })).toMatchObject({
      status: 400,
      body: { details: [{ field: 'product_area', message: expect.stringMatching(/billing, other/) }] },
    });
  });

  it('refuses where there is no analysis yet, and does not know what is gone', async () => {
    await putTicket(world);

    expect(await correct({ kind: 'bug' })).toMatchObject({ status: 409, body: { error: 'not_analysed' } });
    expect(await correct({ kind: 'bug' }, '1')).toMatchObject({ status: 404 });
  });

  it.each([{}, { kind: 'Bug' }, { severity: null }, { sentiment: 'negative' }, undefined])(
    'refuses %j',
    async (body) => {
      await putAnalysed(world);

      expect(await correct(body)).toMatchObject({ status: 400, body: { error: 'validation_failed' } });
    },
  );
});
