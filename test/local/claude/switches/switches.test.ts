import { describe, expect, it } from 'vitest';
import {
  type Answered,
  analysisIn,
  ask,
  askAbout,
  claudeForTest,
  createBatch,
  resultsOf,
  wrapped,
} from '#test/local/claude/claude-client.ts';

const TICKET = 'The CSV export times out since the last update.';
const codeOf = ({ status, body }: Answered) => [status, body.error?.type];

describe('Switches that fail a request', () => {
  it.each([
    [{ kind: 'overloaded' }, [529, 'overloaded_error']],
    [{ kind: 'spend_limit' }, [400, 'invalid_request_error']],
    [{ kind: 'billing' }, [402, 'billing_error']],
    [{ kind: 'unauthorized' }, [401, 'authentication_error']],
    [{ kind: 'rate_limit' }, [429, 'rate_limit_error']],
    [{ kind: 'error', type: 'api_error' }, [500, 'api_error']],
    [{ kind: 'error', type: 'timeout_error' }, [504, 'timeout_error']],
    [{ kind: 'error', type: 'conflict_error' }, [409, 'conflict_error']],
    [{ kind: 'error', type: 'permission_error' }, [403, 'permission_error']],
    [{ kind: 'error', type: 'not_found_error' }, [404, 'not_found_error']],
  ] as const)('%o: once, and nothing is paid', async (fault, code) => {
    const claude = claudeForTest();
    claude.switches.add(fault);

    const failed = await askAbout(claude, TICKET);
    expect(codeOf(failed)).toEqual(code);
    expect(failed.body.request_id).toBe(failed.headers.get('request-id'));
    expect(claude.stats.direct.messages).toBe(0);
    expect((await askAbout(claude, TICKET)).status).toBe(200);
  });

  it('gives a 429 its wait in seconds, as a date, or not at all', async () => {
    const claude = claudeForTest();
    claude.switches.add({ kind: 'rate_limit', retryAfterSeconds: 7 });
    claude.switches.add({ kind: 'rate_limit', retryAfterSeconds: 60, asDate: true });
    claude.switches.add({ kind: 'rate_limit', retryAfterSeconds: null });
    const waits: (string | null)[] = [];
    for (let count = 0; count < 3; count += 1)
      waits.push((await askAbout(claude, TICKET)).headers.get('retry-after'));
    expect(waits).toEqual(['7', 'Sun, 01 Nov 2026 12:01:00 GMT', null]);
  });

  it('answers the month’s cap with its code and without a wait', async () => {
    const claude = claudeForTest();
    claude.switches.add({ kind: 'tier_cap' });
    const { status, headers, body } = await askAbout(claude, TICKET);
    expect([status, body.error.details, headers.get('retry-after')]).toEqual([
      429,
      { error_code: 'enforced_spend_limit_reached' },
      null,
    ]);
  });

  it('answers 413 as a page of HTML, and any status with any body', async () => {
    const claude = claudeForTest();
    claude.switches.add({ kind: 'too_large_html' });
    claude.switches.add({ kind: 'status', status: 502, body: 'bad gateway', headers: { 'x-proxy': 'yes' } });
    const large = await askAbout(claude, TICKET);
    const other = await askAbout(claude, TICKET);
    expect([large.status, large.headers.get('content-type')]).toEqual([413, 'text/html']);
    expect(large.body).toMatch(/^<html>/);
    expect([other.status, other.body, other.headers.get('x-proxy')]).toEqual([502, 'bad gateway', 'yes']);
  });
});

describe('Matchers', () => {
  it('choose by route, model, ticket text and how many came before', async () => {
    const claude = claudeForTest();
    claude.switches.add({ kind: 'overloaded', route: 'messages', text: 'PRINTER', nth: 2, times: 2 });
    const statuses = async (ticket: string) => (await askAbout(claude, ticket)).status;

    expect((await ask(claude, '/v1/models')).status).toBe(200);
    expect(await statuses('Nothing about it')).toBe(200);
    expect([await statuses('my printer'), await statuses('a Printer')]).toEqual([200, 529]);
    expect([await statuses('printer'), await statuses('printer')]).toEqual([529, 200]);
    claude.switches.add({ kind: 'overloaded', model: 'claude-opus-5-5' });
    expect(await statuses('x')).toBe(200);
    expect((await askAbout(claude, 'x', { model: 'claude-opus-5-5' })).status).toBe(529);
  });

  it('hit until they are cleared when told so, and show what is left', async () => {
    const claude = claudeForTest();
    const id = claude.switches.add({ kind: 'overloaded', times: 'always' });
    await askAbout(claude, 'x');
    expect(claude.switches.list()).toMatchObject([{ id, hits: 1, left: Number.POSITIVE_INFINITY }]);
    expect(claude.switches.clear(id)).toBe(1);
    expect(claude.switches.isEmpty).toBe(true);
    expect((await askAbout(claude, 'x')).status).toBe(200);
  });

  it('hit one request each: what ends one, and what changes a message, waits for the next', async () => {
    const claude = claudeForTest();
    claude.switches.add({ kind: 'refusal' });
    claude.switches.add({ kind: 'overloaded' });
    claude.switches.add({ kind: 'reset', accepted: false });
    claude.switches.add({ kind: 'billing' });

    expect((await askAbout(claude, 'x')).status).toBe(529);
    await expect(askAbout(claude, 'x')).rejects.toThrow('fetch failed');
    expect((await askAbout(claude, 'x')).status).toBe(402);
    expect(claude.switches.isEmpty).toBe(false);
    expect((await askAbout(claude, 'x')).body.stop_reason).toBe('refusal');
    expect(claude.switches.isEmpty).toBe(true);
  });

  it('find a batch by the tickets and custom_ids in it', async () => {
    const claude = claudeForTest();
    claude.switches.add({ kind: 'overloaded', route: 'create_batch', customId: 't-1' });
    expect(await createBatch(claude, 'only one')).toMatch(/^msgbatch_/);
    expect(await createBatch(claude, 'one', 'two')).toBeUndefined();
  });
});

describe('Switches that lose an answer', () => {
  it('reset the connection after the message was made and paid', async () => {
    const claude = claudeForTest();
    claude.switches.add({ kind: 'reset' });
    await expect(askAbout(claude, TICKET)).rejects.toMatchObject({
      message: 'fetch failed',
      cause: { code: 'ECONNRESET' },
    });
    await askAbout(claude, TICKET);

    expect(claude.stats.timesPaid(wrapped(TICKET))).toEqual({ paid: 2, completed: 2 });
    expect(claude.stats.paidTwice()).toHaveLength(1);
    expect(claude.stats.byRouteAndStatus).toEqual({ 'messages 0': 1, 'messages 200': 1 });
  });

  it('reset it before anything was done, when told so', async () => {
    const claude = claudeForTest();
    claude.switches.add({ kind: 'reset', accepted: false });
    await expect(askAbout(claude, TICKET)).rejects.toThrow('fetch failed');
    expect(claude.stats.timesPaid(wrapped(TICKET)).paid).toBe(0);
  });

  it('keep a batch whose answer was lost', async () => {
    const claude = claudeForTest();
    claude.switches.add({ kind: 'reset', route: 'create_batch' });
    await expect(createBatch(claude, TICKET)).rejects.toThrow('fetch failed');
    expect((await ask(claude, '/v1/messages/batches')).body.data).toHaveLength(1);
  });

  it('break the body off', async () => {
    const claude = claudeForTest();
    claude.switches.add({ kind: 'cut', share: 0.3 });
    await expect(askAbout(claude, TICKET)).rejects.toThrow('terminated');
  });

  it('never answer until the caller gives up', async () => {
    const claude = claudeForTest();
    claude.switches.add({ kind: 'hang' });
    const signal = AbortSignal.abort(new Error('gave up'));
    const giveUp = new AbortController();
    const hanging = claude.fetch('http://claude.test/v1/models', { signal: giveUp.signal });
    giveUp.abort(new Error('gave up'));

    await expect(hanging).rejects.toThrow('gave up');
    await expect(claude.fetch('http://claude.test/v1/models', { signal })).rejects.toThrow('gave up');
  });

  it('answer late, together with what else is ordered', async () => {
    const claude = claudeForTest({ settings: { latencyMs: 5 } });
    claude.switches.add({ kind: 'slow', ms: 30_000 });
    claude.switches.add({ kind: 'overloaded' });
    expect((await askAbout(claude, TICKET)).status).toBe(529);
    expect(claude.waits).toEqual([30_005]);
  });
});

describe('Switches that change a message', () => {
  const withSwitch = async (fault: Parameters<ReturnType<typeof claudeForTest>['switches']['add']>[0]) => {
    const claude = claudeForTest();
    claude.switches.add(fault);
    const answered = await askAbout(claude, TICKET);
    return { claude, answered, honest: analysisIn(await askAbout(claude, TICKET)) };
  };

  it('put a thinking block first and count its tokens', async () => {
    const { answered } = await withSwitch({ kind: 'thinking' });
    const { content, usage } = answered.body;
    expect(content.map(({ type }: { type: string }) => type)).toEqual(['thinking', 'text']);
    expect(usage.output_tokens_details.thinking_tokens).toBeGreaterThan(0);
    expect(usage.output_tokens).toBeGreaterThan(usage.output_tokens_details.thinking_tokens);
  });

  it('refuse with status 200, which is paid', async () => {
    const { answered, claude } = await withSwitch({ kind: 'refusal' });
    expect(answered.body).toMatchObject({
      stop_reason: 'refusal',
      content: [],
      stop_details: { type: 'refusal' },
    });
    expect(claude.stats.timesPaid(wrapped(TICKET))).toEqual({ paid: 2, completed: 1 });
  });

  it('cut the JSON at max_tokens', async () => {
    const { answered } = await withSwitch({ kind: 'max_tokens' });
    expect(answered.body).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 1000 } });
    expect(() => analysisIn(answered)).toThrow(SyntaxError);
  });

  it('write enum values in capitals, and nothing else', async () => {
    const { answered, honest } = await withSwitch({ kind: 'capitals' });
    const spoilt = analysisIn(answered);
    expect(spoilt).toMatchObject({ kind: 'BUG', severity: String(honest.severity).toUpperCase() });
    expect(spoilt.statement).toBe(honest.statement);
  });

  it('add a property, or leave one out', async () => {
    const extra = await withSwitch({ kind: 'extra_property' });
    expect(Object.keys(analysisIn(extra.answered)).length).toBe(Object.keys(extra.honest).length + 1);
    const missing = await withSwitch({ kind: 'missing_property', name: 'severity' });
    expect(Object.keys(analysisIn(missing.answered))).not.toContain('severity');
  });

  it('put prose around the JSON', async () => {
    const { answered } = await withSwitch({ kind: 'prose' });
    expect(answered.body.content[0].text).toMatch(/^Here is .*```json\n\{.*\}\n```/s);
  });

  it('write strings that are far too long', async () => {
    const { answered } = await withSwitch({ kind: 'long_strings' });
    expect(String(analysisIn(answered).statement).length).toBeGreaterThan(400);
  });

  it('let the ticket convince the model', async () => {
    const { answered, honest } = await withSwitch({ kind: 'severity', severity: 'critical' });
    expect(honest.severity).not.toBe('critical');
    expect(analysisIn(answered)).toEqual({ ...honest, severity: 'critical', suspected_injection: false });
  });

  it('answer what is ordered', async () => {
    const { answered, honest } = await withSwitch({
      kind: 'answer',
      properties: { kind: 'praise', blocked: 7 },
    });
    expect(analysisIn(answered)).toEqual({ ...honest, kind: 'praise', blocked: 7 });
  });
});

describe('Switches within a batch', () => {
  const outcomes = ['errored', 'canceled', 'expired'] as const;
  it.each(outcomes)('let chosen requests end as %s, unpaid', async (outcome) => {
    const claude = claudeForTest({ settings: { batchSeconds: 0 } });
    claude.switches.add({ kind: 'item', outcome, customId: 't-1' });
    const id = await createBatch(claude, 'one', 'two', 'three');
    const { body } = await ask(claude, `/v1/messages/batches/${id}`);
    const lines = await resultsOf(claude, id);

    expect(body.request_counts).toMatchObject({ succeeded: 2, [outcome]: 1 });
    expect(lines.find((line) => line.custom_id === 't-1').result.type).toBe(outcome);
    expect(claude.stats.timesPaid(wrapped('two')).paid).toBe(0);
    expect(claude.stats.batch.messages).toBe(2);
  });

  it('leave lines out, double and rename them', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 0 } });
    claude.switches.add({ kind: 'item', outcome: 'missing', text: 'one' });
    claude.switches.add({ kind: 'item', outcome: 'duplicated', text: 'two' });
    claude.switches.add({ kind: 'item', outcome: 'renamed', text: 'three' });
    const id = await createBatch(claude, 'one', 'two', 'three');
    await ask(claude, `/v1/messages/batches/${id}`);
    const ids = (await resultsOf(claude, id)).map((line) => line.custom_id);
    expect(ids.sort()).toEqual(['nobody-t-2', 't-1', 't-1']);
  });

  it('break a line', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 0 } });
    claude.switches.add({ kind: 'item', outcome: 'garbled' });
    const id = await createBatch(claude, 'one');
    await ask(claude, `/v1/messages/batches/${id}`);
    await expect(resultsOf(claude, id)).rejects.toThrow(SyntaxError);
  });

  it('change the messages of chosen requests', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 0 } });
    claude.switches.add({ kind: 'refusal', customId: 't-*', times: 2 });
    const id = await createBatch(claude, 'one', 'two', 'three');
    await ask(claude, `/v1/messages/batches/${id}`);
    const reasons = (await resultsOf(claude, id)).map(({ result }) => result.message.stop_reason);
    expect(reasons.sort()).toEqual(['end_turn', 'refusal', 'refusal']);
  });
});
