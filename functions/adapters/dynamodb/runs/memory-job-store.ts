import type { Changes } from '#adapters/dynamodb/table/expression.ts';
import { acquireMemoryLease, applied, isMemoryLeaseHeldBy } from '#adapters/dynamodb/table/memory-lease.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import type { JobStore, Lease } from '#core/runs/job-store.ts';
import { finishChanges, jobKey, jobLease, overrideChanges, proofOf, readJobState } from './job-item.ts';
import { leaseLost } from './job-store.ts';

/** The items of jobs by partition key. */
export type MemoryJobs = { readonly jobs: Map<string, Row> };

/** The in-memory fake of `createJobStore`: the adapter's own changes, applied to a row in memory. */
export function createMemoryJobStore({ jobs }: MemoryJobs): JobStore {
  const rowOf = (job: string) => jobs.get(jobKey(job).pk);
  const change = (job: string, changes: Changes) =>
    jobs.set(jobKey(job).pk, applied(rowOf(job) ?? {}, changes));
  const changeUnder = (lease: Lease, changes: Changes) => {
    if (!isMemoryLeaseHeldBy(jobs, jobLease(lease.job), proofOf(lease))) throw leaseLost(lease);
    change(lease.job, changes);
  };
  return {
    state: async (job) => readJobState(job, rowOf(job)),
    async acquire(job, runId, now, leaseMs) {
      const fence = acquireMemoryLease(jobs, jobLease(job), { holder: runId, now, leaseMs });
      return fence === undefined ? undefined : { job, runId, fence };
    },
    async renew(lease, until) {
      changeUnder(lease, { set: { leaseUntil: until } });
      return readJobState(lease.job, rowOf(lease.job)).override;
    },
    setListing: async (lease, listing) =>
      changeUnder(lease, listing === undefined ? { remove: ['listing'] } : { set: { listing } }),
    setCacheSize: async (job, size) => {
      change(job, { set: size });
    },
    setOverride: async (job, override) => {
      change(job, overrideChanges(override));
    },
    async cancel(job, runId) {
      change(job, { set: { job, cancelledRunId: runId } });
    },
    async finish(lease, outcome) {
      if (rowOf(lease.job)?.finishedFence === lease.fence) return;
      changeUnder(lease, finishChanges(lease, outcome));
    },
  };
}
