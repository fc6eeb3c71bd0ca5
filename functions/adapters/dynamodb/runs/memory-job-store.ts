import type { Changes } from '#adapters/dynamodb/table/expression.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import type { JobState, JobStore, Lease } from '#core/runs/job-store.ts';
import { isStillOn } from '#core/time/wrong-clock.ts';
import { finishChanges, overrideChanges, readJobState } from './job-item.ts';
import { leaseLost } from './job-store.ts';

/** The items of jobs by id. */
export type MemoryJobs = { readonly jobs: Map<string, Row> };

/** The in-memory fake of `createJobStore`: the adapter's own changes, applied to a row in memory. */
export function createMemoryJobStore({ jobs }: MemoryJobs): JobStore {
  const stateOf = (job: string): JobState => readJobState(job, jobs.get(job));
  const change = (job: string, changes: Changes) => jobs.set(job, applied(jobs.get(job) ?? {}, changes));
  const changeUnder = (lease: Lease, changes: Changes) => {
    const { fence, runningRunId } = stateOf(lease.job);
    if (fence !== lease.fence || runningRunId !== lease.runId) throw leaseLost(lease);
    change(lease.job, changes);
  };
  return {
    state: async (job) => stateOf(job),
    async acquire(job, runId, now, leaseMs) {
      const { leaseUntil, fence } = stateOf(job);
      if (isStillOn(leaseUntil, now, leaseMs)) return undefined;
      const lease: Lease = { job, runId, fence: fence + 1 };
      change(job, { set: { fence: lease.fence, runningRunId: runId, leaseUntil: now + leaseMs } });
      return lease;
    },
    async renew(lease, until) {
      changeUnder(lease, { set: { leaseUntil: until } });
      return stateOf(lease.job).override;
    },
    setListing: async (lease, listing) =>
      changeUnder(lease, listing === undefined ? { remove: ['listing'] } : { set: { listing } }),
    setCacheSize: async (job, size) => {
      change(job, { set: size });
    },
    setOverride: async (job, override) => {
      change(job, overrideChanges(override));
    },
    async finish(lease, outcome) {
      if (jobs.get(lease.job)?.finishedFence === lease.fence) return;
      changeUnder(lease, finishChanges(lease.fence, outcome));
    },
  };
}

/** A row after the changes that the adapter would write as one update expression. */
export function applied(
  row: Readonly<Record<string, unknown>>,
  { set = {}, remove = [], add = {} }: Changes,
) {
  const after: Record<string, unknown> = { ...row };
  for (const name of remove) delete after[name];
  for (const [name, value] of Object.entries(set)) if (value !== undefined) after[name] = value;
  for (const [name, value] of Object.entries(add)) {
    if (value !== undefined) after[name] = Number(after[name] ?? 0) + value;
  }
  return after;
}
