import type { AnalysisBatch } from '#core/tickets/analysis-batch.ts';
import type { AnalysisSession } from '#functions/ticket-analysis/analysis-session.ts';
import { collectBatch, loseBatch } from './collect-batch.ts';
import { resolveIntent } from './resolve-intent.ts';

/** An open batch, and whether the run that asked for it has ended without it. */
export type OpenBatch = { readonly batch: AnalysisBatch; readonly isOrphan: boolean };

/**
 * Sees to every batch that is open, whoever asked for it: finds out about intents, cancels those of cancelled runs, and
 * collects those that have ended.
 *
 * @returns those that are still open
 * @throws ClaudeError, StorageError
 */
export async function followBatches(session: AnalysisSession): Promise<readonly OpenBatch[]> {
  const open = await session.batches.open();
  const known = new Set(open.flatMap(({ remoteId }) => (remoteId === undefined ? [] : [remoteId])));
  const left: OpenBatch[] = [];
  for (const batch of open) {
    session.context.signal.throwIfAborted();
    const status = await follow(session, batch, known);
    if (status === 'intent' || status === 'submitted') left.push(await withOwner(session, batch));
  }
  return left;
}

async function follow(
  session: AnalysisSession,
  batch: AnalysisBatch,
  known: ReadonlySet<string>,
): Promise<AnalysisBatch['status']> {
  let current = batch;
  if (batch.status === 'intent') {
    const status = await session.backoff.untilAnswered(() => resolveIntent(session, batch, known));
    if (status !== 'submitted') return status;
    current = (await session.batches.get(batch.id)) ?? batch;
  }
  const { remoteId = '' } = current;
  const { claude, backoff } = session;
  const remote = await backoff.untilAnswered(() => claude.batch(remoteId));
  if (remote === undefined || (remote.status === 'ended' && !remote.hasResults)) {
    await loseBatch(session, current);
    return 'collected';
  }
  if (remote.status === 'ended') {
    // Where the results break off, those that are stored by then are not stored again.
    await backoff.untilAnswered(() => collectBatch(session, current));
    return 'collected';
  }
  if (remote.status === 'in_progress' && (await isCancelled(session, batch))) {
    await backoff.untilAnswered(() => claude.cancelBatch(remoteId));
    session.log.info('the batch of a cancelled run is cancelled', { batch_id: batch.id });
  }
  return 'submitted';
}

async function isCancelled({ runs, now, context }: AnalysisSession, { runId }: AnalysisBatch) {
  if (runId === context.runId) return false;
  const owner = await runs.get(runId, now());
  return owner?.status === 'failed' && owner.error?.code === 'cancelled';
}

async function withOwner({ runs, now, context }: AnalysisSession, batch: AnalysisBatch): Promise<OpenBatch> {
  if (batch.runId === context.runId) return { batch, isOrphan: false };
  const owner = await runs.get(batch.runId, now());
  const isWaiting = owner?.status === 'running' || (owner?.status === 'interrupted' && !owner.continuedBy);
  return { batch, isOrphan: !isWaiting };
}
