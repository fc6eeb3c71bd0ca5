import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { type Meter, meter } from '#bench/services/meter.ts';
import { startDynamodbProcess } from '#bench/services/services.ts';
import type { Log } from '#core/log.ts';
import { createTable } from '#test/engines/dynalite.ts';

/** A table of the deployed shape, over the client of the deployed code, with a meter on it. */
export type BenchTable = Table & { readonly meter: Meter; readonly endpoint: string };

const NAME = 'bench';

/** Says nothing below a warning: what goes wrong in a benchmark has to be seen. */
export const WARNINGS: Log = { debug() {}, info() {}, warn: complain, error: complain };

/** The benchmark's table on an engine where {@link withTable} has made it. */
export function openTable(endpoint: string): BenchTable {
  const client = createDocumentClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  return { client, name: NAME, log: WARNINGS, meter: meter(client), endpoint };
}

/**
 * Runs a task on a new, empty table. It lives in a dynalite of its own: one that has held other tables is slower
 * than a new one, and slower still where they were deleted (a bare loop rose from 5 s to 8 s over five tables).
 */
export async function withTable<T>(task: (table: BenchTable) => Promise<T>): Promise<T> {
  const dynamodb = await startDynamodbProcess();
  const table = openTable(dynamodb.facts.endpoint);
  try {
    await createTable(table.client, table.name);
    table.meter.reset();
    return await task(table);
  } finally {
    table.client.destroy();
    await dynamodb.stop();
  }
}

function complain(message: string, ...facts: Record<string, unknown>[]): void {
  process.stderr.write(`${message} ${JSON.stringify(facts)}\n`);
}
