import type { RunContext } from '#core/runs/job-run.ts';
import type { Run } from '#core/runs/run.ts';

/** What a context has beside the lease, for work that keeps no record: the run as it began, and nobody to tell. */
export function unrecorded(job: string, runId: string): Pick<RunContext, 'begun' | 'enter' | 'note'> {
  const begun: Run = {
    runId,
    job,
    status: 'running',
    trigger: 'schedule',
    startedAt: 0,
    progress: { done: 0, total: undefined, unit: 'records' },
    counts: {},
    invocations: 1,
    fence: 1,
  };
  return { begun, enter: () => undefined, note: () => undefined };
}
