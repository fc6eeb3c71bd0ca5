import { type Run, RunStatus, RunTrigger } from '#core/runs/run.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { type WebhookEvent, WebhookEventType } from './webhook-event.ts';

/**
 * What is told outside of a run that has ended; undefined for one that goes on, was skipped, or that nobody asked for.
 * The same run has the same event, however often it is made.
 */
export function webhookOfRun(run: Run): WebhookEvent | undefined {
  const { runId, job, trigger, status, startedAt, endedAt = startedAt, counts, error } = run;
  const isOver = status === RunStatus.success || status === RunStatus.failed;
  if (!isOver || trigger === RunTrigger.catchUp) return undefined;
  const isFailed = status === RunStatus.failed;
  return {
    id: `${runId}-${isFailed ? 'failed' : 'completed'}`,
    type: isFailed ? WebhookEventType.runFailed : WebhookEventType.runCompleted,
    occurred_at: isoFromMs(endedAt),
    data: {
      run_id: runId,
      job,
      trigger,
      started_at: isoFromMs(startedAt),
      completed_at: isoFromMs(endedAt),
      counts,
      ...(error && { error: { code: error.code, message: error.message } }),
    },
  };
}
