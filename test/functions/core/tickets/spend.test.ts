import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  budgetLeft,
  emptyMonth,
  monthOf,
  monthOfReservation,
  pay,
  release,
  reservationId,
  reserve,
  spendInFull,
  totalUse,
  usageOf,
} from '#core/tickets/spend.ts';
import type { SpendMonth, SpendUse } from '#core/tickets/spend-ledger.ts';

const NOW = Date.UTC(2026, 10, 30, 22);
const LIMITS = { perDay: 1_000, perMonth: 2_500, perRun: 600 };
const use = (costMicroUsd: number, requests = 1): SpendUse => ({
  ...{ requests, costMicroUsd, inputTokens: 10, outputTokens: 2, cacheReadTokens: 1 },
});
const asked = (name: string, microUsd: number, runId = 'run', now = NOW) =>
  ({ id: reservationId(now, name), microUsd, model: 'm/1', purpose: 'analysis', runId }) as const;
const take = (before: SpendMonth, name: string, microUsd: number, { runId = 'run', now = NOW } = {}) =>
  reserve(before, asked(name, microUsd, runId, now), LIMITS, now);
const EMPTY = emptyMonth('2026-11');

describe('the ledger', () => {
  it('names month and reservation by the day in UTC', () => {
    expect(monthOf(NOW)).toBe('2026-11');
    expect(reservationId(NOW, 'x')).toBe('2026-11-30/x');
    expect(monthOfReservation(reservationId(NOW, 'x'))).toBe('2026-11');
  });

  it('counts a reservation as spent, and reserves once under an id', () => {
    const { next, result } = take(EMPTY, 'a', 400);
    expect(result).toEqual({ isReserved: true });
    expect(take(next, 'a', 400)).toEqual({ next, result: { isReserved: true } });
    expect(budgetLeft(next, LIMITS, NOW)).toEqual({
      day: { spent: 400, left: 600, resetsAt: Date.UTC(2026, 11, 1) },
      month: { spent: 400, left: 2_100, resetsAt: Date.UTC(2026, 11, 1) },
    });
    expect(usageOf(next)).toEqual([]);
  });

  it('says which limit does not hold it, what is left, and when there is room again', () => {
    const run = take(EMPTY, 'a', 500).next;
    expect(take(run, 'b', 101)).toEqual({
      next: run,
      result: { isReserved: false, exceeded: 'run', resetsAt: undefined, left: 100 },
    });
    const day = take(run, 'b', 500, { runId: 'other' }).next;
    const noon = Date.UTC(2026, 10, 30, 12);
    expect(take(day, 'c', 1, { runId: 'third', now: noon }).result).toEqual({
      ...{ isReserved: false, exceeded: 'day', resetsAt: Date.UTC(2026, 11, 1), left: 0 },
    });
    const yesterday = Date.UTC(2026, 10, 29, 12);
    const month = take(take(day, 'd', 600, { runId: 'r4', now: yesterday }).next, 'e', 400, {
      runId: 'r5',
      now: yesterday,
    }).next;
    expect(take(month, 'f', 501, { runId: 'r6', now: noon }).result).toMatchObject({
      exceeded: 'month',
      left: 500,
    });
    expect(take(EMPTY, 'g', 600).result).toEqual({ isReserved: true });
    expect(take(EMPTY, 'g', 601).result).toMatchObject({ exceeded: 'run', left: 600 });
  });

  it('lets nothing through where a limit is nothing', () => {
    for (const limit of ['perDay', 'perMonth', 'perRun']) {
      const result = reserve(EMPTY, asked('a', 0), { ...LIMITS, [limit]: 0 }, NOW).result;
      expect(result).toMatchObject({ isReserved: false, left: 0 });
    }
  });

  it('puts the real cost in the place of a reservation, once, for the day of the reservation', () => {
    const before = take(EMPTY, 'a', 400).next;
    const { next, result } = pay(before, '2026-11-30/a', use(50, 3));
    expect(result).toBe(true);
    expect(pay(next, '2026-11-30/a', use(50))).toEqual({ next, result: false });
    expect(pay(EMPTY, 'unknown', use(50))).toEqual({ next: EMPTY, result: false });
    expect(next.open).toEqual({});
    expect(usageOf(next)).toEqual([{ day: '2026-11-30', model: 'm/1', purpose: 'analysis', ...use(50, 3) }]);
    expect(take(next, 'b', 551).result).toMatchObject({ exceeded: 'run', left: 550 });
    expect(take(next, 'b', 551, { runId: 'other' }).result).toEqual({ isReserved: true });
  });

  it('gives a reservation back', () => {
    const before = take(EMPTY, 'a', 400).next;
    expect(release(before, '2026-11-30/a')).toEqual({ next: EMPTY, result: true });
    expect(release(EMPTY, '2026-11-30/a')).toEqual({ next: EMPTY, result: false });
  });

  it('counts what a dead run has left as spent in full, but not what an open batch holds', () => {
    const before = take(take(take(EMPTY, 'a', 400).next, 'batch', 100).next, 'b', 10, {
      runId: 'alive',
    }).next;
    const { next, result } = spendInFull(
      before,
      ({ runId }, id) => runId === 'run' && id !== '2026-11-30/batch',
    );
    expect(result).toBe(1);
    expect(Object.keys(next.open)).toEqual(['2026-11-30/batch', '2026-11-30/b']);
    expect(totalUse(next)).toMatchObject({ costMicroUsd: 400, requests: 1 });
    expect(pay(next, '2026-11-30/a', use(50)).result).toBe(false);
  });

  it('tells usage by day, model and purpose', () => {
    let month = EMPTY;
    for (const [day, model, purpose] of [
      [3, 'b', 'analysis'],
      [1, 'b', 'label'],
      [1, 'a', 'analysis'],
      [1, 'a', 'analysis'],
    ] as const) {
      const now = Date.UTC(2026, 10, day);
      const id = reservationId(now, `${day}${model}${purpose}`);
      const wanted = { id, microUsd: 10, model, purpose, runId: 'run' };
      month = pay(reserve(month, wanted, LIMITS, now).next, id, use(7)).next;
    }
    expect(usageOf(month).map((line) => [line.day, line.model, line.purpose, line.requests])).toEqual([
      ['2026-11-01', 'a', 'analysis', 2],
      ['2026-11-01', 'b', 'label', 1],
      ['2026-11-03', 'b', 'analysis', 1],
    ]);
    expect(totalUse(month)).toEqual({
      ...{ requests: 4, costMicroUsd: 28, inputTokens: 40, outputTokens: 8, cacheReadTokens: 4 },
    });
  });

  it('forgets what old runs have cost, but none that has something reserved', () => {
    let month = take(EMPTY, 'held', 1, { runId: 'run-00' }).next;
    for (let n = 0; n < 60; n += 1) {
      const runId = `run-${String(n).padStart(2, '0')}`;
      const wanted = asked(runId, 1, runId);
      month = pay(reserve(month, wanted, LIMITS, NOW).next, wanted.id, use(1)).next;
    }
    expect(Object.keys(month.runs).toSorted()).toEqual([
      'run-00',
      ...Array.from({ length: 40 }, (_, n) => `run-${n + 20}`),
    ]);
  });

  it('never spends more than the limits, whatever is asked for and comes of it', () => {
    const step = fc.record({
      name: fc.integer({ min: 0, max: 5 }).map(String),
      microUsd: fc.integer({ min: 1, max: 400 }),
      runId: fc.constantFrom('r1', 'r2', 'r3'),
      what: fc.constantFrom('reserve' as const, 'pay' as const, 'release' as const, 'full' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      day: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let month = EMPTY;
        for (const { name, microUsd, runId, what, share, day } of steps) {
          const now = Date.UTC(2026, 10, day);
          const id = reservationId(now, name);
          const real = Math.floor((month.open[id]?.microUsd ?? 0) * share);
          const outcomes = {
            reserve: () => take(month, name, microUsd, { runId, now }),
            pay: () => pay(month, id, use(real)),
            release: () => release(month, id),
            full: () => spendInFull(month, (one) => one.runId === runId),
          };
          month = outcomes[what]().next;
          const left = budgetLeft(month, LIMITS, now);
          expect(left.day.spent).toBeLessThanOrEqual(LIMITS.perDay);
          expect(left.month.spent).toBeLessThanOrEqual(LIMITS.perMonth);
          const spent = Object.values(month.open).filter((one) => one.runId === runId);
          const ofRun = spent.reduce((sum, one) => sum + one.microUsd, month.runs[runId] ?? 0);
          expect(ofRun).toBeLessThanOrEqual(LIMITS.perRun);
        }
      }),
      { numRuns: 200 },
    );
  });
});
