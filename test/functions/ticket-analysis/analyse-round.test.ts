import { describe, expect, it } from 'vitest';
import { createAnalysisWorld } from './analysis-world.ts';

const HOURLY = { trigger: 'schedule', task: 'sync' };
const NIGHT = { trigger: 'schedule', task: 'pipeline' };

describe('Function: analyseRound', () => {
  it.each([
    {
      what: 'the hour’s few directly',
      event: HOURLY,
      mode: 'auto',
      count: 10,
      expected: { direct: 10, batch: 0 },
    },
    {
      what: 'no more than the hour’s few',
      event: HOURLY,
      mode: 'auto',
      count: 50,
      expected: { direct: 20, batch: 0 },
    },
    {
      what: 'few of a night directly',
      event: NIGHT,
      mode: 'auto',
      count: 20,
      expected: { direct: 20, batch: 0 },
    },
    {
      what: 'many of a night in a batch',
      event: NIGHT,
      mode: 'auto',
      count: 21,
      expected: { direct: 1, batch: 20 },
    },
    {
      what: 'many directly where no batch is wanted',
      event: NIGHT,
      mode: 'direct',
      count: 50,
      expected: { direct: 50, batch: 0 },
    },
    {
      what: 'few in a batch where that is wanted',
      event: NIGHT,
      mode: 'batch',
      count: 5,
      expected: { direct: 1, batch: 4 },
    },
    {
      what: 'nothing by the hour where all waits for a batch',
      event: HOURLY,
      mode: 'batch',
      count: 5,
      expected: { direct: 0, batch: 0 },
    },
  ] as const)('has analysed $what', async ({ event, mode, count, expected }) => {
    const world = createAnalysisWorld({ settings: { mode } });
    await world.addMany(count);
    await world.run(event);

    const { direct, batch } = world.claude.stats;
    expect({ direct: direct.messages, batch: batch.messages }).toEqual(expected);
  });

  it.each([
    ['settings', {}, 7],
    ['request', { batch_size: 3 }, 3],
  ])('analyses no more tickets in a run than the %s say, the newest first', async (_who, asked, expected) => {
    const world = createAnalysisWorld({ settings: { batchSize: 7 } });
    await world.addMany(20);
    const run = await world.run({ trigger: 'manual', task: 'analyze', ...asked });

    expect(run.counts).toMatchObject({ analysed: expected, pending: 20 - expected });
    expect(await world.ticket('1')).toMatchObject({ analysis: { status: 'done' } });
  });

  it('analyses all that waits at night, whatever a run by hand takes on', async () => {
    const world = createAnalysisWorld({ settings: { batchSize: 7 } });
    await world.addMany(30);
    const run = await world.run(NIGHT);

    expect(run.counts).toMatchObject({ analysed: 30, pending: 0 });
  });

  it.each(['is retired', 'does not exist'])(
    'trap 46: says once, and asks about no ticket, when the model %s',
    async (what) => {
      const world = createAnalysisWorld();
      await world.addMany(10);
      if (what === 'is retired') world.claude.models.setLifecycle('claude-haiku-5-5', 'retired');
      else world.world.settings = { ...world.settings, model: 'claude-haiku-99' };
      const run = await world.run(HOURLY);

      expect(run).toMatchObject({
        status: 'failed',
        error: {
          code: 'claude_model_unavailable',
          message: expect.stringContaining('CLAUDE_ANALYSIS_MODEL'),
        },
      });
      expect(world.claude.stats.byRoute).toEqual({ model: 1 });
      expect(await world.statuses()).toEqual({ pending: 10 });
    },
  );

  it('warns of a model that will be retired, and goes on', async () => {
    const world = createAnalysisWorld();
    await world.addMany(3);
    world.claude.models.setLifecycle('claude-haiku-5-5', 'deprecated');
    const run = await world.run(HOURLY);

    expect(run).toMatchObject({ status: 'success', notes: [{ code: 'claude_model_deprecated' }] });
    expect(await world.statuses()).toEqual({ done: 3 });
  });
});
