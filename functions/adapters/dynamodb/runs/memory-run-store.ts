import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { memoryPartitionSource } from '#adapters/dynamodb/table/memory-partition.ts';
import { LeaseLostError } from '#core/errors.ts';
import type { RunStore } from '#core/runs/run-store.ts';
import { type RunItem, readRun, runItem } from './run-item.ts';
import { runList } from './run-store.ts';

/** The items of runs by id. */
export type MemoryRuns = { readonly runs: Map<string, RunItem> };

/** The in-memory fake of `createRunStore`. */
export function createMemoryRunStore({ runs }: MemoryRuns): RunStore {
  return {
    async put(run, expiresAt) {
      const stored = runs.get(run.runId);
      if (stored && stored.fence > run.fence) {
        throw new LeaseLostError(`Run ${run.runId} has been taken over under a later lease.`);
      }
      runs.set(run.runId, runItem(run, expiresAt));
    },
    async get(runId, now) {
      const item = runs.get(runId);
      return item && item.expiresAt > toEpochSeconds(now) ? readRun(item) : undefined;
    },
    list: (filter, limit, cursor, now) =>
      fillPage(memoryPartitionSource(runs.values(), runList(filter), now), limit, cursor, 1),
  };
}
