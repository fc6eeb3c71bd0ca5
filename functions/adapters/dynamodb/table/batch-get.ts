import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { StorageError } from '#core/errors.ts';
import { equalJitter, exponentialDelay } from '#core/time/backoff.ts';
import type { Random, Sleep } from '#core/time/clock.ts';
import { namesOf } from './expression.ts';
import { attempt, itemName, type Key, type Row, type Table } from './table.ts';

/** DynamoDB takes no more keys in one call. */
const MAX_KEYS = 100;
/** Calls in a row that may bring nothing before it counts as a failure; some 3 s of waiting in all. */
const MAX_EMPTY_CALLS = 6;
const delayAfter = exponentialDelay(50);

/** Time and chance for the waits between calls. */
export type Timing = { readonly sleep: Sleep; readonly random: Random };

type BatchGetOptions = {
  /** Default: eventually, at half the price. */
  readonly consistent?: boolean;
  /** Beside the key. Default: all. It costs the same: DynamoDB bills whole items. */
  readonly attributes?: readonly string[];
};

/**
 * Reads items by their keys, in the order of the keys; what is not there is left out.
 *
 * DynamoDB gives back unprocessed keys when it is throttled or the answer would exceed 16 MB. They are asked
 * for again: at once after a call that brought something, after a growing wait otherwise.
 *
 * @throws StorageError
 */
export async function batchGet(
  table: Table,
  keys: readonly Key[],
  timing: Timing,
  { consistent = false, attributes }: BatchGetOptions = {},
): Promise<Row[]> {
  const chunks: Key[][] = [];
  for (let start = 0; start < keys.length; start += MAX_KEYS)
    chunks.push(keys.slice(start, start + MAX_KEYS));
  const options = { ConsistentRead: consistent, ...projectionOf(attributes) };
  const parts = await Promise.all(chunks.map((Keys) => getChunk(table, { Keys, ...options }, timing)));
  const byKey = new Map<string, Row>();
  for (const part of parts) for (const row of part) byKey.set(itemName(row), row);
  return keys.map((key) => byKey.get(itemName(key))).filter((row) => row !== undefined);
}

type TableRequest = NonNullable<NonNullable<BatchGetCommandInput['RequestItems']>[string]>;

function projectionOf(attributes: readonly string[] | undefined): Omit<TableRequest, 'Keys'> {
  if (attributes === undefined) return {};
  const names = ['pk', 'sk', ...attributes];
  return {
    ProjectionExpression: names.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: namesOf(names),
  };
}

async function getChunk(table: Table, request: TableRequest, timing: Timing): Promise<Row[]> {
  const rows: Row[] = [];
  let left: NonNullable<BatchGetCommandOutput['UnprocessedKeys']> = { [table.name]: request };
  for (let empty = 0; empty < MAX_EMPTY_CALLS; ) {
    const answer = await attempt('BatchGetItem', () =>
      table.client.send(new BatchGetCommand({ RequestItems: left })),
    );
    const found = answer.Responses?.[table.name] ?? [];
    rows.push(...found);
    if (!answer.UnprocessedKeys?.[table.name]?.Keys?.length) return rows;
    left = answer.UnprocessedKeys;
    empty = found.length > 0 ? 0 : empty + 1;
    if (empty > 0) await timing.sleep(equalJitter(delayAfter(empty), timing.random));
  }
  throw new StorageError('DynamoDB BatchGetItem gave back its keys unprocessed again and again');
}
