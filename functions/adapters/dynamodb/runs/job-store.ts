import { randomUUID } from 'node:crypto';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Changes, type Expression, namesOf, updateIf } from '#adapters/dynamodb/table/expression.ts';
import { attempt, attemptIf, type Row, type Table } from '#adapters/dynamodb/table/table.ts';
import { LeaseLostError } from '#core/errors.ts';
import type { JobOutcome, JobStore, Lease } from '#core/runs/job-store.ts';
import { latestBelieved } from '#core/time/wrong-clock.ts';
import { finishChanges, jobKey, overrideChanges, overrideOf, readJobState } from './job-item.ts';

/**
 * The jobs' states and leases in DynamoDB. Every change is one conditional UpdateItem.
 *
 * Where the answer to a write is lost, the SDK repeats it and is told that the condition fails: by our own
 * write. `acquire` and `finish` look once, consistently, whether that was so; otherwise a job would wait out
 * a lease that nobody knows to hold, or a finished run would be reported as lost.
 */
export function createJobStore(table: Table): JobStore {
  return {
    state: async (job) => readJobState(job, await readRow(table, job)),
    acquire: (job, runId, now, leaseMs) => acquire(table, { job, runId, now, leaseMs }),
    renew: async (lease, until) =>
      overrideOf(await changeUnder(table, lease, { set: { leaseUntil: until } })),
    setListing: async (lease, listing) => {
      await changeUnder(table, lease, listing === undefined ? { remove: ['listing'] } : { set: { listing } });
    },
    setCacheSize: async (job, size) => {
      await update(table, job, { set: { job, ...size } });
    },
    setOverride: async (job, override) => {
      const { set, add } = overrideChanges(override);
      await update(table, job, { set: { job, ...set }, add });
    },
    finish: (lease, outcome) => finish(table, lease, outcome),
  };
}

type Claim = {
  readonly job: string;
  readonly runId: string;
  readonly now: number;
  readonly leaseMs: number;
};

async function acquire(table: Table, { job, runId, now, leaseMs }: Claim): Promise<Lease | undefined> {
  const leaseId = randomUUID();
  const changes: Changes = {
    set: { job, runningRunId: runId, leaseUntil: now + leaseMs, leaseId },
    compute: { fence: 'if_not_exists(#fence, :zero) + :one' },
    values: { ':zero': 0, ':one': 1 },
  };
  const isFree: Expression = {
    text: 'attribute_not_exists(#leaseUntil) OR #leaseUntil <= :now_ OR #leaseUntil > :latest_',
    names: namesOf(['leaseUntil']),
    values: { ':now_': now, ':latest_': latestBelieved(now, leaseMs) },
  };
  const taken = await update(table, job, changes, isFree);
  const row = taken ?? (await readRow(table, job));
  return row?.leaseId === leaseId ? { job, runId, fence: Number(row.fence) } : undefined;
}

async function finish(table: Table, lease: Lease, outcome: JobOutcome): Promise<void> {
  if (await update(table, lease.job, finishChanges(lease.fence, outcome), isHeld(lease))) return;
  const row = await readRow(table, lease.job);
  if (row?.finishedFence !== lease.fence) throw leaseLost(lease);
}

async function changeUnder(table: Table, lease: Lease, changes: Changes): Promise<Row> {
  const row = await update(table, lease.job, changes, isHeld(lease));
  if (row === undefined) throw leaseLost(lease);
  return row;
}

function isHeld({ fence, runId }: Lease): Expression {
  return {
    text: '#fence = :fence_ AND #runningRunId = :runId_',
    names: namesOf(['fence', 'runningRunId']),
    values: { ':fence_': fence, ':runId_': runId },
  };
}

/** The refusal of a write under a lease that is not held any more. */
export function leaseLost({ job, runId }: Lease): LeaseLostError {
  return new LeaseLostError(`Run ${runId} no longer holds the lease of ${job}.`);
}

/** The item after the update; undefined when the condition does not hold. */
async function update(
  table: Table,
  job: string,
  changes: Changes,
  condition?: Expression,
): Promise<Row | undefined> {
  const written = await attemptIf('UpdateItem', () =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: jobKey(job),
        ReturnValues: 'ALL_NEW',
        ...updateIf(changes, condition),
      }),
    ),
  );
  return written.held ? (written.answer.Attributes ?? {}) : undefined;
}

async function readRow(table: Table, job: string): Promise<Row | undefined> {
  const { Item } = await attempt('GetItem', () =>
    table.client.send(new GetCommand({ TableName: table.name, Key: jobKey(job), ConsistentRead: true })),
  );
  return Item;
}
