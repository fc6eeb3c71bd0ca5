import { describe, expect, it } from 'vitest';
import type { IssueGenerations } from '#core/issues/issue-generation.ts';
import { digestDay } from '#functions/ticket-issues/digest-stage.ts';
import { burst, createIssueWorld, DAY, HOUR, MINUTE, NOON, quietMonth } from './issue-world.ts';

const START = NOON - 40 * DAY;

/** A world whose quiet month is grouped. */
async function quietWorld(...[over]: Parameters<typeof createIssueWorld>) {
  const world = createIssueWorld(over);
  await world.putAll(quietMonth());
  await world.synced();
  await world.run();
  return world;
}

describe('Function: updateIssues', () => {
  it('gives every ticket an issue, each topic one, and says how many there are', async () => {
    const world = createIssueWorld();
    await world.putAll(quietMonth());
    await world.synced();
    const run = await world.run();
    expect(run).toMatchObject({ status: 'success', stage: 'trends' });
    expect(run.counts).toMatchObject({ assigned: 140, issues: 4, new_issues: 4, incidents: 0 });
    expect((await world.issues()).map(({ ticketsTotal }) => ticketsTotal)).toEqual([35, 35, 35, 35]);
    // A first grouping is no news.
    expect(world.events).toEqual([]);
  });

  it('gives the same ids to the same tickets, in whatever order they came', async () => {
    const one = await quietWorld();
    const other = createIssueWorld();
    for (const [id, written] of Object.entries(quietMonth()).reverse()) await other.put(id, written);
    await other.synced();
    await other.run();
    const ids = async (world: typeof one) =>
      [...(await world.grouped())].map(([id, { issueId }]) => [id, issueId]).sort();
    expect(await ids(other)).toEqual(await ids(one));
  });

  it('writes nothing where nothing changed', async () => {
    const world = await quietWorld();
    const before = structuredClone(world.memory.issueRecords);
    const { number } = await world.current();
    const again = await world.run();
    expect(again.counts).toMatchObject({ issues: 4 });
    expect(again.counts.assigned ?? 0).toBe(0);
    expect((await world.current()).number).toBe(number);
    expect(world.memory.issueRecords).toEqual(before);
  });

  it.each(['sync', 'pipeline', 'consolidate', 'retention'] as const)(
    'has no generation, and no trouble, without tickets (%s)',
    async (task) => {
      const world = createIssueWorld();
      expect(await world.run({ task })).toMatchObject({
        status: 'success',
        counts: { issues: 0, incidents: 0 },
      });
      expect(await world.stores.generations.current()).toBeUndefined();
      expect(await world.stores.records.digest('2025-11-11')).toEqual(
        task === 'pipeline' ? expect.objectContaining({ date: '2025-11-11', top: [] }) : undefined,
      );
    },
  );

  it('takes what came since, renames nothing, and names a new issue to whoever wants to know', async () => {
    const world = await quietWorld();
    const before = await world.grouped();
    await world.clock.advance(HOUR);
    await world.put('5000', {
      text: 'The export of the monthly report fails with an error message again',
      at: NOON + MINUTE,
    });
    await world.putAll(burst(4, NOON + 2 * MINUTE, 'Sprache lässt sich nicht umstellen'));
    await world.put('5001', { text: 'Sprache lässt sich nicht umstellen bitte', at: NOON + 9 * MINUTE });
    const run = await world.run();
    expect(run.counts).toMatchObject({ assigned: 6, new_issues: 1, issues: 5 });
    const after = await world.grouped();
    for (const [id, { issueId }] of before) expect(after.get(id)?.issueId).toBe(issueId);
    expect(after.get('5000')?.issueId).toBe(before.get('100')?.issueId);
    const issue = after.get('5001')?.issueId;
    expect(world.events).toMatchObject([{ id: `issue.${issue}.new`, type: 'issue.new' }]);
    expect(await world.stores.records.facts(issue ?? '')).toMatchObject({ listedAt: world.clock.now() });
  });

  it('trap 18: a deleted ticket leaves days, counts, examples and incidents in the same run', async () => {
    const world = await quietWorld();
    await world.putAll(burst(12, NOON + MINUTE));
    await world.clock.advance(2 * HOUR);
    await world.synced();
    await world.run({ task: 'pipeline' });
    const [incident] = await world.stores.records.recentIncidents(world.clock.now());
    expect(incident?.tickets).toHaveLength(12);
    for (const id of Object.keys(burst(12, 0)).slice(0, 7)) await world.delete(id, world.clock.now());

    await world.run();

    const gone = new Set(Object.keys(burst(12, 0)).slice(0, 7));
    const issues = await world.issues();
    const [after] = await world.stores.records.recentIncidents(world.clock.now());
    expect([...(await world.grouped()).keys()].filter((id) => gone.has(id))).toEqual([]);
    expect(issues.flatMap(({ examples }) => examples).filter(({ ticketId }) => gone.has(ticketId))).toEqual(
      [],
    );
    expect(after?.tickets).toHaveLength(5);
    const digest = await world.stores.records.digest(digestDay(world.clock.now()));
    expect(digest?.incidents).toHaveLength(1);
    for (const id of gone) expect(JSON.stringify(digest)).not.toContain(`"${id}"`);
    const counts = await world.stores.generations.readCounts(await world.current(), ['2025-11-11']);
    expect(counts.get('2025-11-11')?.hours.get('total#')?.tickets[12]).toBe(5);
  });

  it('trap 57: an issue without tickets is closed, and its history stays', async () => {
    const world = await quietWorld();
    const [issue] = await world.issues();
    for (const { id, issueId, createdAt } of (await world.grouped()).values()) {
      if (issueId === issue?.id) await world.delete(id, createdAt);
    }
    const run = await world.run({ task: 'pipeline' });
    expect(run.counts).toMatchObject({ issues: 3 });
    expect(await world.stores.records.facts(issue?.id ?? '')).toMatchObject({ status: 'resolved' });
    expect(await world.issues()).toContainEqual(
      expect.objectContaining({ id: issue?.id, ticketsTotal: 0, examples: [], firstSeen: issue?.firstSeen }),
    );
  });

  it('opens an incident when its first hour is closed, tells it once, and closes it when it has been quiet', async () => {
    const world = await quietWorld();
    await world.putAll(burst(12, NOON + MINUTE));
    await world.clock.advance(HOUR + 30_000);
    await world.synced();
    // Zendesk keeps the last minute back: the hour is not closed yet.
    expect((await world.run()).counts).toMatchObject({ incidents: 0 });
    await world.clock.advance(31_000);
    await world.synced();
    expect((await world.run()).counts).toMatchObject({ incidents: 1 });
    await world.run();
    const [incident] = await world.stores.records.recentIncidents(world.clock.now());
    expect(incident).toMatchObject({ openedAt: NOON + HOUR, closedAt: null });
    const issues = await world.issues();
    expect(issues.find(({ incidentId }) => incidentId === incident?.id)?.ticketsTotal).toBe(12);
    const { items } = await world.stores.records.events(incident?.issues[0] ?? '', 10);
    expect(items.map(({ type }) => type).sort()).toEqual(['alert', 'created']);
    for (let hours = 0; hours < 60; hours += 10) {
      await world.clock.advance(10 * HOUR);
      await world.synced();
      await world.run();
    }
    expect(world.events.map(({ type }) => type)).toEqual(['issue.new', 'incident.opened', 'incident.closed']);
    expect(await world.stores.records.incident(incident?.id ?? '')).toMatchObject({
      closedAt: expect.any(Number),
    });
  });

  it('begins again where an operator has published meanwhile, and gives up when that never ends', async () => {
    let conflicts = 0;
    const meanwhile = (generations: IssueGenerations, times: number): IssueGenerations => ({
      ...generations,
      publish: async (before, next) => {
        if (before && conflicts < times) {
          conflicts += 1;
          const { publishedAt, syncedUntil, completeSince, decisions, consolidatedAt } = before;
          const facts = { publishedAt, syncedUntil, completeSince, decisions, consolidatedAt };
          const issues = await generations.readIssues(before);
          const same = { ...facts, days: [], counts: new Map(), issues };
          await generations.publish(before, same);
        }
        return generations.publish(before, next);
      },
    });
    const world = await quietWorld();
    const { generations } = world.stores;
    await world.put('5000', {
      text: 'The export of the monthly report fails with an error message again',
      at: NOON + MINUTE,
    });
    Object.assign(world.deps, { generations: meanwhile(generations, 2) });
    expect(await world.run()).toMatchObject({ status: 'success', counts: { assigned: 1 } });
    expect(conflicts).toBe(2);
    conflicts = 0;
    await world.put('5001', {
      text: 'The export of the monthly report fails with an error message today',
      at: NOON + MINUTE,
    });
    Object.assign(world.deps, { generations: meanwhile(generations, 99) });
    expect(await world.run()).toMatchObject({
      status: 'failed',
      error: { code: 'generation_changed', retryable: true },
    });
    expect(conflicts).toBe(5);
  });

  it('comes to no harm where the clock is put back', async () => {
    const world = await quietWorld();
    await world.putAll(burst(12, NOON + MINUTE));
    await world.clock.advance(2 * HOUR);
    await world.synced();
    await world.run();
    const before = [
      await world.stores.records.recentIncidents(world.clock.now()),
      (await world.current()).syncedUntil,
    ];
    const told = world.events.length;
    Object.assign(world.deps, { now: () => world.clock.now() - 3 * DAY });
    expect(await world.run()).toMatchObject({ status: 'success' });
    Object.assign(world.deps, { now: world.clock.now });
    expect(await world.run()).toMatchObject({ status: 'success' });
    expect([
      await world.stores.records.recentIncidents(world.clock.now()),
      (await world.current()).syncedUntil,
    ]).toEqual(before);
    expect(world.events).toHaveLength(told);
  });

  it('tests no hour before the first sync has reached the end', async () => {
    const world = createIssueWorld();
    await world.putAll({ ...quietMonth(), ...burst(12, NOON - 2 * HOUR) });
    expect((await world.run()).counts).toMatchObject({ incidents: 0 });
    expect((await world.current()).syncedUntil).toBe(0);
    await world.synced();
    expect((await world.run()).counts).toMatchObject({ incidents: 1 });
  });

  it('trap 52: a backfill of old tickets is no burst', async () => {
    const world = await quietWorld();
    await world.putAll(burst(40, START + 10 * DAY));
    await world.synced();
    expect((await world.run({ backfill_days: 90 })).counts).toMatchObject({ incidents: 0, assigned: 40 });
    expect(world.events).toEqual([]);
  });

  it('has an issue that an operator ignores alert nobody', async () => {
    const world = await quietWorld();
    await world.putAll(burst(6, NOON - 3 * DAY));
    await world.run();
    const issue = (await world.grouped()).get('900000')?.issueId ?? '';
    await world.stores.records.changeFacts(issue, (before) => ({
      next: { ...before!, version: (before?.version ?? 0) + 1, status: 'ignored' },
      result: undefined,
    }));
    const more = Object.entries(burst(8, NOON + MINUTE)).map(([id, one]) => [`1${id}`, one] as const);
    await world.putAll(Object.fromEntries(more));
    await world.clock.advance(2 * HOUR);
    await world.synced();
    await world.run();
    const incidents = await world.stores.records.recentIncidents(world.clock.now());
    const today = incidents.filter(({ openedAt }) => openedAt > NOON);
    expect(today.flatMap(({ series }) => series)).not.toContain(`issue#${issue}`);
  });
});
