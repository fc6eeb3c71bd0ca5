import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { namesOf } from '#adapters/dynamodb/table/expression.ts';
import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { getItem, putItem } from '#adapters/dynamodb/table/item.ts';
import { type PartitionList, partitionSource } from '#adapters/dynamodb/table/partition-list.ts';
import { isSortKey, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { LeaseLostError } from '#core/errors.ts';
import type { Run } from '#core/runs/run.ts';
import { firstRunId } from '#core/runs/run-id.ts';
import type { RunFilter, RunStore } from '#core/runs/run-store.ts';
import { RUNS, readRun, runItem } from './run-item.ts';

const MAX_READS = 20;

/** The list of runs, newest first. */
export function runList({ job, status, outcome, since }: RunFilter): PartitionList<Run> {
  const from = since === undefined ? undefined : firstRunId(since);
  return {
    list: 'runs',
    pk: RUNS,
    newestFirst: true,
    from,
    filter: { job, status, outcome },
    parse: readRun,
  };
}

/** The runs in DynamoDB. */
export function createRunStore(table: Table): RunStore {
  return {
    put: (run, expiresAt) => put(table, run, expiresAt),
    get: (runId, now) => get(table, runId, now),
    list: (filter, limit, cursor, now) =>
      fillPage(partitionSource(table, runList(filter), now), limit, cursor, MAX_READS),
  };
}

async function put(table: Table, run: Run, expiresAt: number): Promise<void> {
  const condition = {
    text: 'attribute_not_exists(#pk) OR #fence <= :fence_',
    names: namesOf(['pk', 'fence']),
    values: { ':fence_': run.fence },
  };
  if (!(await putItem(table, runItem(run, expiresAt), condition)))
    throw new LeaseLostError(`Run ${run.runId} has been taken over under a later lease.`);
}

async function get(table: Table, runId: string, now: number): Promise<Run | undefined> {
  if (!isSortKey(runId)) return undefined;
  const row = await getItem(table, { pk: RUNS, sk: runId });
  if (row === undefined || Number(row.expiresAt) <= toEpochSeconds(now)) return undefined;
  const run = readRun(row);
  if (run === undefined) reportUnreadable(table.log, row, 'no run');
  return run;
}
