import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClaude, startClaude } from '#local/claude/claude.ts';
import type { ClaudeOptions } from '#local/claude/options.ts';
import { messageHash } from '#local/claude/stats.ts';
import { ticketParams, wrapped } from './claude-client.ts';

const TICKET = 'The CSV export times out since the last update.';

async function start(options: ClaudeOptions = {}) {
  const claude = await startClaude(options);
  onTestFinished(() => claude.close());
  const client = new Anthropic({ apiKey: claude.apiKey, baseURL: claude.url, maxRetries: 0 });
  return { claude, client };
}

/** The same over a socket and within the process. */
const WAYS = [
  ['over HTTP', start],
  [
    'as a fetch',
    async (options: ClaudeOptions = {}) => {
      const claude = createClaude(options);
      const fetch = claude.fetch;
      return { claude, client: new Anthropic({ apiKey: claude.apiKey, fetch, maxRetries: 0 }) };
    },
  ],
] as const;

describe.each(WAYS)('The official SDK %s', (_, open) => {
  it('gets an analysis', async () => {
    const { claude, client } = await open();
    const message = await client.messages.create(ticketParams(TICKET));
    const text = message.content.find((block) => block.type === 'text')?.text ?? '';

    expect(message).toMatchObject({ model: 'claude-haiku-5-5', stop_reason: 'end_turn' });
    expect(message._request_id).toMatch(/^req_/);
    expect(JSON.parse(text)).toMatchObject({ kind: 'bug', product_area: 'export' });
    expect(claude.stats.paid.get(messageHash(wrapped(TICKET)))).toEqual({ paid: 1, completed: 1 });
  });

  it('creates, follows, reads, lists and deletes a batch', async () => {
    const { client } = await open({ settings: { batchSeconds: 0 } });
    const requests = ['a', 'b', 'c'].map((id) => ({
      custom_id: id,
      params: ticketParams(`${TICKET} ${id}`),
    }));
    const { id } = await client.messages.batches.create({ requests });
    const ended = await client.messages.batches.retrieve(id);
    const results: string[] = [];
    for await (const { custom_id, result } of await client.messages.batches.results(id)) {
      results.push(`${custom_id} ${result.type}`);
    }
    const listed: string[] = [];
    for await (const batch of client.messages.batches.list({ limit: 1 })) listed.push(batch.id);

    expect(ended.processing_status).toBe('ended');
    expect(results.sort()).toEqual(['a succeeded', 'b succeeded', 'c succeeded']);
    expect(listed).toEqual([id]);
    expect((await client.messages.batches.delete(id)).type).toBe('message_batch_deleted');
  });

  it('cancels a batch', async () => {
    const { client } = await open({ settings: { batchSeconds: 3600, cancelSeconds: 0 } });
    const { id } = await client.messages.batches.create({
      requests: [{ custom_id: 'a', params: ticketParams(TICKET) }],
    });
    expect((await client.messages.batches.cancel(id)).processing_status).toBe('canceling');
    expect((await client.messages.batches.retrieve(id)).request_counts).toMatchObject({ canceled: 1 });
  });

  it('reads models and counts tokens', async () => {
    const { client } = await open();
    const { max_tokens, ...params } = ticketParams(TICKET);
    expect((await client.models.retrieve('claude-haiku-5-5')).lifecycle).toBe('active');
    const ids: string[] = [];
    for await (const { id } of client.models.list({ limit: 4 })) ids.push(id);
    expect(ids.length).toBeGreaterThan(15);
    expect((await client.messages.countTokens(params)).input_tokens).toBeGreaterThan(100);
  });

  it('sees failures as what they are', async () => {
    const { claude, client } = await open();
    claude.switches.add({ kind: 'rate_limit', retryAfterSeconds: 3 });
    claude.switches.add({ kind: 'tier_cap' });
    claude.switches.add({ kind: 'overloaded' });
    claude.switches.add({ kind: 'too_large_html' });
    claude.switches.add({ kind: 'reset' });
    claude.switches.add({ kind: 'cut' });
    const failure = () => client.messages.create(ticketParams(TICKET)).catch((error: unknown) => error);

    const limited = await failure();
    expect(limited).toBeInstanceOf(Anthropic.RateLimitError);
    expect((limited as InstanceType<typeof Anthropic.RateLimitError>).headers?.get('retry-after')).toBe('3');
    expect(await failure()).toMatchObject({ status: 429, errorCode: 'enforced_spend_limit_reached' });
    expect(await failure()).toMatchObject({ status: 529, type: 'overloaded_error' });
    expect(await failure()).toMatchObject({ status: 413 });
    expect(await failure()).toBeInstanceOf(Anthropic.APIConnectionError);
    expect(await failure()).toBeInstanceOf(Error);
    expect(claude.stats.timesPaid(wrapped(TICKET)).paid).toBe(2);
  });

  it('tries again after an overload, by itself', async () => {
    const { claude, client } = await open();
    claude.switches.add({ kind: 'overloaded', times: 2 });
    const message = await client.messages.create(ticketParams(TICKET), { maxRetries: 2 });
    expect(message.stop_reason).toBe('end_turn');
    expect(claude.stats.byRouteAndStatus).toMatchObject({ 'messages 529': 2, 'messages 200': 1 });
  });

  it('gives up waiting for an answer that never comes', async () => {
    const { claude, client } = await open();
    claude.switches.add({ kind: 'hang' });
    const asked = client.messages.create(ticketParams(TICKET), { timeout: 50 });
    await expect(asked).rejects.toBeInstanceOf(Anthropic.APIConnectionTimeoutError);
  });
});

describe('The server', () => {
  it('streams the results of a batch that does not fit in one piece', async () => {
    const { claude, client } = await start({ settings: { batchSeconds: 0 } });
    const requests = Array.from({ length: 400 }, (_, index) => ({
      custom_id: `t-${index}`,
      params: ticketParams(`${TICKET} ${index}`),
    }));
    const { id } = await client.messages.batches.create({ requests });
    await client.messages.batches.retrieve(id);
    const ids = new Set<string>();
    for await (const { custom_id } of await client.messages.batches.results(id)) ids.add(custom_id);
    expect(ids.size).toBe(400);
    expect(claude.stats.batch.messages).toBe(400);
  });

  it('lets no page of another origin in, neither to the API nor to its controls', async () => {
    const { claude } = await start();
    for (const path of ['/v1/models', '/__control/stats']) {
      const response = await fetch(claude.url + path, { headers: { origin: 'https://evil.example' } });
      expect(response.status).toBe(403);
    }
    const form = await fetch(`${claude.url}/__control/switches`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"kind":"overloaded"}',
    });
    expect(form.status).toBe(415);
  });

  it('is steered over curl', async () => {
    const { claude, client } = await start();
    const response = await fetch(`${claude.url}/__control/switches`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'refusal', times: 'always' }),
    });
    expect(await response.json()).toEqual({ ids: [1] });
    expect((await client.messages.create(ticketParams(TICKET))).stop_reason).toBe('refusal');
  });
});
