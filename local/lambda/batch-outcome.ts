import { z } from 'zod';
import type { InvocationResult } from './lambda-runtime.ts';

/** Nothing, an object without the list, and an empty list all mean that every message succeeded. */
const reportSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * The messages of a batch that a function is done with, by Lambda's rules; the others stay in the queue.
 *
 * @param messageIds ids of the batch.
 * @param reportsFailures whether the event source has `ReportBatchItemFailures`; without it the answer says nothing.
 * @returns none where the function failed, or where its report can't be understood or names a stranger.
 */
export function doneMessages(
  messageIds: readonly string[],
  { functionError, payload }: Pick<InvocationResult, 'functionError' | 'payload'>,
  reportsFailures: boolean,
): readonly string[] {
  if (functionError !== undefined) return [];
  if (!reportsFailures) return messageIds;
  const report = reportSchema.safeParse(JSON.parse(payload));
  if (!report.success) return [];
  const failed = new Set(report.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  for (const id of failed) if (!messageIds.includes(id)) return [];
  return messageIds.filter((id) => !failed.has(id));
}
