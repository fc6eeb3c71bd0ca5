import { describe, expect, it } from 'vitest';
import {
  type AnalysisWorld,
  createAnalysisWorld,
  MINUTE,
} from '#test/functions/ticket-analysis/analysis-world.ts';

const NIGHT = { trigger: 'schedule', task: 'pipeline' };

/** The call that creates the batch, whose intent is there by then. */
const atCreation = (world: AnalysisWorld, when: 'before' | 'after') => (_n: number, name: string) =>
  name === 'claude.fetch' && world.memory.analysisBatches.size > 0 ? when : undefined;

async function killedAtCreation(when: 'before' | 'after', batchSeconds: number) {
  const world = createAnalysisWorld({ claude: { settings: { batchSeconds } } });
  await world.addMany(30);
  await world.kill(NIGHT, atCreation(world, when));
  return world;
}

describe('Function: resolveIntent', () => {
  it.each([2, 600, 3_600])(
    'trap 33: finds the batch again that was created when the function died, and pays it once (it takes %d s)',
    async (batchSeconds) => {
      const world = await killedAtCreation('after', batchSeconds);
      for (let n = 0; n < 20; n += 1) {
        await world.run(NIGHT);
        await world.drain();
        await world.clock.advance(10 * MINUTE);
      }

      expect(world.claude.stats.byRoute.create_batch).toBe(1);
      expect(world.claude.stats.paidTwice()).toEqual([]);
      expect(await world.statuses()).toEqual({ done: 30 });
      const { uses } = (await world.month()).days['27']!;
      expect(uses['claude-haiku-5-5/analysis']?.requests).toBe(30);
      expect((await world.month()).open).toEqual({});
    },
  );

  it('trap 33: asks again for a batch that was never created, after a few minutes', async () => {
    const world = await killedAtCreation('before', 2);
    const run = await world.run(NIGHT);
    await world.drain();

    expect(world.claude.stats.byRoute.create_batch).toBeGreaterThanOrEqual(0);
    await world.clock.advance(5 * MINUTE);
    await world.run(NIGHT);
    await world.drain();
    expect(run.error).toBeUndefined();
    expect(await world.statuses()).toEqual({ done: 30 });
    expect(await world.ticket('7')).toMatchObject({ analysis: { status: 'done' } });
    expect(world.claude.stats.paidTwice()).toEqual([]);
    expect((await world.month()).open).toEqual({});
  });

  it('finds its batch again although the first results have names that nobody sent', async () => {
    const world = createAnalysisWorld({ claude: { settings: { batchSeconds: 2 } } });
    await world.addMany(30);
    world.claude.switches.add({ kind: 'item', outcome: 'renamed', times: 28 });
    await world.kill(NIGHT, atCreation(world, 'after'));
    await world.run({ trigger: 'schedule', task: 'sync' });

    const [batch] = [...world.memory.analysisBatches.values()];
    expect(batch?.batch.status).toBe('collected');
  });

  it('finds a batch again whose answer was lost, in the same run', async () => {
    const world = createAnalysisWorld();
    await world.addMany(30);
    world.claude.switches.add({ kind: 'reset', route: 'create_batch' });
    const run = await world.run(NIGHT);
    await world.drain();

    expect(run.status).toBe('success');
    expect(world.claude.stats.byRoute.create_batch).toBe(1);
    expect(await world.statuses()).toEqual({ done: 30 });
  });

  it('takes no batch of somebody else’s for its own, however alike they are', async () => {
    const world = await killedAtCreation('before', 2);
    const other = createAnalysisWorld();
    await other.addMany(29);
    const requests = Array.from({ length: 29 }, (_, n) => ({ custom_id: `theirs-${n}`, params: params() }));
    await world.claude.fetch('http://claude.test/v1/messages/batches', {
      method: 'POST',
      headers: {
        'x-api-key': world.claude.apiKey,
        'anthropic-version': '2023-06-01',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ requests }),
    });
    await world.clock.advance(5 * MINUTE);
    await world.run(NIGHT);
    await world.drain();

    expect(await world.statuses()).toEqual({ done: 30 });
    for (let n = 1; n <= 30; n += 1) {
      expect((await world.ticket(String(n))).analysed?.analysis.summary).toContain(`Ticket ${n}:`);
    }
  });
});

function params() {
  return { model: 'claude-haiku-5-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] };
}
