import { BatchGetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createSyncStores } from '#adapters/dynamodb/sync-stores.ts';
import { MeasurementError } from '#bench/report/errors.ts';
import { type BenchTable, withTable } from '#bench/report/table.ts';
import type { Consumption } from '#bench/services/meter.ts';
import { editSkills, startMarketplaceProcess } from '#bench/services/services.ts';
import { type Elapsed, timed } from '#bench/services/stopwatch.ts';
import type { Run } from '#core/runs/run.ts';
import type { MarketplaceFacts } from '#local/marketplace/marketplace-worker.ts';
import { putInBatches, putOneByOne } from './bare-loop.ts';
import { createBenchSync, expectCounts, POLICY } from './run-sync.ts';

/** One sync: what it took and what it consumed. */
type SyncRound = Elapsed & { readonly run: Run; readonly consumed: Consumption };

/** What one round has measured; the floors only where they were wanted. */
export type Round = {
  readonly bare?: Elapsed;
  readonly batched?: Elapsed;
  readonly first: SyncRound;
  readonly quiet: SyncRound;
  readonly changed: SyncRound;
  readonly reading: ReadingCost;
};

/** Read units of reading every item, eventually consistent. */
type ReadingCost = { readonly scan: number; readonly batchGet: number };

/** How many skills are synced, how often, and against what. */
export type RoundsOptions = {
  readonly skills: number;
  readonly changed: number;
  readonly rounds: number;
  readonly withFloors: boolean;
};

const MAX_WARM_UP_SKILLS = 500;

/**
 * Runs floors and syncs in turn, each first sync on an empty table. A small round that nobody looks at goes before,
 * so that none of them pays for the compiler.
 */
export async function measureRounds(options: RoundsOptions): Promise<Round[]> {
  const warmUp = { ...options, skills: Math.min(MAX_WARM_UP_SKILLS, options.skills), changed: 1 };
  await withMarketplace(warmUp, (marketplace) => measureRound(marketplace, warmUp, 0));
  return withMarketplace(options, async (marketplace) => {
    const rounds: Round[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      rounds.push(await measureRound(marketplace, options, round));
    }
    return rounds;
  });
}

async function withMarketplace<T>(
  { skills }: RoundsOptions,
  task: (marketplace: MarketplaceFacts) => Promise<T>,
): Promise<T> {
  const marketplace = await startMarketplaceProcess(skills);
  try {
    return await task(marketplace.facts);
  } finally {
    await marketplace.stop();
  }
}

async function measureRound(
  marketplace: MarketplaceFacts,
  options: RoundsOptions,
  round: number,
): Promise<Round> {
  const floors = () => (options.withFloors ? measureFloors(marketplace, options.skills) : {});
  // Every other round the other way about, so that what grows over time favours neither.
  if (round % 2 === 0) return { ...(await floors()), ...(await measureSyncs(marketplace, options)) };
  const syncs = await measureSyncs(marketplace, options);
  return { ...(await floors()), ...syncs };
}

async function measureFloors(marketplace: MarketplaceFacts, skills: number) {
  const measure = (load: typeof putOneByOne) =>
    withTable(async (table) => {
      const { value, elapsed } = await timed(() => load(marketplace, table));
      if (value !== skills) throw new MeasurementError(`The bare loop wrote ${value} of ${skills} items.`);
      return elapsed;
    });
  return { bare: await measure(putOneByOne), batched: await measure(putInBatches) };
}

function measureSyncs(marketplace: MarketplaceFacts, { skills, changed }: RoundsOptions) {
  return withTable(async (table) => {
    const { run } = createBenchSync(marketplace, createSyncStores(table, POLICY), table.log);
    const measure = async (expected: Readonly<Record<string, number>>): Promise<SyncRound> => {
      table.meter.reset();
      const { value, elapsed } = await timed(() => run());
      expectCounts(value, expected);
      return { ...elapsed, run: value, consumed: table.meter.consumed };
    };
    const first = await measure({ added: skills });
    const quiet = await measure({ unchanged: skills });
    await editSkills(marketplace, changed);
    const afterEdits = await measure({ changed, unchanged: skills - changed });
    return { first, quiet, changed: afterEdits, reading: await readAllItems(table) };
  });
}

/** Reads every item in both ways that there are without an index, for what it costs. */
async function readAllItems(table: BenchTable): Promise<ReadingCost> {
  table.meter.reset();
  const keys: { pk: string; sk: string }[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(new ScanCommand({ TableName: table.name, ExclusiveStartKey }));
    for (const { pk, sk } of page.Items ?? []) if (sk === 'SKILL') keys.push({ pk, sk });
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  const scan = table.meter.consumed.readUnits;
  table.meter.reset();
  for (let start = 0; start < keys.length; start += 100) {
    const RequestItems = { [table.name]: { Keys: keys.slice(start, start + 100) } };
    await table.client.send(new BatchGetCommand({ RequestItems }));
  }
  return { scan, batchGet: table.meter.consumed.readUnits };
}
