import { beforeEach, describe, expect, it } from 'vitest';
import { emptyMonth, pay, reservationId, reserve } from '#core/tickets/spend.ts';
import type { SpendLedger } from '#core/tickets/spend-ledger.ts';
import type { OpenStores } from '#test/engines/test-stores.ts';
import { T0 } from './versions.ts';

const LIMITS = { perDay: 1_000, perMonth: 5_000, perRun: 1_000 };
const MONTH = new Date(T0).toISOString().slice(0, 7);
const USE = { requests: 1, costMicroUsd: 60, inputTokens: 9, outputTokens: 2, cacheReadTokens: 1 };

/** What every ledger does. */
export function spendLedgerContract(open: OpenStores): void {
  let ledger: SpendLedger;
  /** The same months, as another process has them. */
  let other: SpendLedger;
  beforeEach(async () => {
    const stores = await open();
    ledger = stores.ticketStores('acme').ledger;
    other = stores.ticketStores('acme').ledger;
  });
  const id = (n: number | string) => reservationId(T0, `r${n}`);
  const take = (n: number | string, at = ledger, microUsd = 100) =>
    at.change(MONTH, (month) => {
      const request = {
        id: id(n),
        microUsd,
        model: 'claude-haiku-5-5',
        purpose: 'analysis',
        runId: 'run',
      } as const;
      return reserve(month, request, LIMITS, T0);
    });

  describe('SpendLedger', () => {
    it('has an empty month where nothing was spent', async () => {
      expect(await ledger.read('2031-01')).toEqual(emptyMonth('2031-01'));
    });

    it('gives back what was written, and keeps months apart', async () => {
      await take(1);
      await take(2);
      expect(await ledger.change(MONTH, (month) => pay(month, id(1), USE))).toBe(true);
      expect(await ledger.change(MONTH, (month) => pay(month, id(1), USE))).toBe(false);
      const month = await other.read(MONTH);
      const day = new Date(T0).toISOString().slice(8, 10);
      expect(month.days).toEqual({ [day]: { uses: { 'claude-haiku-5-5/analysis': USE } } });
      expect(Object.keys(month.open)).toEqual([id(2)]);
      expect(month.runs).toEqual({ run: 60 });
      expect(await ledger.read('2031-01')).toEqual(emptyMonth('2031-01'));
    });

    it('lets no more through than the limit holds, whoever asks at the same time', async () => {
      const all = Array.from({ length: 30 }, (_, n) => take(n, n % 3 === 0 ? other : ledger));
      const results = await Promise.all(all);
      expect(results.filter(({ isReserved }) => isReserved)).toHaveLength(10);
      expect(Object.keys((await ledger.read(MONTH)).open)).toHaveLength(10);
      expect(await take('more')).toMatchObject({ isReserved: false, exceeded: 'day', left: 0 });
    });

    it('rejects what a transition throws, and goes on with the others', async () => {
      const broken = ledger.change(MONTH, () => {
        throw new RangeError('broken');
      });
      const [first, second] = await Promise.allSettled([broken, take(1)]);
      expect(first).toMatchObject({ status: 'rejected', reason: new RangeError('broken') });
      expect(second).toMatchObject({ status: 'fulfilled', value: { isReserved: true } });
      expect(await take(2)).toEqual({ isReserved: true });
    });
  });
}
