import { describe, expect, it } from 'vitest';
import type { IssueFacts } from '#core/issues/issue.ts';
import type { Run } from '#core/runs/run.ts';
import { digestDay } from '#functions/ticket-issues/digest-stage.ts';
import { gaugesOf } from '#functions/ticket-issues/issue-gauges.ts';
import type { LabelInput } from '#functions/ticket-issues/label-deps.ts';
import { burst, createIssueWorld, DAY, HOUR, MINUTE, NOON, quietMonth } from './issue-world.ts';

const ID = '01M8EE0VG00000000000000001';

/** A run that an earlier function has left at a stage. */
function leftAt(stage: string, over: Partial<Run> = {}): Run {
  return {
    ...{ runId: ID, job: 'daily_sync', trigger: 'schedule', startedAt: NOON, invocations: 2, fence: 0 },
    ...{
      status: 'interrupted',
      counts: { new: 3 },
      progress: { done: 3, total: undefined, unit: 'tickets' },
    },
    stage,
    ...over,
  };
}

async function quietWorld(...[over]: Parameters<typeof createIssueWorld>) {
  const world = createIssueWorld(over);
  await world.putAll(quietMonth());
  await world.synced();
  return world;
}

describe('Function: runIssues', () => {
  it('goes on with what the run has counted, and ends with the digest of the day', async () => {
    const world = await quietWorld();
    await world.stores.runs.put(leftAt('assign'), NOON + DAY);
    const run = await world.run({ task: 'pipeline' }, { runId: ID });
    expect(run).toMatchObject({ status: 'success', stage: 'digest', invocations: 3 });
    expect(run.counts).toMatchObject({ new: 3, assigned: 140, issues: 4 });
    expect(await world.stores.records.digest(digestDay(world.clock.now()))).toMatchObject({
      top: { length: 4 },
    });
    expect(world.events.at(-1)).toMatchObject({ type: 'digest.ready' });
    expect(gaugesOf(run)).toEqual({ incidentsOpen: 0, issuesOpen: 4 });
  });

  it('fails with what an earlier stage failed with, when everything else is done', async () => {
    const world = await quietWorld();
    const error = { code: 'claude_auth', message: 'No such key.', retryable: false };
    await world.stores.runs.put(leftAt('assign', { error }), NOON + DAY);
    const run = await world.run({ task: 'pipeline' }, { runId: ID });
    expect(run).toMatchObject({ status: 'failed', error, stage: 'digest', counts: { issues: 4 } });
  });

  it.each(['sync', 'analyze', 'consolidate', 'retention'] as const)(
    'makes no digest in a run of %s',
    async (task) => {
      const world = await quietWorld();
      expect(await world.run({ task })).toMatchObject({ status: 'success', counts: { issues: 4 } });
      expect(await world.stores.records.digest(digestDay(world.clock.now()))).toBeUndefined();
    },
  );

  it('has Claude name the issues as they are, and takes over what it called them', async () => {
    const asked: LabelInput[] = [];
    const world = await quietWorld({
      label: async (_context, input) => {
        asked.push(input);
        input.count('labelled', 2);
        const [first] = input.issues;
        const label = { title: 'Reports fail', description: '', model: 'm', labelledAt: NOON, basis: 'b' };
        return new Map([[first?.id ?? '', { ...input.facts.get(first?.id ?? ''), label } as IssueFacts]]);
      },
    });
    const run = await world.run({ task: 'pipeline' });
    expect(asked).toHaveLength(1);
    expect([asked[0]?.issues.length, asked[0]?.facts.size]).toEqual([4, 4]);
    expect(run.counts).toMatchObject({ labelled: 2 });
    const digest = await world.stores.records.digest(digestDay(world.clock.now()));
    expect(digest?.top.map(({ title }) => title)).toContain('Reports fail');
  });

  it.each([
    ['label', { groups: 0, names: 1 }],
    ['digest', { groups: 0, names: 0 }],
    ['trends', { groups: 1, names: 1 }],
  ])('does not do again what is done, where it goes on at %s', async (stage, { groups, names }) => {
    let named = 0;
    const world = await quietWorld({
      label: async () => {
        named += 1;
        return new Map();
      },
    });
    await world.run();
    named = 0;
    await world.put('77', { text: 'Something new', at: NOON });
    await world.stores.runs.put(leftAt(stage), NOON + DAY);
    expect(await world.run({ task: 'pipeline' }, { runId: ID })).toMatchObject({
      status: 'success',
      stage: 'digest',
    });
    expect((await world.grouped()).has('77')).toBe(groups === 1);
    expect(named).toBe(names);
  });

  it('goes on in another invocation where it has waited for its turn until there is no time', async () => {
    const world = await quietWorld();
    const run = await world.run({ task: 'consolidate' }, { remainingMs: () => 2 * MINUTE });
    expect(run).toMatchObject({ status: 'interrupted', reason: expect.stringContaining('wait') });
    expect(world.wentOn).toEqual([run.runId]);
  });

  it('applies what an operator decided and nobody published, with its traces', async () => {
    const world = await quietWorld();
    await world.run();
    const [one, other] = await world.issues();
    const { records } = world.stores;
    await records.changeFacts(one!.id, (before) => ({
      next: { ...before!, version: 9, owner: 'Ada' },
      result: undefined,
    }));
    await records.decide({ type: 'merge', at: NOON, by: 'operator', issue: one!.id, into: other!.id });
    const run = await world.run();
    expect(run.counts).toMatchObject({ issues: 3 });
    expect((await world.current()).decisions).toBe(1);
    expect(await records.movedTo(one!.id)).toBe(other!.id);
    expect(await records.facts(other!.id)).toMatchObject({ hasMerged: true, owner: 'Ada' });
    const { items } = await records.events(other!.id, 10);
    expect(items.map(({ type }) => type).sort()).toEqual(['created', 'merged_into']);
    expect((await world.issues()).find(({ id }) => id === other!.id)?.ticketsTotal).toBe(70);
  });

  it('consolidates once a run, and says when', async () => {
    const world = await quietWorld();
    await world.run();
    await world.clock.advance(HOUR);
    const { consolidatedAt } = await world.current();
    const run = await world.run({ task: 'consolidate' });
    const after = await world.current();
    expect(after.consolidatedAt).toBeGreaterThan(consolidatedAt ?? 0);
    expect(run).toMatchObject({ status: 'success', job: 'ticket_consolidate' });
    await world.run();
    expect((await world.current()).consolidatedAt).toBe(after.consolidatedAt);
  });

  it('takes texts out of days older than the window once a day, and keeps their numbers', async () => {
    const world = await quietWorld();
    await world.run();
    await world.clock.advance(60 * DAY);
    await world.run({ task: 'pipeline' });
    expect([...(await world.grouped()).values()].filter(({ text }) => text === '')).toHaveLength(0);
    await world.run({ task: 'retention' });
    const grouped = [...(await world.grouped()).values()];
    const old = grouped.filter(({ text }) => text === '');
    expect(old.length).toBeGreaterThan(10);
    expect(old.every(({ createdAt }) => createdAt < world.clock.now() - 89 * DAY)).toBe(true);
    expect((await world.issues()).reduce((sum, { ticketsTotal }) => sum + ticketsTotal, 0)).toBe(140);
    const generation = await world.current();
    const counts = await world.stores.generations.readCounts(generation, generation.countedDays);
    const [first = ''] = [...counts.keys()].sort();
    expect(counts.get(first)?.hours.size).toBe(0);
    expect(counts.get(first)?.totals.get('total#')?.tickets).toBeGreaterThan(0);
  });

  it('reopens a resolved issue about which people write again, and tells it', async () => {
    const world = await quietWorld();
    await world.run();
    const [issue] = await world.issues();
    const text =
      [...(await world.grouped()).values()].find(({ issueId }) => issueId === issue?.id)?.text ?? '';
    const { records } = world.stores;
    await records.changeFacts(issue!.id, (before) => ({
      next: { ...before!, version: before!.version + 1, status: 'resolved', resolvedAt: NOON },
      result: undefined,
    }));
    await world.putAll(burst(3, NOON + MINUTE, text));
    await world.clock.advance(HOUR);
    await world.run();
    expect(await records.facts(issue!.id)).toMatchObject({ status: 'open', reopenedAt: expect.any(Number) });
    expect(world.events.map(({ type }) => type)).toEqual(['issue.regressed']);
  });

  it('tells again, under the same id, what a process that died has told and not kept', async () => {
    const world = await quietWorld();
    await world.run();
    await world.putAll(burst(6, NOON + MINUTE, 'Passwörter werden vergessen'));
    const { records } = world.stores;
    let dies = true;
    const { changeFacts } = records;
    Object.assign(world.deps, {
      records: {
        ...records,
        changeFacts: (...args: Parameters<typeof changeFacts>) => {
          if (dies) throw new Error('the process died');
          return changeFacts(...args);
        },
      },
    });
    await world.clock.advance(HOUR);
    expect(await world.run()).toMatchObject({ status: 'failed' });
    dies = false;
    expect(await world.run()).toMatchObject({ status: 'success', counts: { new_issues: 1 } });
    const told = world.events.filter(({ type }) => type === 'issue.new');
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(told.length).toBeGreaterThan(1);
  });
});

describe('Function: digestDay', () => {
  it.each([
    ['2025-11-12T02:00:00Z', '2025-11-11'],
    ['2025-11-12T11:59:59Z', '2025-11-11'],
    ['2025-11-12T12:00:00Z', '2025-11-12'],
    ['2025-11-12T23:00:00Z', '2025-11-12'],
  ])('at %s is %s', (at, day) => {
    expect(digestDay(Date.parse(at))).toBe(day);
  });
});
