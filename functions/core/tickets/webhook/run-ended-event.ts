import { isEnded, type Run, RunStatus } from '#core/runs/run.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { type WebhookEvent, WebhookEventType } from './webhook-event.ts';

/** What is told outside of a run that has ended; undefined while it goes on, and for one that never started. */
export function runEndedEvent(run: Run): WebhookEvent | undefined {
  if (!isEnded(run) || run.status === RunStatus.skipped) return undefined;
  const type = run.status === RunStatus.success ? WebhookEventType.runCompleted : WebhookEventType.runFailed;
  const endedAt = run.endedAt ?? run.startedAt;
  return {
    id: `${run.runId}.${type}`,
    type,
    occurred_at: isoFromMs(endedAt),
    data: {
      run_id: run.runId,
      job: run.job,
      trigger: run.trigger,
      started_at: isoFromMs(run.startedAt),
      completed_at: isoFromMs(endedAt),
      counts: run.counts,
      error: run.error ? { code: run.error.code, message: run.error.message } : null,
      notes: (run.notes ?? []).map(({ stage, code, message }) => ({ stage, code, message })),
    },
  };
}
