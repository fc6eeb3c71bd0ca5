import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClaude } from '#adapters/claude/client.ts';
import { sleep } from '#adapters/clock/sleep.ts';
import { analysisRequest } from '#core/tickets/analysis/prompt.ts';
import type { BatchResult } from '#core/tickets/claude.ts';
import { type ServedClaude, startClaude } from '#local/claude/claude.ts';

const REQUEST = analysisRequest(
  { subject: 'Export', body: 'The export fails.' },
  { model: 'claude-haiku-5-5', maxTokens: 2_048, effort: 'low', areas: [] },
);

describe('Function: createClaude, over HTTP', () => {
  let server: ServedClaude;
  beforeEach(async () => {
    server = await startClaude({ settings: { batchSeconds: 0 } });
  });
  afterEach(() => server.close());

  const connect = (remainingMs = 900_000) =>
    createClaude({
      apiKey: server.apiKey,
      baseUrl: server.url,
      fetch,
      now: Date.now,
      sleep,
      remainingMs: () => remainingMs,
    });

  const submit = (count: number) =>
    connect().submitBatch(Array.from({ length: count }, (_, n) => ({ customId: `b-${n}`, params: REQUEST })));

  async function all(results: AsyncIterable<BatchResult>): Promise<BatchResult[]> {
    const found: BatchResult[] = [];
    for await (const result of results) found.push(result);
    return found;
  }

  it('asks, and takes a batch of thousands through its life', async () => {
    const claude = connect();
    const { message, requestId } = await claude.ask(REQUEST);
    const { id } = await submit(2_000);
    await expect.poll(async () => (await claude.batch(id))?.status).toBe('ended');
    const results = await all(claude.results(id));

    expect([message.stop_reason, requestId.slice(0, 4)]).toEqual(['end_turn', 'req_']);
    expect(new Set(results.map(({ customId }) => customId)).size).toBe(2_000);
    expect(results.every(({ outcome }) => outcome?.type === 'succeeded')).toBe(true);
  });

  it.each([
    ['is reset after Claude took the request', { kind: 'reset' } as const],
    ['breaks in the middle of the answer', { kind: 'cut' } as const],
  ])('takes a request for paid perhaps whose connection %s', async (_how, fault) => {
    server.switches.add(fault);

    await expect(connect().ask(REQUEST)).rejects.toMatchObject({
      code: 'claude_unavailable',
      mayBePaid: true,
    });
    expect(server.stats.direct.messages).toBe(1);
  });

  it('waits no longer than the invocation lasts', async () => {
    server.switches.add({ kind: 'hang' });

    await expect(connect(11_000).ask(REQUEST)).rejects.toThrow('within 1 s');
  });

  it('takes a request for unpaid that found nobody listening', async () => {
    const claude = connect();
    await server.close();

    await expect(claude.ask(REQUEST)).rejects.toMatchObject({ mayBePaid: false });
  });

  it('says that results broke off, and lets go of them when the reader stops', async () => {
    const claude = connect();
    const { id } = await submit(500);
    await expect.poll(async () => (await claude.batch(id))?.status).toBe('ended');
    server.switches.add({ kind: 'cut', route: 'batch_results', share: 0.5 });

    await expect(all(claude.results(id))).rejects.toMatchObject({ code: 'claude_unavailable' });
    for await (const { customId } of claude.results(id)) {
      expect(customId).toMatch(/^b-/);
      break;
    }
    await expect.poll(() => server.stats.inFlight).toBe(0);
  });

  it('understands a proxy that answers in HTML', async () => {
    server.switches.add({ kind: 'too_large_html' });

    await expect(submit(1)).rejects.toMatchObject({ code: 'claude_refused_request', isTooLarge: true });
  });
});
