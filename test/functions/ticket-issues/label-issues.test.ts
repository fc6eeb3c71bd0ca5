import { describe, expect, it } from 'vitest';
import { LeaseLostError, OutOfTimeError, SecretUnavailableError, StorageError } from '#core/errors.ts';
import { monthOf, reservationId, reserve, usageOf } from '#core/tickets/spend.ts';
import { issueOf, someFacts } from '#test/functions/core/issues/labels/an-issue.ts';
import { createLabelWorld, RUN, START, someIssues } from './label-world.ts';

const MONTH = monthOf(START);
const DAY = 24 * 3_600_000;
const USD = 1_000_000;

describe('Function: labelIssues', () => {
  it('has Claude name each issue from its statements, and stores the label with its event', async () => {
    const { label, records, claude, world } = createLabelWorld();

    const changed = await label(someIssues(2));

    expect([...changed.keys()]).toEqual(['I000', 'I001']);
    const facts = await records.facts('I000');
    expect(changed.get('I000')).toEqual(facts);
    expect(facts?.label).toMatchObject({
      title: 'The alpha alpha report fails',
      model: 'claude-sonnet-5-5',
      labelledAt: START,
    });
    const { items } = await records.events('I000', 10);
    expect(items).toMatchObject([
      { type: 'label', by: 'system', data: { from: null, to: 'The alpha alpha report fails' } },
    ]);
    expect(world).toMatchObject({ stages: ['label'], notes: [], advanced: 2, counts: { labelled: 2 } });
    expect(claude.stats.byRoute.messages).toBe(2);
  });

  it('asks for nothing twice: not in the next hour, and not when other tickets say the same', async () => {
    const { label, clock, claude } = createLabelWorld();
    await label(someIssues(3));
    await clock.advance(2 * DAY);

    const changed = await label(someIssues(3));

    expect(changed.size).toBe(0);
    expect(claude.stats.byRoute.messages).toBe(3);
  });

  it('names at most fifty a run, the most important first, four at once', async () => {
    const { label, claude } = createLabelWorld({
      limits: { perDay: 99 * USD, perMonth: 99 * USD, perRun: 99 * USD },
    });

    const first = await label(someIssues(70));
    const second = await label(someIssues(70));

    expect(first.size).toBe(50);
    expect([...first.keys()].toSorted().at(-1)).toBe('I049');
    expect(second.size).toBe(20);
    expect(claude.stats.maxInFlight).toBeLessThanOrEqual(4);
    expect(claude.stats.paidTwice()).toEqual([]);
  });

  it('pays what Claude counts, under the purpose of labels, and leaves nothing reserved', async () => {
    const { label, ledger, claude, world } = createLabelWorld();

    await label(someIssues(12));

    const month = await ledger.read(MONTH);
    expect(month.open).toEqual({});
    expect(usageOf(month)).toMatchObject([
      { day: '2026-11-27', model: 'claude-sonnet-5-5', purpose: 'label', requests: 12 },
    ]);
    expect(usageOf(month)[0]?.costMicroUsd).toBe(claude.stats.direct.costMicroUsd);
    expect(world.counts).toMatchObject({
      labelled: 12,
      cost_micro_usd: claude.stats.direct.costMicroUsd,
      tokens_in: claude.stats.direct.inputTokens,
      tokens_out: claude.stats.direct.outputTokens,
    });
  });

  it('stops before a request that a budget does not hold, and says so in a note', async () => {
    const { label, ledger, claude, world } = createLabelWorld({
      limits: { perDay: 2 * USD, perMonth: 20 * USD, perRun: 60_000 },
    });

    const changed = await label(someIssues(40));

    expect(changed.size).toBeGreaterThan(0);
    expect(changed.size).toBeLessThan(40);
    expect(claude.stats.direct.costMicroUsd).toBeLessThanOrEqual(60_000);
    expect((await ledger.read(MONTH)).open).toEqual({});
    expect(world.notes).toMatchObject([{ stage: 'label', code: 'budget_exhausted' }]);
  });

  it('asks nothing where the budget is 0', async () => {
    const { label, claude, world } = createLabelWorld({ limits: { perDay: 0, perMonth: 0, perRun: 0 } });

    expect((await label(someIssues(2))).size).toBe(0);
    expect(claude.stats.byRoute.messages).toBeUndefined();
    expect(world.notes).toMatchObject([{ code: 'budget_exhausted' }]);
  });

  it('does nothing without a key, and nothing where no label is due', async () => {
    const { label, claude, world, records } = createLabelWorld();
    await records.changeFacts('I000', () => ({
      next: someFacts('I000', { status: 'ignored' }),
      result: null,
    }));
    await label(someIssues(1));
    world.apiKey = '';
    await label(someIssues(2));

    expect(claude.stats.requests).toBe(0);
    expect(world).toMatchObject({ notes: [], stages: [] });
  });

  it('waits for an overloaded Claude, but not so long that the run has no time for the rest', async () => {
    const { label, claude, clock, world } = createLabelWorld();
    claude.switches.add({ kind: 'overloaded', route: 'messages', times: 2 });
    expect((await label(someIssues(2))).size).toBe(2);

    claude.switches.add({ kind: 'overloaded', times: 'always' });
    const begun = clock.now();
    expect((await label(someIssues(4))).size).toBe(0);

    expect(clock.now() - begun).toBeLessThan(5 * 60_000);
    expect(world.notes).toEqual([]);
  });

  it.each([
    [{ kind: 'unauthorized', times: 'always' }, 'claude_auth'],
    [{ kind: 'spend_limit', times: 'always', route: 'messages' }, 'budget_exhausted'],
    [
      { kind: 'rate_limit', retryAfterSeconds: null, times: 'always', route: 'messages' },
      'claude_rate_limited',
    ],
    [
      { kind: 'error', type: 'invalid_request_error', times: 'always', route: 'messages' },
      'claude_refused_request',
    ],
  ] as const)('makes a fault of Claude’s a note on the run (%#)', async (fault, code) => {
    const { label, claude, world, ledger } = createLabelWorld();
    claude.switches.add(fault);

    expect((await label(someIssues(20))).size).toBe(0);

    expect(world.notes).toMatchObject([{ stage: 'label', code }]);
    expect(claude.stats.byRoute.messages ?? 0).toBeLessThanOrEqual(3);
    expect((await ledger.read(MONTH)).open).toEqual({});
  });

  it('goes on behind one request that Claude refuses', async () => {
    const { label, claude, world } = createLabelWorld();
    claude.switches.add({ kind: 'error', type: 'invalid_request_error', route: 'messages' });

    expect([...(await label(someIssues(3))).keys()].toSorted()).toEqual(['I001', 'I002']);
    expect(world.notes).toEqual([]);
  });

  it('notes a model that is retired, or will be, under the name of its setting', async () => {
    const { label, claude, world } = createLabelWorld();
    claude.models.setLifecycle('claude-sonnet-5-5', 'deprecated');
    await label(someIssues(1));
    claude.models.setLifecycle('claude-sonnet-5-5', 'retired');
    await label(someIssues(2));

    expect(world.notes).toMatchObject([
      { code: 'claude_model_deprecated', message: expect.stringContaining('CLAUDE_LABEL_MODEL') },
      { code: 'claude_model_unavailable', message: expect.stringContaining('CLAUDE_LABEL_MODEL') },
    ]);
  });

  it('notes a secret that cannot be read', async () => {
    const { label, world } = createLabelWorld();
    const openClaude = () => Promise.reject(new SecretUnavailableError('The secret cannot be read.'));

    await label(someIssues(1), { openClaude });

    expect(world.notes).toMatchObject([{ stage: 'label', code: 'secret_unavailable' }]);
  });

  it('fails with the storage, having paid for what was answered', async () => {
    const { label, ledger, records } = createLabelWorld();
    const broken = {
      changeFacts: () => Promise.reject(new StorageError('gone')),
    } as unknown as typeof records;

    await expect(label(someIssues(3), { records: broken })).rejects.toThrow('gone');

    const month = await ledger.read(MONTH);
    expect(month.open).toEqual({});
    expect(usageOf(month)[0]?.costMicroUsd).toBeGreaterThan(0);
  });

  it.each([
    ['a lost lease', new LeaseLostError('gone')],
    ['the end of the invocation', new OutOfTimeError('over')],
  ])('ends with the run: %s is no note', async (_what, reason) => {
    const { label, world } = createLabelWorld();
    world.aborting.abort(reason);

    await expect(label(someIssues(1))).rejects.toBe(reason);
    expect(world.notes).toEqual([]);
  });

  it('begins no request without the time for it', async () => {
    const { label, world, claude } = createLabelWorld();
    world.remainingMs = 90_000;

    expect((await label(someIssues(2))).size).toBe(0);
    expect(claude.stats.byRoute.messages).toBeUndefined();
    expect(world.notes).toEqual([]);
  });

  it('counts what a dead invocation has left reserved as spent, but not an open batch’s', async () => {
    const { label, ledger, batches } = createLabelWorld();
    const limits = { perDay: USD, perMonth: USD, perRun: USD };
    const request = (name: string) => ({
      ...{ id: reservationId(START, name), microUsd: 500, model: 'm', purpose: 'label' as const },
      runId: RUN,
    });
    for (const name of ['dead', 'open']) {
      await ledger.change(MONTH, (before) => reserve(before, request(name), limits, START));
    }
    const open = async () =>
      [{ reservationId: request('open').id }] as unknown as Awaited<ReturnType<typeof batches.open>>;

    await label(someIssues(1), { batches: { open } });

    const month = await ledger.read(MONTH);
    expect(Object.keys(month.open)).toEqual([request('open').id]);
    expect(usageOf(month).find(({ model }) => model === 'm')).toMatchObject({
      costMicroUsd: 500,
      requests: 1,
    });
  });

  it('sends no word of a ticket that has no analysis', async () => {
    const { label, claude } = createLabelWorld();
    const { issue, tickets } = issueOf('A', ['Export fails', 'My name is Ann Smith and my export fails']);
    const raw = tickets.map((ticket, n) => (n === 0 ? ticket : { ...ticket, severity: null }));

    await label({ issues: [issue], days: [{ day: '2026-11-27', tickets: raw }] });

    expect(claude.stats.bodies.join()).toContain('Export fails');
    expect(claude.stats.bodies.join()).not.toContain('Ann');
  });
});
