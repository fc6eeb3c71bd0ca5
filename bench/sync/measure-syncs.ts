import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createSyncStores } from '#adapters/dynamodb/sync-stores.ts';
import type { CostOptions } from '#bench/month/cost-options.ts';
import { type BenchTable, withTable } from '#bench/report/table.ts';
import { editSkills, startMarketplaceProcess } from '#bench/services/services.ts';
import { timed } from '#bench/services/stopwatch.ts';
import type { MarketplaceFacts } from '#local/marketplace/marketplace-worker.ts';
import { createBenchSync, expectCounts, POLICY } from './run-sync.ts';

/** What one sync consumed; the writes are those of the table, without its indexes. */
type SyncUnits = { readonly reads: number; readonly writes: number; readonly cpuMs: number };

/** What the syncs of one table consumed, in the order in which they were run. */
export type MeasuredSyncs = {
  readonly first: SyncUnits;
  readonly quiet: SyncUnits;
  readonly changed: SyncUnits & { readonly skills: number };
  /** Late in the entries' life, when all of them are due. */
  readonly renewing: SyncUnits & { readonly skills: number };
  /** Of the table, without its indexes. */
  readonly tableBytes: number;
};

/** Eventually consistent, a unit reads two times 4 KB. */
const SCANNED_BYTES_PER_UNIT = 8_192;
/** Later than the last entry is due, and earlier than the first one expires. */
const SHARE_OF_LIFE_UNTIL_DUE = 0.8;

/** Runs the sync as it is deployed, on dynalite, against the simulator, and counts. */
export async function measureSyncs(options: CostOptions): Promise<MeasuredSyncs> {
  const marketplace = await startMarketplaceProcess(options.skills);
  try {
    return await withTable((table) => measureOn(table, marketplace.facts, options));
  } finally {
    await marketplace.stop();
  }
}

async function measureOn(
  table: BenchTable,
  marketplace: MarketplaceFacts,
  { skills, changedShare, intervalMinutes, ttlHours, pageSize }: CostOptions,
): Promise<MeasuredSyncs> {
  const lifetime = { ttlMs: ttlHours * 3_600_000, intervalMs: intervalMinutes * 60_000 };
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const { run } = createBenchSync(marketplace, createSyncStores(table, POLICY), table.log, {
    now,
    pageSize,
    lifetime,
  });
  const measure = async (expected: Readonly<Record<string, number>>): Promise<SyncUnits> => {
    table.meter.reset();
    const { value, elapsed } = await timed(() => run());
    expectCounts(value, expected);
    const { readUnits, writeUnits } = table.meter.consumed;
    return { reads: readUnits, writes: writeUnits, cpuMs: elapsed.cpuMs };
  };

  const first = await measure({ added: skills });
  const quiet = await measure({ unchanged: skills });
  // Without any change there is nothing to measure what one costs by.
  const edited = Math.max(1, Math.round(skills * (changedShare || 0.01)));
  await editSkills(marketplace, edited);
  const changed = await measure({ changed: edited });
  aheadMs = SHARE_OF_LIFE_UNTIL_DUE * lifetime.ttlMs;
  const renewing = await measure({ renewed: skills });
  const tableBytes = await scannedBytes(table);
  return {
    first,
    quiet,
    changed: { ...changed, skills: edited },
    renewing: { ...renewing, skills },
    tableBytes,
  };
}

/** The size of the table by what reading all of it costs. */
async function scannedBytes(table: BenchTable): Promise<number> {
  table.meter.reset();
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(new ScanCommand({ TableName: table.name, ExclusiveStartKey }));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return table.meter.consumed.readUnits * SCANNED_BYTES_PER_UNIT;
}
