import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLostError } from '#core/errors.ts';
import type { AnalysisBatch, AnalysisBatches } from '#core/tickets/analysis-batch.ts';
import type { OpenStores } from '#test/engines/test-stores.ts';
import { T0 } from './versions.ts';

/** What every store of batches does. */
export function analysisBatchesContract(open: OpenStores): void {
  let batches: AnalysisBatches;
  beforeEach(async () => {
    batches = (await open()).ticketStores('acme').batches;
  });
  const batch = (over: Partial<AnalysisBatch> = {}): AnalysisBatch => ({
    id: '01A',
    runId: 'run',
    status: 'intent',
    tickets: [{ id: '1', contentSha: 'sha-1' }],
    model: 'claude-haiku-5-5',
    reservationId: '2026-03-02/01A',
    createdAt: T0,
    ...over,
  });
  const submitted = { status: 'submitted', remoteId: 'msgbatch_1', submittedAt: T0 + 5 } as const;

  describe('AnalysisBatches', () => {
    it('gives back what was written, and knows no other', async () => {
      await batches.put(batch(), 1);
      expect(await batches.get('01A')).toEqual(batch());
      await batches.put(batch(submitted), 1);
      expect(await batches.get('01A')).toEqual(batch(submitted));
      expect(await batches.get('01B')).toBeUndefined();
    });

    it('has what is open, the oldest first', async () => {
      for (const id of ['01C', '01A', '01D', '01B']) await batches.put(batch({ id }), 1);
      await batches.put(batch({ id: '01A', ...submitted }), 1);
      await batches.put(batch({ id: '01B', ...submitted, status: 'collected', collectedAt: T0 + 9 }), 1);
      await batches.put(batch({ id: '01D', status: 'abandoned' }), 1);
      expect((await batches.open()).map(({ id, status }) => [id, status])).toEqual([
        ['01A', 'submitted'],
        ['01C', 'intent'],
      ]);
      expect((await batches.get('01B'))?.collectedAt).toBe(T0 + 9);
    });

    it('refuses a run that has lost the lease', async () => {
      await batches.put(batch(submitted), 3);
      await expect(batches.put(batch({ status: 'abandoned' }), 2)).rejects.toThrow(LeaseLostError);
      expect(await batches.open()).toEqual([batch(submitted)]);
    });

    it('holds ten thousand tickets', async () => {
      const tickets = Array.from({ length: 10_000 }, (_, n) => ({
        id: String(BigInt(n) * 99_991_234_567n + 10_000_000_000_000_000_000n),
        // As hard to compress as a real one.
        contentSha: Buffer.from(`${Math.sin(n)}${Math.cos(n)}`)
          .toString('base64url')
          .slice(5, 27),
      }));
      await batches.put(batch({ tickets }), 1);
      expect((await batches.open())[0]?.tickets).toEqual(tickets);
    });
  });
}
