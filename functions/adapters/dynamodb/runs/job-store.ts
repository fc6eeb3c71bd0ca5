import type { Changes } from '#adapters/dynamodb/table/expression.ts';
import { getItem, updateItem } from '#adapters/dynamodb/table/item.ts';
import { acquireLease, isHeldBy } from '#adapters/dynamodb/table/lease.ts';
import type { Row, Table } from '#adapters/dynamodb/table/table.ts';
import { LeaseLostError } from '#core/errors.ts';
import type { JobOutcome, JobStore, Lease } from '#core/runs/job-store.ts';
import {
  finishChanges,
  jobKey,
  jobLease,
  overrideChanges,
  overrideOf,
  proofOf,
  readJobState,
} from './job-item.ts';

/**
 * The jobs' states and leases in DynamoDB. Every change is one conditional UpdateItem.
 *
 * Where the answer to a write is lost, the SDK repeats it and is told that the condition fails: by our own
 * write. `acquire` and `finish` look once, consistently, whether that was so; otherwise a job would wait out
 * a lease that nobody knows to hold, or a finished run would be reported as lost.
 */
export function createJobStore(table: Table): JobStore {
  return {
    state: async (job) => readJobState(job, await getItem(table, jobKey(job))),
    async acquire(job, runId, now, leaseMs) {
      const fence = await acquireLease(table, jobLease(job), { holder: runId, now, leaseMs }, { job });
      return fence === undefined ? undefined : { job, runId, fence };
    },
    renew: async (lease, until) =>
      overrideOf(await changeUnder(table, lease, { set: { leaseUntil: until } })),
    setListing: async (lease, listing) => {
      await changeUnder(table, lease, listing === undefined ? { remove: ['listing'] } : { set: { listing } });
    },
    setCacheSize: async (job, size) => {
      await updateItem(table, jobKey(job), { set: { job, ...size } });
    },
    setOverride: async (job, override) => {
      const { set, add } = overrideChanges(override);
      await updateItem(table, jobKey(job), { set: { job, ...set }, add });
    },
    cancel: async (job, runId) => {
      await updateItem(table, jobKey(job), { set: { job, cancelledRunId: runId } });
    },
    finish: (lease, outcome) => finish(table, lease, outcome),
  };
}

async function finish(table: Table, lease: Lease, outcome: JobOutcome): Promise<void> {
  if (await updateUnder(table, lease, finishChanges(lease, outcome))) return;
  const row = await getItem(table, jobKey(lease.job));
  if (row?.finishedFence !== lease.fence) throw leaseLost(lease);
}

async function changeUnder(table: Table, lease: Lease, changes: Changes): Promise<Row> {
  const row = await updateUnder(table, lease, changes);
  if (row === undefined) throw leaseLost(lease);
  return row;
}

/** The item after the update; undefined when the lease is not held any more. */
function updateUnder(table: Table, lease: Lease, changes: Changes): Promise<Row | undefined> {
  const item = jobLease(lease.job);
  return updateItem(table, item.key, changes, isHeldBy(item, proofOf(lease)));
}

/** The rejection of a write under a lease that is not held any more. */
export function leaseLost({ job, runId }: Lease): LeaseLostError {
  return new LeaseLostError(`Run ${runId} no longer holds the lease of ${job}.`);
}
