import { describe, expect, it } from 'vitest';
import {
  ask,
  claudeForTest,
  createBatch,
  resultsOf,
  ticketParams,
} from '#test/local/claude/claude-client.ts';

const HOUR_MS = 3_600_000;
const read = (claude: ReturnType<typeof claudeForTest>, id: string) =>
  ask(claude, `/v1/messages/batches/${id}`);
const tickets = (count: number) =>
  Array.from({ length: count }, (_, index) => `The export fails, case ${index}.`);

describe('A batch', () => {
  it('shows nothing of its progress until it ends', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 600 } });
    const id = await createBatch(claude, ...tickets(3));
    claude.clock.ms += 599_000;
    const before = await read(claude, id);
    const early = await ask(claude, `/v1/messages/batches/${id}/results`);
    claude.clock.ms += 1000;
    const after = await read(claude, id);

    expect(before.body).toMatchObject({
      type: 'message_batch',
      processing_status: 'in_progress',
      request_counts: { processing: 3, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      created_at: '2026-11-01T12:00:00.000Z',
      expires_at: '2026-11-02T12:00:00.000Z',
      ended_at: null,
      results_url: null,
    });
    expect(early.status).toBe(404);
    expect(after.body).toMatchObject({
      processing_status: 'ended',
      request_counts: { processing: 0, succeeded: 3 },
      ended_at: '2026-11-01T12:10:00.000Z',
      results_url: `http://claude.test/v1/messages/batches/${id}/results`,
    });
  });

  it('gives every result once, in another order, at half the price', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 0 } });
    const id = await createBatch(claude, ...tickets(50));
    await read(claude, id);
    const lines = await resultsOf(claude, id);
    const ids = lines.map((line) => line.custom_id);
    const { usage } = lines[0].result.message;

    expect(new Set(ids)).toEqual(new Set(tickets(50).map((_, index) => `t-${index}`)));
    expect(ids).toHaveLength(50);
    expect(ids).not.toEqual([...ids].sort((a, b) => Number(a.slice(2)) - Number(b.slice(2))));
    expect(usage.service_tier).toBe('batch');
    expect(claude.stats.batch.messages).toBe(50);
    expect(claude.stats.batch.costMicroUsd).toBeCloseTo(
      claude.stats.batch.inputTokens * 0.05 + claude.stats.batch.outputTokens * 0.25,
    );
  });

  it('names another host for its results once told to', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 0, resultsOrigin: 'https://evil.example' } });
    const { body } = await read(claude, await createBatch(claude, 'x'));
    expect(body.results_url).toMatch(/^https:\/\/evil\.example\//);
  });

  it('finds out only while it is worked off that parameters are wrong, and charges nothing for them', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 0 } });
    const bad = {
      ...ticketParams('x'),
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
    };
    const requests = [
      { custom_id: 'bad', params: bad },
      { custom_id: 'good', params: ticketParams('x') },
    ];
    const { status, body } = await ask(claude, '/v1/messages/batches', { json: { requests } });
    const ended = await read(claude, body.id);
    const lines = await resultsOf(claude, body.id);

    expect(status).toBe(200);
    expect(ended.body.request_counts).toMatchObject({ succeeded: 1, errored: 1 });
    expect(lines.find((line) => line.custom_id === 'bad').result).toMatchObject({
      type: 'errored',
      error: {
        type: 'error',
        error: { type: 'invalid_request_error' },
        request_id: expect.stringMatching(/^req_/),
      },
    });
    expect(claude.stats.batch.messages).toBe(1);
  });

  it('is worked off in slices when it is very large', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 0 } });
    const requests = Array.from({ length: 20_001 }, (_, index) => ({ custom_id: `t-${index}`, params: {} }));
    const { body } = await ask(claude, '/v1/messages/batches', { json: { requests } });
    const first = await read(claude, body.id);
    const second = await read(claude, body.id);

    expect(first.body).toMatchObject({
      processing_status: 'in_progress',
      request_counts: { processing: 20_001 },
    });
    expect(second.body).toMatchObject({ processing_status: 'ended', request_counts: { errored: 20_001 } });
  });

  it('expires after 24 hours with what is done until then', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 48 * 3600 } });
    const id = await createBatch(claude, ...tickets(10));
    claude.clock.ms += 24 * HOUR_MS;

    expect((await read(claude, id)).body).toMatchObject({
      processing_status: 'ended',
      request_counts: { processing: 0, succeeded: 5, expired: 5 },
    });
    expect(claude.stats.batch.messages).toBe(5);
  });

  it('is canceled in two steps, partly worked off', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 100, cancelSeconds: 10 } });
    const id = await createBatch(claude, ...tickets(10));
    claude.clock.ms += 30_000;
    const canceling = await ask(claude, `/v1/messages/batches/${id}/cancel`, { method: 'POST' });
    claude.clock.ms += 10_000;
    const ended = await read(claude, id);
    const types = (await resultsOf(claude, id)).map(({ result }) => result.type);

    expect(canceling.body).toMatchObject({
      processing_status: 'canceling',
      cancel_initiated_at: '2026-11-01T12:00:30.000Z',
      request_counts: { processing: 10 },
    });
    expect(ended.body).toMatchObject({
      processing_status: 'ended',
      request_counts: { processing: 0, succeeded: 3, canceled: 7 },
      ended_at: '2026-11-01T12:00:40.000Z',
    });
    expect(types.filter((type) => type === 'canceled')).toHaveLength(7);
    expect((await ask(claude, `/v1/messages/batches/${id}/cancel`, { method: 'POST' })).status).toBe(400);
  });

  it('can be deleted once it has ended, and not before', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 10 } });
    const id = await createBatch(claude, 'x');
    const early = await ask(claude, `/v1/messages/batches/${id}`, { method: 'DELETE' });
    claude.clock.ms += 10_000;
    const deleted = await ask(claude, `/v1/messages/batches/${id}`, { method: 'DELETE' });

    expect(early.status).toBe(400);
    expect(deleted.body).toEqual({ id, type: 'message_batch_deleted' });
    expect((await read(claude, id)).status).toBe(404);
    expect((await ask(claude, `/v1/messages/batches/${id}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('keeps its results for 29 days', async () => {
    const claude = claudeForTest();
    const id = await createBatch(claude, 'x');
    claude.clock.ms += 29 * 24 * HOUR_MS;

    expect((await read(claude, id)).body).toMatchObject({
      results_url: null,
      archived_at: '2026-11-30T12:00:00.000Z',
    });
    expect((await ask(claude, `/v1/messages/batches/${id}/results`)).status).toBe(404);
  });
});

describe('POST /v1/messages/batches', () => {
  const params = ticketParams('x');
  it.each([
    [{}, /^requests: Field required$/],
    [{ requests: 'all' }, /valid array/],
    [{ requests: [] }, /at least 1/],
    [{ requests: [{ params }] }, /requests\.0\.custom_id: Field required/],
    [{ requests: [{ custom_id: 'with space', params }] }, /pattern/],
    [{ requests: [{ custom_id: 'x'.repeat(65), params }] }, /pattern/],
    [{ requests: [{ custom_id: 'a' }] }, /params: Field required/],
    [{ requests: [{ custom_id: 'a', params: 1 }] }, /params: Input should be an object/],
    [
      {
        requests: [
          { custom_id: 'a', params },
          { custom_id: 'a', params },
        ],
      },
      /requests\.1\..*Duplicate/,
    ],
    [{ requests: Array.from({ length: 100_001 }, () => ({})) }, /at most 100000/],
  ])('refuses what is no list of requests (%#)', async (json, reason) => {
    const { status, body } = await ask(claudeForTest(), '/v1/messages/batches', { json });
    expect([status, body.error.type]).toEqual([400, 'invalid_request_error']);
    expect(body.error.message).toMatch(reason);
  });
});

describe('GET /v1/messages/batches', () => {
  it('lists them, the newest first, forwards and backwards', async () => {
    const claude = claudeForTest();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift(await createBatch(claude, `x${count}`));
    const list = async (query: string) => {
      const { body } = await ask(claude, `/v1/messages/batches?${query}`);
      return [body.data.map(({ id }: { id: string }) => ids.indexOf(id)), body.has_more];
    };

    expect(await list('limit=2')).toEqual([[0, 1], true]);
    expect(await list(`limit=2&after_id=${ids[1]}`)).toEqual([[2, 3], true]);
    expect(await list(`limit=2&after_id=${ids[3]}`)).toEqual([[4], false]);
    expect(await list(`limit=2&before_id=${ids[3]}`)).toEqual([[1, 2], true]);
    expect(await list('')).toEqual([[0, 1, 2, 3, 4], false]);
    expect((await ask(claude, '/v1/messages/batches?limit=1001')).status).toBe(400);
    expect((await ask(claude, '/v1/messages/batches?after_id=msgbatch_none')).status).toBe(404);
  });
});
