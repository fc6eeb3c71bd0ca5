import { inParallel } from '#core/in-parallel.ts';
import { requeued } from '#core/tickets/analyse-ticket.ts';
import type { AnalysisBatch } from '#core/tickets/analysis-batch.ts';
import { type AnalysisSession, writtenAt } from '#functions/ticket-analysis/analysis-session.ts';

const WRITES_AT_ONCE = 50;

/**
 * Gives up a batch that Claude does not have: its tickets wait as before, and its money is given back. Its own entry is
 * written last, so that a crash in between leaves it to be given up again.
 */
export async function abandonBatch(session: AnalysisSession, batch: AnalysisBatch): Promise<void> {
  const { tickets, batches, budget, context, log } = session;
  await inParallel(batch.tickets, WRITES_AT_ONCE, async ({ id }) => {
    const step = { batchId: batch.id, ...writtenAt(session) };
    await tickets.change(id, (before) => requeued(before, step));
  });
  await budget.release(batch.reservationId);
  await batches.put({ ...batch, status: 'abandoned' }, context.lease.fence);
  log.info('a batch was abandoned: Claude does not have it', { batch_id: batch.id });
}
