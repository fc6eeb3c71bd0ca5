import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import type { JobRunDeps } from '#core/runs/job-run.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

/** What a run of a job needs, on the memory fakes and a virtual clock; `wentOn` names the runs that go on elsewhere. */
export function createJobRunner() {
  const clock = createVirtualClock();
  const table = createMemoryTable();
  const wentOn: string[] = [];
  const deps: JobRunDeps = {
    jobs: createMemoryJobStore(table),
    runs: createMemoryRunStore(table),
    now: clock.now,
    sleep: clock.sleep,
    log: SILENT,
    remainingMs: () => Number.POSITIVE_INFINITY,
    continueInNewInvocation: async (runId) => void wentOn.push(runId),
  };
  return { clock, deps, wentOn };
}

export type JobRunner = ReturnType<typeof createJobRunner>;
