import type { AnalysisBatch } from '#core/tickets/analysis-batch.ts';
import type { RemoteBatch } from '#core/tickets/claude.ts';
import { CLOCK_TOLERANCE_MS } from '#core/time/wrong-clock.ts';
import type { AnalysisSession } from '#functions/ticket-analysis/analysis-session.ts';
import { abandonBatch } from './abandon-batch.ts';

/**
 * A batch that was created turns up in Claude's list by then: its creation may take two minutes, and no longer. Until
 * then nothing is said about one that is not there.
 */
const GRACE_MS = 150_000;
/** After so many results with other names a batch is somebody else's. */
const MAX_FOREIGN = 100;

/**
 * Finds out what became of a batch that was to be created when its function died, or when the answer was lost. Claude
 * knows no name of ours for a batch, but each line of its results begins with it. So one of the right size and time is
 * waited for until it has ended: nothing is asked for again while it could be the one.
 *
 * @returns the batch as it is now: `submitted`, `abandoned`, or an `intent` still
 * @throws ClaudeError, StorageError
 */
export async function resolveIntent(
  session: AnalysisSession,
  batch: AnalysisBatch,
  knownRemoteIds: ReadonlySet<string>,
): Promise<AnalysisBatch['status']> {
  const { claude, batches, context, now, log } = session;
  const listed = await claude.batchesSince(batch.createdAt - CLOCK_TOLERANCE_MS);
  const candidates = listed.filter((one) => isCandidate(one, batch) && !knownRemoteIds.has(one.id));
  let isOpen = now() - batch.createdAt < GRACE_MS;
  for (const candidate of candidates) {
    if (candidate.status !== 'ended') {
      isOpen = true;
    } else if (await isOurs(session, candidate, batch.id)) {
      log.info('a batch was found again', { batch_id: batch.id, remote_id: candidate.id });
      const found = { remoteId: candidate.id, submittedAt: candidate.createdAt };
      await batches.put({ ...batch, status: 'submitted', ...found }, context.lease.fence);
      return 'submitted';
    }
  }
  if (isOpen) return 'intent';
  await abandonBatch(session, batch);
  return 'abandoned';
}

function isCandidate({ total, createdAt }: RemoteBatch, batch: AnalysisBatch): boolean {
  return total === batch.tickets.length && createdAt <= batch.createdAt + GRACE_MS + CLOCK_TOLERANCE_MS;
}

/** Reads results until one has our name. One that nobody sent may be among them, so the first does not decide. */
async function isOurs(
  { claude }: AnalysisSession,
  candidate: RemoteBatch,
  batchId: string,
): Promise<boolean> {
  let read = 0;
  for await (const { customId } of claude.results(candidate.id)) {
    if (customId?.startsWith(`${batchId}-`)) return true;
    read += 1;
    if (read >= MAX_FOREIGN) return false;
  }
  return false;
}
