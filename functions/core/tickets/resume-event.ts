import { RunStatus } from '#core/runs/run.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import type { Now } from '#core/time/clock.ts';
import type { ResumeEvent } from './batch-poll.ts';
import { JOB_OF_TASK } from './ticket-event.ts';
import { TicketTask } from './ticket-task.ts';

/** The event that resumes a run; undefined for one that does not wait. @throws StorageError */
export async function resumeEvent(
  { runs, now }: { readonly runs: Pick<RunStore, 'get'>; readonly now: Now },
  runId: string,
): Promise<ResumeEvent | undefined> {
  const run = await runs.get(runId, now());
  if (run?.status !== RunStatus.interrupted || run.continuedBy) return undefined;
  const task = Object.values(TicketTask).find((one) => JOB_OF_TASK[one] === run.job);
  return task && { trigger: 'schedule', task, run_id: runId };
}
