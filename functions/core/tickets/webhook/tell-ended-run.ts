import type { Run } from '#core/runs/run.ts';
import { runEndedEvent } from './run-ended-event.ts';
import type { WebhookOutbox } from './webhook-event.ts';

/** Tells of each run that has ended, where there is somebody to tell. */
export function tellEndedRun(outbox: WebhookOutbox | undefined): (run: Run) => Promise<void> {
  return async (run) => {
    const event = runEndedEvent(run);
    if (event) await outbox?.send(event);
  };
}
