import type { AnalysisBatch } from '#core/tickets/analysis-batch.ts';
import type { AnalysisSession } from '#functions/ticket-analysis/analysis-session.ts';

/** Makes a batch whose run has ended without it this run's own, so that this one is resumed until it has ended. */
export async function adoptBatch(
  { batches, context, log }: Pick<AnalysisSession, 'batches' | 'context' | 'log'>,
  { id, runId }: AnalysisBatch,
): Promise<void> {
  const current = await batches.get(id);
  if (current?.runId !== runId) return;
  await batches.put({ ...current, runId: context.runId }, context.lease.fence);
  log.info('the batch of a run that has ended is waited for by this one', { batch_id: id, run_id: runId });
}
