import { describe, expect, it } from 'vitest';
import { emptyMonth } from '#core/tickets/spend.ts';
import type { SpendMonth } from '#core/tickets/spend-ledger.ts';
import { SpendQueue } from '#functions/ticket-analysis/spend-queue.ts';

/** A ledger that counts its writes, and fails those that it is told to. */
function countingLedger(fails: (write: number) => boolean = () => false) {
  const months = new Map<string, SpendMonth>();
  let writes = 0;
  return {
    months,
    writes: () => writes,
    read: async (month: string) => months.get(month) ?? emptyMonth(month),
    async change<T>(month: string, transition: (before: SpendMonth) => { next: SpendMonth; result: T }) {
      writes += 1;
      const write = writes;
      await new Promise((resolve) => setImmediate(resolve));
      if (fails(write)) throw new Error(`write ${write} failed`);
      // As after a lost race: the step runs twice, and only the second time counts.
      transition(emptyMonth(month));
      const { next, result } = transition(months.get(month) ?? emptyMonth(month));
      months.set(month, next);
      return result;
    },
  };
}

const spend = (run: string) => (before: SpendMonth) => {
  const runs = { ...before.runs, [run]: (before.runs[run] ?? 0) + 1 };
  return { next: { ...before, runs }, result: runs[run] };
};

describe('SpendQueue', () => {
  it('makes one write of the changes that wait together, each with its own outcome', async () => {
    const ledger = countingLedger();
    const queue = new SpendQueue(ledger);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => queue.change('2026-11', spend('a'))));

    expect(outcomes).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    expect(ledger.months.get('2026-11')?.runs).toEqual({ a: 50 });
    expect(ledger.writes()).toBe(2);
  });

  it('keeps months apart', async () => {
    const ledger = countingLedger();
    const queue = new SpendQueue(ledger);
    await Promise.all([queue.change('2026-11', spend('a')), queue.change('2026-12', spend('a'))]);

    expect([...ledger.months.keys()]).toEqual(['2026-11', '2026-12']);
  });

  it('fails all that were in a failed write, and goes on with the next', async () => {
    const queue = new SpendQueue(countingLedger((write) => write === 2));
    const first = queue.change('2026-11', spend('a'));
    const together = [queue.change('2026-11', spend('a')), queue.change('2026-11', spend('a'))];

    expect(await first).toBe(1);
    for (const one of together) await expect(one).rejects.toThrow('write 2 failed');
    expect(await queue.change('2026-11', spend('a'))).toBe(2);
  });
});
