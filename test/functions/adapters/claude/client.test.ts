import { describe, expect, it } from 'vitest';
import { createClaude } from '#adapters/claude/client.ts';
import { analysisRequest } from '#core/tickets/analysis/prompt.ts';
import type { BatchResult } from '#core/tickets/claude.ts';
import { createClaude as createStandIn } from '#local/claude/claude.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const NOON = Date.parse('2026-11-27T12:00:00Z');
const REQUEST = analysisRequest(
  { subject: 'Export', body: 'The secret export fails.' },
  { model: 'claude-haiku-5-5', maxTokens: 2_048, effort: 'low', areas: [] },
);

function setUp({ remainingMs = 900_000, apiKey }: { remainingMs?: number; apiKey?: string } = {}) {
  const clock = createVirtualClock(NOON);
  const standIn = createStandIn({ now: clock.now, sleep: (ms) => clock.sleep(ms) });
  const asked: string[] = [];
  const claude = createClaude({
    apiKey: apiKey ?? standIn.apiKey,
    baseUrl: 'http://claude.test',
    fetch: async (input, init) => {
      asked.push(String(input));
      return standIn.fetch(input, init);
    },
    now: clock.now,
    sleep: clock.sleep,
    remainingMs: () => remainingMs,
  });
  const batchOf = (count: number) =>
    claude.submitBatch(Array.from({ length: count }, (_, n) => ({ customId: `b-${n}`, params: REQUEST })));
  return { clock, standIn, claude, asked, batchOf };
}

async function all(results: AsyncIterable<BatchResult>): Promise<BatchResult[]> {
  const found: BatchResult[] = [];
  for await (const result of results) found.push(result);
  return found;
}

describe('Function: createClaude', () => {
  it('asks, and gives the answer with its request id and usage', async () => {
    const { claude } = setUp();

    expect(await claude.ask(REQUEST)).toMatchObject({
      requestId: expect.stringMatching(/^req_/),
      message: { stop_reason: 'end_turn', usage: { input_tokens: expect.any(Number) } },
    });
  });

  it('tells what a model is', async () => {
    const { claude, standIn } = setUp();
    standIn.models.setLifecycle('claude-haiku-5-5', 'deprecated');

    expect(await claude.model('claude-haiku-5-5')).toMatchObject({
      lifecycle: 'deprecated',
      canBatch: true,
      canStructure: true,
    });
    await expect(claude.model('claude-haiku-99')).rejects.toMatchObject({ code: 'claude_model_unavailable' });
  });

  it('takes a batch through its life', async () => {
    const { claude, clock, batchOf } = setUp();
    const created = await batchOf(3);
    await clock.advance(5_000);
    const ended = await claude.batch(created.id);
    const results = await all(claude.results(created.id));

    expect(created).toMatchObject({ status: 'in_progress', total: 3, hasResults: false });
    expect(ended).toMatchObject({ status: 'ended', total: 3, hasResults: true });
    expect(results.map(({ customId }) => customId).toSorted()).toEqual(['b-0', 'b-1', 'b-2']);
    expect(results[0]?.outcome).toMatchObject({ type: 'succeeded', message: { stop_reason: 'end_turn' } });
    expect(await claude.batch('msgbatch_nobodys')).toBeUndefined();
  });

  it('cancels a batch', async () => {
    const { claude, clock, batchOf } = setUp();
    const { id } = await batchOf(2);
    await claude.cancelBatch(id);
    await clock.advance(5_000);

    expect(await claude.batch(id)).toMatchObject({ status: 'ended' });
  });

  it('lists the batches since a time, over as many pages as it takes', async () => {
    const { claude, clock, batchOf } = setUp();
    await batchOf(1);
    await clock.advance(60_000);
    const since = clock.now();
    const later: string[] = [];
    for (let n = 0; n < 120; n += 1) later.push((await batchOf(1)).id);
    const found = await claude.batchesSince(since);

    expect(found.map(({ id }) => id).toSorted()).toEqual(later.toSorted());
  });

  it('goes to no other server for results, and sends the key to none', async () => {
    const { claude, clock, standIn, asked, batchOf } = setUp();
    standIn.settings.resultsOrigin = 'http://evil.test';
    const { id } = await batchOf(1);
    await clock.advance(5_000);

    await expect(all(claude.results(id))).rejects.toMatchObject({
      code: 'claude_unavailable',
      message: expect.stringContaining('another server'),
    });
    expect(asked.filter((url) => url.includes('evil'))).toEqual([]);
  });

  it('tries nothing twice by itself: it may be paid twice', async () => {
    const { claude, standIn } = setUp();
    standIn.switches.add({ kind: 'overloaded', times: 'always' });

    await expect(claude.ask(REQUEST)).rejects.toMatchObject({ code: 'claude_unavailable', mayBePaid: false });
    expect(standIn.stats.requests).toBe(1);
  });

  it.each([
    ['reset', { kind: 'reset' } as const],
    ['broken off', { kind: 'cut' } as const],
  ])('says that it may be paid when an answer is %s', async (_how, fault) => {
    const { claude, standIn } = setUp();
    standIn.switches.add(fault);

    await expect(claude.ask(REQUEST)).rejects.toMatchObject({ code: 'claude_unavailable', mayBePaid: true });
    expect(standIn.stats.direct.messages).toBe(1);
  });

  it.each([
    [900_000, 90_000],
    [30_000, 20_000],
  ])('with %d ms left waits %d ms for an answer', async (remainingMs, expected) => {
    const { claude, clock, standIn } = setUp({ remainingMs });
    standIn.switches.add({ kind: 'hang' });
    const error = await clock.run(claude.ask(REQUEST).catch((caught: unknown) => caught));

    expect(error).toMatchObject({ code: 'claude_unavailable', mayBePaid: true });
    expect(clock.now() - NOON).toBe(expected);
    expect(clock.pending()).toBe(0);
  });

  it('tells no key and no ticket in an error', async () => {
    const { claude } = setUp({ apiKey: 'sk-ant-wrong-key' });
    const error = await claude.ask(REQUEST).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code: 'claude_auth' });
    expect(String(error)).not.toMatch(/sk-ant|secret export/);
  });

  it('reads results although one of them is no JSON', async () => {
    const { claude, clock, standIn, batchOf } = setUp();
    standIn.switches.add({ kind: 'item', outcome: 'garbled' });
    const { id } = await batchOf(4);
    await clock.advance(5_000);
    const results = await all(claude.results(id));

    expect(results.filter(({ outcome }) => outcome)).toHaveLength(3);
  });
});
