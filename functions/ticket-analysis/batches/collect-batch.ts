import { inParallel } from '#core/in-parallel.ts';
import type { AnalysisBatch } from '#core/tickets/analysis-batch.ts';
import type { BatchOutcome } from '#core/tickets/claude.ts';
import { useOf } from '#core/tickets/requests/use-of-answer.ts';
import { NO_USE, type SpendUse, sumOfUses } from '#core/tickets/spend-ledger.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { AnalysisSession } from '#functions/ticket-analysis/analysis-session.ts';
import { readAnswer, storeAnswer, storeFailure } from '#functions/ticket-analysis/store-answer.ts';

/** Results are stored so many at once, while the next ones come in. */
const CHUNK = 50;

/** A result that belongs to the batch: of which of its tickets, by number. */
type Numbered = { readonly n: number; readonly outcome: BatchOutcome };

/**
 * Stores the results of a batch that has ended. They belong to tickets by their `custom_id` alone; one that the batch
 * does not have is left aside. What has no result waits for another request. All of it can be done again after a
 * crash: results change nothing the second time, and the batch is paid once, when all of them are stored.
 *
 * @throws ClaudeError where the results break off; StorageError
 */
export async function collectBatch(session: AnalysisSession, batch: AnalysisBatch): Promise<void> {
  const { budget, batches, context, now, log, counts, onCollected } = session;
  const { use, seen, unknown } = await storeResults(session, batch);
  const missing = batch.tickets.flatMap((_one, n) => (seen.has(n) ? [] : [n]));
  await storeChunk(
    session,
    batch,
    missing.map((n) => ({ n, outcome: { type: 'errored', errorType: 'no_result' } })),
  );
  const parts = { unknown: missing.length, count: batch.tickets.length };
  const isFirst = await budget.payInPart(batch.reservationId, use, parts);
  if (isFirst) counts.used(use);
  await batches.put({ ...batch, status: 'collected', collectedAt: now() }, context.lease.fence);
  counts.report();
  onCollected(batch.runId);
  log.info('a batch was collected', {
    batch_id: batch.id,
    results: seen.size,
    missing: missing.length,
    unknown,
  });
  if (unknown > 0) {
    const message = `Claude’s results held ${unknown} that belong to none of the requests; they were left aside.`;
    context.note({ stage: 'analyse', code: 'unknown_results', message });
  }
}

/** Gives up a batch whose results Claude does not have any more: its requests come to nothing, and are paid. */
export async function loseBatch(session: AnalysisSession, batch: AnalysisBatch): Promise<void> {
  const { budget, batches, context, now, counts, onCollected, log } = session;
  const outcome: BatchOutcome = { type: 'expired' };
  for (let from = 0; from < batch.tickets.length; from += CHUNK) {
    const part = batch.tickets.slice(from, from + CHUNK);
    await storeChunk(
      session,
      batch,
      part.map((_one, n) => ({ n: from + n, outcome })),
    );
  }
  const count = batch.tickets.length;
  await budget.payInPart(batch.reservationId, NO_USE, { unknown: count, count });
  await batches.put({ ...batch, status: 'collected', collectedAt: now() }, context.lease.fence);
  counts.report();
  onCollected(batch.runId);
  log.warn('Claude does not have a batch any more', {
    batch_id: batch.id,
    remote_id: batch.remoteId,
    missing: count,
  });
}

async function storeResults(session: AnalysisSession, batch: AnalysisBatch) {
  const seen = new Set<number>();
  let use = NO_USE;
  let unknown = 0;
  let chunk: Numbered[] = [];
  for await (const { customId, outcome } of session.claude.results(batch.remoteId ?? '')) {
    const n = customId === undefined ? undefined : numberIn(customId, batch);
    if (n === undefined || outcome === undefined || seen.has(n)) {
      if (n === undefined) unknown += 1;
      continue;
    }
    seen.add(n);
    use = sumOfUses(use, useOfOutcome(outcome, batch.model));
    chunk.push({ n, outcome });
    if (chunk.length < CHUNK) continue;
    session.context.signal.throwIfAborted();
    await storeChunk(session, batch, chunk);
    chunk = [];
  }
  await storeChunk(session, batch, chunk);
  return { use, seen, unknown };
}

/** The number in a `custom_id` of the batch; undefined in any other. */
function numberIn(customId: string, { id, tickets }: AnalysisBatch): number | undefined {
  const digits = customId.startsWith(`${id}-`) ? customId.slice(id.length + 1) : '';
  const n = /^(?:0|[1-9]\d{0,6})$/.test(digits) ? Number(digits) : tickets.length;
  return n < tickets.length ? n : undefined;
}

function useOfOutcome(outcome: BatchOutcome, model: string): SpendUse {
  return outcome.type === 'succeeded' ? useOf(outcome, model, 'batch') : NO_USE;
}

/** Stores some results. A ticket that is gone, or says something else by now, keeps what it has. */
async function storeChunk(
  session: AnalysisSession,
  batch: AnalysisBatch,
  results: readonly Numbered[],
): Promise<void> {
  if (results.length === 0) return;
  const named = results.flatMap(({ n, outcome }) => {
    const ticket = batch.tickets[n];
    return ticket ? [{ ...ticket, outcome }] : [];
  });
  const entries = await session.tickets.getMany(named.map(({ id }) => id));
  await inParallel(named, CHUNK, async ({ id, contentSha, outcome }) => {
    const entry = entries.get(id);
    if (entry?.kind !== 'live' || entry.contentSha !== contentSha) return;
    if (isWaitingFor(entry, batch.id)) await storeOutcome(session, batch, entry, outcome);
  });
}

/** Its result was not stored yet: it would say that it was analysed. */
function isWaitingFor({ analysis }: LiveTicket, batchId: string): boolean {
  return analysis.status === 'batched' && analysis.batchId === batchId;
}

async function storeOutcome(
  session: AnalysisSession,
  { model }: AnalysisBatch,
  ticket: LiveTicket,
  outcome: BatchOutcome,
): Promise<void> {
  if (outcome.type !== 'succeeded') {
    session.counts.add(await storeFailure(session, ticket, reasonOf(outcome)));
    return;
  }
  const read = readAnswer(outcome, ticket, session);
  const use = useOf(outcome, model, 'batch');
  session.counts.add(await storeAnswer(session, ticket, { outcome: read, answer: outcome, use, model }));
}

function reasonOf(outcome: Exclude<BatchOutcome, { readonly type: 'succeeded' }>): string {
  switch (outcome.type) {
    case 'errored':
      return `Its request in a batch ended with the error ${outcome.errorType}.`;
    case 'canceled':
      return 'Its batch was cancelled before it was its turn.';
    case 'expired':
      return 'Its batch ended after 24 hours without having got to it.';
  }
}
