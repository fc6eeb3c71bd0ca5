import * as z from 'zod';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { deleteItem, getItem, putItem } from '#adapters/dynamodb/table/item.ts';
import { pack, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import { partitionPages } from '#adapters/dynamodb/table/query.ts';
import { type Key, type Row, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { LeaseLostError } from '#core/errors.ts';
import type { AnalysisBatch, AnalysisBatches } from '#core/tickets/analysis-batch.ts';
import { isUnder } from './ticket-sync-states.ts';

/** The partition that names the batches which are open, by their ids: in the order of time. */
const OPEN = 'BATCHES';
/** How long a batch that is over is kept. */
const KEPT_MS = 90 * 86_400_000;

/**
 * The batches in DynamoDB: an item each, with its tickets packed, and a row in one partition while it is open. What is
 * open is read consistently, and not by an index that is a moment behind: a batch that is overlooked is paid twice.
 */
export function createAnalysisBatches(table: Table): AnalysisBatches {
  const get = async (id: string) => {
    const row = await getItem(table, batchKey(id));
    return row && readBatch(table, row);
  };
  return {
    get,
    async put(batch, fence) {
      const key = { pk: OPEN, sk: batch.id };
      // Before the batch where it is open, and after it where it is over: in between, the row names too much at worst.
      if (isOpen(batch)) await putItem(table, key);
      if (!(await putItem(table, batchItem(batch, fence), isUnder(fence)))) {
        throw new LeaseLostError(`A later run has written the batch ${batch.id}.`);
      }
      if (!isOpen(batch)) await deleteItem(table, key);
    },
    async open() {
      const ids: string[] = [];
      for await (const rows of partitionPages(table, OPEN)) ids.push(...rows.map(({ sk }) => String(sk)));
      const batches = await Promise.all(ids.map(get));
      return batches.filter((batch) => batch !== undefined && isOpen(batch)) as AnalysisBatch[];
    },
  };
}

function isOpen({ status }: AnalysisBatch): boolean {
  return status === 'intent' || status === 'submitted';
}

function batchKey(id: string): Key {
  return { pk: `BATCH#${id}`, sk: 'META' };
}

/** Ten thousand tickets are some 250 KB packed: their hashes can't be compressed, the rest can. */
function batchItem({ tickets, ...batch }: AnalysisBatch, fence: number) {
  const pairs = tickets.map(({ id, contentSha }) => [id, contentSha]);
  const over = batch.collectedAt ?? batch.submittedAt ?? batch.createdAt;
  return {
    ...batchKey(batch.id),
    fence,
    json: pack(batch),
    tickets: pack(pairs),
    ...(batch.status === 'intent' || batch.status === 'submitted'
      ? {}
      : { expiresAt: toEpochSeconds(over + KEPT_MS) }),
  };
}

function readBatch(table: Table, row: Row): AnalysisBatch | undefined {
  const batch = storedBatch.safeParse(unpackJson(row.json));
  const tickets = storedTickets.safeParse(unpackJson(row.tickets));
  if (batch.success && tickets.success) return { ...batch.data, tickets: tickets.data };
  reportUnreadable(table.log, row, 'no batch');
  return undefined;
}

const storedTickets = z.array(
  z.tuple([z.string(), z.string()]).transform(([id, contentSha]) => ({ id, contentSha })),
);

const storedBatch = z.object({
  id: z.string(),
  runId: z.string(),
  status: z.enum(['intent', 'submitted', 'collected', 'abandoned']),
  remoteId: z.string().optional(),
  model: z.string(),
  reservationId: z.string(),
  createdAt: z.int(),
  submittedAt: z.int().optional(),
  collectedAt: z.int().optional(),
});
