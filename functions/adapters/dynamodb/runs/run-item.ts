import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import { parseIfJson, stringify } from '#core/json/json.ts';
import { outcomeOf, type Run } from '#core/runs/run.ts';

/** Every run is in this partition; run ids are ULIDs, so their order is that of time. */
export const RUNS = 'RUNS';

/** A run's item: what lists filter by, and the whole record. */
export type RunItem = Key & {
  readonly job: string;
  readonly status: string;
  readonly outcome: string;
  readonly fence: number;
  readonly expiresAt: number;
  readonly json: string;
};

/** The item of a run. */
export function runItem(run: Run, expiresAt: number): RunItem {
  const { runId, job, status, fence } = run;
  return {
    pk: RUNS,
    sk: runId,
    job,
    status,
    outcome: outcomeOf(run),
    fence,
    expiresAt: toEpochSeconds(expiresAt),
    json: stringify(run),
  };
}

/** The run in an item; undefined where it can't be read. */
export function readRun(row: Row): Run | undefined {
  const run = parseIfJson(row.json) as Run | null | undefined;
  return run?.runId === row.sk ? (run ?? undefined) : undefined;
}
