import { describe, expect, it } from 'vitest';
import { burst, createIssueWorld, DAY, HOUR, NOON, quietMonth } from './issue-world.ts';

/** A world that has a ticket older than what an hourly run walks over, and notes where each walk began. */
async function walkedWorld() {
  const world = createIssueWorld();
  await world.putAll({ ...quietMonth(), ...burst(1, NOON - 200 * DAY) });
  await world.synced();
  await world.run();
  const walks: (number | undefined)[] = [];
  const { tickets } = world.stores;
  Object.assign(world.deps, {
    tickets: {
      ...tickets,
      revisions: (range: { from?: number }) => {
        walks.push(range.from);
        return tickets.revisions(range);
      },
    },
  });
  return { ...world, walks };
}

describe('Function: takeChanges', () => {
  it('walks over three months each hour, and over all of it otherwise', async () => {
    const world = await walkedWorld();
    await world.run();
    for (const task of ['pipeline', 'analyze', 'consolidate', 'retention'] as const)
      await world.run({ task });
    await world.run({ backfill_days: 300 });
    const [hourly, ...others] = world.walks;
    expect(world.clock.now() - (hourly ?? 0)).toBeLessThan(93 * DAY);
    expect(others).toEqual(others.map(() => undefined));
    expect(others).toHaveLength(5);
  });

  it('keeps tickets that an hourly walk does not reach', async () => {
    const world = await walkedWorld();
    await world.run();
    expect((await world.grouped()).has('900000')).toBe(true);
  });

  it('misses no deletion of an old ticket: not in a run that deleted, nor after one that failed or died', async () => {
    const id = '01M8EE0VG00000000000000001';
    const counts = { deleted: 1 };
    const progress = { done: 0, total: undefined, unit: 'tickets' };
    const run = {
      runId: id,
      job: 'ticket_sync',
      trigger: 'schedule',
      startedAt: NOON,
      invocations: 1,
      fence: 0,
    } as const;
    const one = await walkedWorld();
    await one.delete('900000', NOON);
    await one.stores.runs.put(
      { ...run, status: 'interrupted', counts, progress, stage: 'assign' },
      NOON + DAY,
    );
    await one.run({}, { runId: id });
    expect((await one.grouped()).has('900000')).toBe(false);

    const other = await walkedWorld();
    await other.delete('900000', NOON);
    await other.stores.jobs.acquire('tickets', 'a run that died', other.clock.now(), 15_000);
    await other.clock.advance(HOUR);
    await other.run();
    expect((await other.grouped()).has('900000')).toBe(false);
  });

  it('takes a ticket of which the index lacks a trace for a moment for what it is: there', async () => {
    const world = await walkedWorld();
    Object.assign(world.deps, {
      tickets: { ...world.stores.tickets, revisions: async function* none() {} },
    });
    await world.run();
    expect((await world.grouped()).size).toBe(141);
  });
});
