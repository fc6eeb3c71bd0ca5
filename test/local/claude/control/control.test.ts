import { describe, expect, it } from 'vitest';
import { ask, askAbout, claudeForTest, createBatch, wrapped } from '#test/local/claude/claude-client.ts';

type Claude = ReturnType<typeof claudeForTest>;
const control = (claude: Claude, path: string, options: Parameters<typeof ask>[2] = {}) =>
  ask(claude, `/__control${path}`, options);

describe('The control endpoint', () => {
  it('lists its calls', async () => {
    const { body } = await control(claudeForTest(), '');
    expect(body.calls).toContain('POST /__control/switches: adds a switch, or an array of switches');
  });

  it('adds, shows and clears switches', async () => {
    const claude = claudeForTest();
    const added = await control(claude, '/switches', {
      json: [{ kind: 'overloaded', times: 'always' }, { kind: 'refusal' }],
    });
    await askAbout(claude, 'x');
    const shown = await control(claude, '/switches');

    expect(added.body).toEqual({ ids: [1, 2] });
    expect(shown.body.switches[0]).toEqual({
      id: 1,
      fault: { kind: 'overloaded', times: 'always' },
      hits: 1,
      left: 'always',
    });
    expect((await control(claude, '/switches/1', { method: 'DELETE' })).body).toEqual({ cleared: 1 });
    expect((await control(claude, '/switches/9', { method: 'DELETE' })).status).toBe(404);
    expect((await control(claude, '/switches', { method: 'DELETE' })).body).toEqual({ cleared: 1 });
  });

  it('names the bad fields of a switch', async () => {
    const { status, body } = await control(claudeForTest(), '/switches', {
      json: { kind: 'overloaded', rout: 'messages' },
    });
    expect([status, body.message]).toEqual([400, 'rout: unknown field']);
  });

  it('changes settings and models', async () => {
    const claude = claudeForTest();
    await control(claude, '/settings', { method: 'PATCH', json: { batchSeconds: 60, spendLimitUsd: 1 } });
    await control(claude, '/settings', { method: 'PATCH', json: { spendLimitUsd: null } });
    const retired = await control(claude, '/models/claude-haiku-5-5', {
      method: 'PUT',
      json: { lifecycle: 'retired' },
    });

    expect((await control(claude, '/settings')).body).toMatchObject({ batchSeconds: 60, cancelSeconds: 1 });
    expect(claude.settings.spendLimitUsd).toBeUndefined();
    expect(retired.body).toEqual({ id: 'claude-haiku-5-5', lifecycle: 'retired' });
    expect((await askAbout(claude, 'x')).status).toBe(404);
    const unknown = { method: 'PUT', json: { lifecycle: 'active' } };
    expect((await control(claude, '/models/claude-nobody', unknown)).status).toBe(404);
  });

  it('ends a batch at once, worked off or expired', async () => {
    const claude = claudeForTest({ settings: { batchSeconds: 3600 } });
    const [first, second] = [await createBatch(claude, 'one'), await createBatch(claude, 'two')];
    const ended = await control(claude, `/batches/${first}`, { json: {} });
    const expired = await control(claude, `/batches/${second}`, { json: { how: 'expired' } });

    expect(ended.body.request_counts).toMatchObject({ succeeded: 1 });
    expect(expired.body.request_counts).toMatchObject({ expired: 1 });
    expect((await control(claude, '/batches')).body.batches).toHaveLength(2);
    expect((await control(claude, '/batches/msgbatch_none', { json: {} })).status).toBe(404);
  });

  it('tells what was asked and paid, and is not counted itself', async () => {
    const claude = claudeForTest();
    await askAbout(claude, 'one');
    await askAbout(claude, 'one');
    const { body } = await control(claude, '/stats');

    expect(body).toMatchObject({
      requests: 2,
      byRoute: { messages: 2 },
      byStatus: { 200: 2 },
      direct: { messages: 2 },
      paid: { messages: 1, twice: [expect.stringMatching(/^[0-9a-f]{64}$/)] },
    });
    expect((await control(claude, '/paid', { json: { text: wrapped('one') } })).body).toEqual({
      paid: 2,
      completed: 2,
    });
    expect((await control(claude, '/bodies?limit=1')).body.bodies).toHaveLength(1);
    expect((await control(claude, '/stats', { method: 'DELETE' })).body).toMatchObject({
      requests: 0,
      costUsd: 0,
    });
  });

  it('refuses other paths, methods and what is no JSON', async () => {
    const claude = claudeForTest();
    expect((await control(claude, '/nothing')).status).toBe(404);
    expect((await control(claude, '/stats', { method: 'POST' })).status).toBe(405);
    expect((await control(claude, '/switches', { json: '{' })).status).toBe(400);
  });
});
