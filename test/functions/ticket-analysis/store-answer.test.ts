import { describe, expect, it } from 'vitest';
import { createAnalysisWorld } from './analysis-world.ts';

describe('Function: storeAnswer', () => {
  it('keeps what a deleted ticket was answered in no place', async () => {
    const world = createAnalysisWorld();
    await world.add('1', 'Export', 'It fails.');
    const { fetch } = world.claude;
    world.world.fetch = async (...args) => {
      const answered = await fetch(...args);
      await world.stores.tickets.change('1', (before) => ({
        next: {
          kind: 'deleted',
          id: '1',
          generatedAt: 9e12,
          fence: 1,
          revision: before?.revision ?? 0,
          deletedAt: 0,
        },
        result: undefined,
      }));
      return answered;
    };
    const run = await world.run({ trigger: 'schedule', task: 'sync' });

    expect(run).toMatchObject({ status: 'success', counts: { pending: 0 } });
    expect(run.counts.analysed ?? 0).toBe(0);
    expect(run.counts.cost_micro_usd).toBeGreaterThan(0);
    expect(await world.stores.tickets.history('1')).toEqual([]);
  });
});
