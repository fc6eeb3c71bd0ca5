import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { namesOf, onlyIf } from '#adapters/dynamodb/table/expression.ts';
import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { type PartitionList, partitionSource } from '#adapters/dynamodb/table/partition-list.ts';
import { attempt, attemptIf, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { LeaseLostError } from '#core/errors.ts';
import type { Run } from '#core/runs/run.ts';
import type { RunFilter, RunStore } from '#core/runs/run-store.ts';
import { isRunId, RUNS, readRun, runItem } from './run-item.ts';

const MAX_READS = 20;

/** The list of runs, newest first. */
export function runList({ job, status }: RunFilter): PartitionList<Run> {
  return { list: 'runs', pk: RUNS, newestFirst: true, filter: { job, status }, parse: readRun };
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
  const Item = runItem(run, expiresAt);
  const { held } = await attemptIf('PutItem', () =>
    table.client.send(new PutCommand({ TableName: table.name, Item, ...onlyIf(condition) })),
  );
  if (!held) throw new LeaseLostError(`Run ${run.runId} has been taken over under a later lease.`);
}

async function get(table: Table, runId: string, now: number): Promise<Run | undefined> {
  if (!isRunId(runId)) return undefined;
  const { Item } = await attempt('GetItem', () =>
    table.client.send(
      new GetCommand({ TableName: table.name, Key: { pk: RUNS, sk: runId }, ConsistentRead: true }),
    ),
  );
  if (Item === undefined || Number(Item.expiresAt) <= toEpochSeconds(now)) return undefined;
  const run = readRun(Item);
  if (run === undefined) reportUnreadable(table.log, Item, 'no run');
  return run;
}
