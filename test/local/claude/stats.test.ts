import { describe, expect, it } from 'vitest';
import { ask, askAbout, claudeForTest, createBatch, wrapped } from './claude-client.ts';

describe('Stats', () => {
  it('count requests by route and status', async () => {
    const claude = claudeForTest();
    claude.switches.add({ kind: 'overloaded', times: 2 });
    for (let count = 0; count < 3; count += 1) await askAbout(claude, 'x');
    await ask(claude, '/v1/models');

    expect(claude.stats.byRouteAndStatus).toEqual({ 'messages 529': 2, 'messages 200': 1, 'models 200': 1 });
    expect([claude.stats.requests, claude.stats.inFlight, claude.stats.maxInFlight]).toEqual([4, 0, 1]);
  });

  it('sum tokens and cost as the usage of the answers says', async () => {
    const claude = claudeForTest();
    const answers = [await askAbout(claude, 'one'), await askAbout(claude, 'two')];
    const sum = (name: string) => answers.reduce((total, { body }) => total + body.usage[name], 0);

    expect(claude.stats.direct).toMatchObject({
      messages: 2,
      inputTokens: sum('input_tokens'),
      outputTokens: sum('output_tokens'),
    });
    expect(claude.stats.costUsd).toBeCloseTo(
      (sum('input_tokens') * 0.1 + sum('output_tokens') * 0.5) / 1e6,
      12,
    );
  });

  it('find a ticket that was paid directly and in a batch', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 0 } });
    await askAbout(claude, 'one');
    await ask(claude, `/v1/messages/batches/${await createBatch(claude, 'one', 'two')}`);

    expect(claude.stats.timesPaid(wrapped('one'))).toEqual({ paid: 2, completed: 2 });
    expect(claude.stats.timesPaid(wrapped('two'))).toEqual({ paid: 1, completed: 1 });
    expect(claude.stats.paidTwice()).toHaveLength(1);
    expect(claude.stats.paid.size).toBe(2);
  });

  it('keep no more of long bodies than the last', async () => {
    const claude = claudeForTest();
    const long = 'x'.repeat(40 * 1024 * 1024);
    await ask(claude, '/v1/messages', { json: long });
    await ask(claude, '/v1/messages', { json: `${long}y` });
    expect(claude.stats.bodies.map((body) => body.at(-1))).toEqual(['y']);
  });

  it('keep the last bodies', async () => {
    const claude = claudeForTest({ keptBodies: 2 });
    for (const ticket of ['one', 'two', 'three']) await askAbout(claude, ticket);
    expect(claude.stats.bodies.map((body) => /<ticket>\\"(\w+)/.exec(body)?.[1])).toEqual(['two', 'three']);
  });
});
