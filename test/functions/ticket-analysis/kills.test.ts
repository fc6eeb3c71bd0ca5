import { describe, expect, it } from 'vitest';
import { totalUse } from '#core/tickets/spend.ts';
import { type AnalysisWorld, createAnalysisWorld, MINUTE } from './analysis-world.ts';

const HOURLY = { trigger: 'schedule', task: 'sync' };
const NIGHT = { trigger: 'schedule', task: 'pipeline' };

/** One run that is killed at its nth call, before or after it is carried out, and then whatever runs come after it. */
async function killed(
  open: () => Promise<AnalysisWorld>,
  event: Record<string, unknown>,
  at: number,
  when: 'before' | 'after',
) {
  const world = await open();
  await world.kill(event, (call) => (call === at ? when : undefined));
  let runs = 0;
  do {
    await world.run(event);
    await world.drain();
    await world.clock.advance(5 * MINUTE);
    runs += 1;
  } while (runs < 8 && !(await isDone(world)));
  return world;
}

async function isDone(world: AnalysisWorld): Promise<boolean> {
  const { done = 0, ...others } = await world.statuses();
  return Object.keys(others).length === 0 && done > 0 && (await world.stores.batches.open()).length === 0;
}

/** So many calls leave the process in a run that is not killed. */
async function callsOf(open: () => Promise<AnalysisWorld>, event: Record<string, unknown>): Promise<number> {
  const world = await open();
  await world.run(event);
  return world.world.calls.length;
}

async function expectWhole(world: AnalysisWorld, mayBePaidTwice: number, where: string) {
  expect(await world.statuses(), where).toEqual({ done: world.memory.tickets.size });
  for (let n = 1; n <= world.memory.tickets.size; n += 1) {
    expect(await world.stores.tickets.history(String(n)), where).toHaveLength(1);
  }
  expect(world.claude.stats.paidTwice().length, where).toBeLessThanOrEqual(mayBePaidTwice);
  const month = await world.month();
  expect(month.open, where).toEqual({});
  // The ledger knows of all that was paid: of what nobody knows, it assumes the most.
  expect(totalUse(month).costMicroUsd, where).toBeGreaterThanOrEqual(
    Math.floor(world.claude.stats.costUsd * 1e6),
  );
}

describe('A run that is killed', () => {
  it('loses no direct analysis and stores none twice, wherever it is; only what was under way is paid again', async () => {
    const open = async () => {
      const world = createAnalysisWorld();
      await world.addMany(12);
      return world;
    };
    const calls = await callsOf(open, HOURLY);
    for (let at = 1; at <= calls; at += 1) {
      for (const when of ['before', 'after'] as const) {
        await expectWhole(await killed(open, HOURLY, at, when), 11, `${when} call ${at}`);
      }
    }
  });

  it.each([
    ['at once', 2, 1],
    ['much later', 900, 3],
  ])(
    'pays no batch twice and loses none of it, wherever it is (it ends %s)',
    async (_when, batchSeconds, step) => {
      const open = async () => {
        const world = createAnalysisWorld({
          settings: { directMax: 5 },
          claude: { settings: { batchSeconds } },
        });
        await world.addMany(8);
        return world;
      };
      const calls = await callsOf(open, NIGHT);
      for (let at = 1; at <= calls; at += step) {
        for (const when of ['before', 'after'] as const) {
          const world = await killed(open, NIGHT, at, when);
          // The one that is sent directly first may have been under way.
          await expectWhole(world, 1, `${when} call ${at}`);
        }
      }
    },
  );

  it('pays no batch twice when the run that asks after it is killed', async () => {
    const open = async () => {
      const world = createAnalysisWorld({
        settings: { directMax: 5 },
        claude: { settings: { batchSeconds: 400 } },
      });
      await world.addMany(8);
      await world.run(NIGHT);
      await world.clock.advance(10 * MINUTE);
      world.world.calls.length = 0;
      return world;
    };
    const first = await open();
    const event = { ...first.poll.event() };
    const calls = await callsOf(open, event);
    expect(calls).toBeGreaterThan(20);
    for (let at = 1; at <= calls; at += 1) {
      const world = await open();
      const resume = { ...world.poll.event() };
      await world.kill(resume, (call) => (call === at ? 'after' : undefined));
      await world.drain();
      await expectWhole(world, 0, `after call ${at}`);
    }
  });
});
