import { describe, expect, it } from 'vitest';
import { ask, askAbout, claudeForTest } from './claude-client.ts';

describe('The calls about models', () => {
  it('describe a model', async () => {
    const { body } = await ask(claudeForTest(), '/v1/models/claude-haiku-5-5');
    expect(body).toMatchObject({
      id: 'claude-haiku-5-5',
      type: 'model',
      display_name: 'Claude Haiku 5.5',
      lifecycle: 'active',
      line: 'haiku',
      max_input_tokens: 1_000_000,
      capabilities: {
        batch: { supported: true },
        structured_outputs: { supported: true },
        effort: { supported: true, low: { supported: true } },
      },
    });
  });

  it('say 404 to a model that is not there', async () => {
    const { status, body } = await ask(claudeForTest(), '/v1/models/claude-nobody');
    expect([status, body.error]).toEqual([404, { type: 'not_found_error', message: 'model: claude-nobody' }]);
  });

  it('list them page by page', async () => {
    const claude = claudeForTest();
    const first = await ask(claude, '/v1/models?limit=5');
    const second = await ask(claude, `/v1/models?limit=1000&after_id=${first.body.last_id}`);
    const ids = [...first.body.data, ...second.body.data].map(({ id }: { id: string }) => id);

    expect([first.body.has_more, second.body.has_more]).toEqual([true, false]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('claude-sonnet-5-5');
    expect((await ask(claude, '/v1/models?limit=0')).status).toBe(400);
  });

  it('list those of a part of their life', async () => {
    const { body } = await ask(claudeForTest(), '/v1/models?lifecycle=deprecated');
    expect(body.data.map(({ id }: { id: string }) => id)).toContain('claude-sonnet-4-5');
    expect(body.data.every(({ lifecycle }: { lifecycle: string }) => lifecycle === 'deprecated')).toBe(true);
  });

  it('follow the clock: a model is retired on its day', async () => {
    const claude = claudeForTest();
    const lifecycle = async () => (await ask(claude, '/v1/models/claude-sonnet-4-5')).body.lifecycle;

    expect(await lifecycle()).toBe('deprecated');
    claude.clock.ms = Date.UTC(2026, 10, 30);
    expect(await lifecycle()).toBe('retired');
  });
});

describe('A model that is retired by order', () => {
  it('answers 404 to messages and is still described', async () => {
    const claude = claudeForTest();
    claude.models.setLifecycle('claude-haiku-5-5', 'retired');

    const refused = await askAbout(claude, 'Hello');
    const described = await ask(claude, '/v1/models/claude-haiku-5-5');

    expect([refused.status, refused.body.error.type]).toEqual([404, 'not_found_error']);
    expect(described.body).toMatchObject({ lifecycle: 'retired', retires_at: '2026-11-01T12:00:00.000Z' });
    expect(claude.models.setLifecycle('claude-nobody', 'retired')).toBe(false);
  });
});
