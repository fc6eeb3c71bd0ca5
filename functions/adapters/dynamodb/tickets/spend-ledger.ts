import * as z from 'zod';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { IS_NEW, isStill } from '#adapters/dynamodb/table/expression.ts';
import { getItem, swapItem } from '#adapters/dynamodb/table/item.ts';
import { pack, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import type { Key, Row, Table } from '#adapters/dynamodb/table/table.ts';
import { StorageError, TicketContendedError } from '#core/errors.ts';
import { emptyMonth } from '#core/tickets/spend.ts';
import { type SpendLedger, type SpendMonth, SpendPurpose } from '#core/tickets/spend-ledger.ts';

/** Losing a month this often in a row to other processes is something else than bad luck. */
const MAX_TRIES = 10;
/** A month is kept for two years, and then some days. */
const KEPT_MS = 800 * 86_400_000;

type Transition<T> = (before: SpendMonth) => { readonly next: SpendMonth; readonly result: T };
type Change = {
  readonly transition: Transition<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * The ledger in DynamoDB: an item a month. Changes of this process to the same month queue up while one is written,
 * and are then written together, so that fifty requests at the same time do not take the month from each other.
 */
export function createSpendLedger(table: Table): SpendLedger {
  const queues = new Map<string, Change[]>();
  return {
    read: async (month) => (await load(table, month)).month,
    change: <T>(month: string, transition: Transition<T>) =>
      new Promise<T>((resolve, reject) => {
        const change: Change = { transition, resolve: (result) => resolve(result as T), reject };
        const queue = queues.get(month);
        if (queue) queue.push(change);
        else {
          queues.set(month, [change]);
          void drain(table, month, queues);
        }
      }),
  };
}

async function drain(table: Table, month: string, queues: Map<string, Change[]>): Promise<void> {
  for (;;) {
    const changes = queues.get(month) ?? [];
    if (changes.length === 0) break;
    queues.set(month, []);
    try {
      await commit(table, month, changes);
    } catch (error) {
      for (const { reject } of changes) reject(error);
    }
  }
  queues.delete(month);
}

/** Writes changes in one step; each is told its own result once that is stored. */
async function commit(table: Table, month: string, changes: readonly Change[]): Promise<void> {
  let before = await load(table, month);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { next, answers } = applied(before.month, changes);
    const stored = next === before.month ? undefined : await write(table, before, next);
    if (stored === undefined) {
      for (const answer of answers) answer();
      return;
    }
    before = stored;
  }
  throw new TicketContendedError(`The ledger of ${month} was changed by others ${MAX_TRIES} times in a row`);
}

function applied(month: SpendMonth, changes: readonly Change[]) {
  let next = month;
  const answers = changes.map(({ transition, resolve, reject }) => {
    try {
      const step = transition(next);
      next = step.next;
      return () => resolve(step.result);
    } catch (error) {
      return () => reject(error);
    }
  });
  return { next, answers };
}

type Loaded = { readonly month: SpendMonth; readonly revision: number };

/** @returns undefined where it is written; what is stored instead where another process came first */
async function write(
  table: Table,
  { month, revision }: Loaded,
  next: SpendMonth,
): Promise<Loaded | undefined> {
  const item = {
    ...monthKey(month.month),
    revision: revision + 1,
    json: pack(next),
    expiresAt: toEpochSeconds(Date.parse(`${month.month}-01T00:00:00Z`) + KEPT_MS),
  };
  const swap = await swapItem(table, item, revision === 0 ? IS_NEW : isStill('revision', revision));
  return swap.isWritten ? undefined : loadedFrom(month.month, swap.stored);
}

async function load(table: Table, month: string): Promise<Loaded> {
  return loadedFrom(month, await getItem(table, monthKey(month)));
}

/** What can't be read must not count as nothing spent: @throws StorageError */
function loadedFrom(month: string, row: Row | undefined): Loaded {
  if (row === undefined) return { month: emptyMonth(month), revision: 0 };
  const parsed = storedMonth.safeParse(unpackJson(row.json));
  if (!parsed.success || typeof row.revision !== 'number' || parsed.data.month !== month) {
    throw new StorageError(
      `The ledger of ${month} can't be read: no request of Claude is paid until it is mended.`,
    );
  }
  return { month: parsed.data, revision: row.revision };
}

function monthKey(month: string): Key {
  return { pk: `SPEND#${month}`, sk: 'MONTH' };
}

const amount = z.number().nonnegative();

const storedMonth = z.object({
  month: z.string(),
  days: z.record(
    z.string(),
    z.object({
      uses: z.record(
        z.string(),
        z.object({
          requests: amount,
          costMicroUsd: amount,
          inputTokens: amount,
          outputTokens: amount,
          cacheReadTokens: amount,
        }),
      ),
    }),
  ),
  open: z.record(
    z.string(),
    z.object({
      day: z.string(),
      model: z.string(),
      purpose: z.enum(SpendPurpose),
      microUsd: amount,
      runId: z.string(),
      at: z.number(),
    }),
  ),
  runs: z.record(z.string(), amount),
});
