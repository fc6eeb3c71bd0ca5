import { hash } from 'node:crypto';
import { batchGet, type Timing } from '#adapters/dynamodb/table/batch-get.ts';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { type Expression, namesOf } from '#adapters/dynamodb/table/expression.ts';
import { getItem, putItem, updateItem } from '#adapters/dynamodb/table/item.ts';
import { compressJson, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import {
  itemName,
  type Key,
  type Row,
  reportUnreadable,
  type Table,
} from '#adapters/dynamodb/table/table.ts';
import { inParallel } from '#core/in-parallel.ts';
import { ISSUE_ROWS } from './issue-keys.ts';

/** An item may have 400 KB. */
const PART_BYTES = 350 * 1_024;
const PARTS_AT_ONCE = 4;
const MARKS_AT_ONCE = 8;
/** A day of 200,000 tickets. What is larger must not fill the memory. */
const MAX_UNPACKED_BYTES = 256 * 1_024 * 1_024;

/** A value that was written once and never changes: where it is, and what it weighs packed. */
export type Blob = {
  readonly name: string;
  readonly parts: number;
  readonly bytes: number;
  /** Fingerprint of the value: the same one again need not be written. */
  readonly fingerprint: string;
};

/** Where blobs are: the partition of the issues of an account. */
export type BlobTable = { readonly table: Table; readonly pk: string; readonly timing: Timing };

/**
 * Writes a value under a name that nobody else uses.
 *
 * @param former what it takes the place of: where that is the same, it stays
 * @throws StorageError
 */
export async function writeBlob(
  { table, pk }: BlobTable,
  { name, value, writtenAt }: { readonly name: string; readonly value: unknown; readonly writtenAt: number },
  former: Blob | undefined,
): Promise<Blob> {
  const json = JSON.stringify(value);
  const fingerprint = hash('sha256', json, 'base64url').slice(0, 22);
  if (former?.fingerprint === fingerprint) return former;
  const packed = compressJson(json);
  const parts = Math.ceil(packed.length / PART_BYTES);
  await inParallel(Array(parts).keys(), PARTS_AT_ONCE, async (part) => {
    const bytes = packed.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
    await putItem(table, { ...partKey(pk, name, part), bytes, writtenAt });
  });
  return { name, parts, bytes: packed.length, fingerprint };
}

/** The values of blobs by name. One that is not there as it was written is reported, and left out. @throws StorageError */
export async function readBlobs(
  { table, pk, timing }: BlobTable,
  blobs: readonly Blob[],
): Promise<ReadonlyMap<string, unknown>> {
  const keys = blobs.flatMap((blob) => partKeys(pk, blob));
  const rows = new Map((await batchGet(table, keys, timing)).map((row) => [itemName(row), row]));
  // What was written a moment ago may not have reached every replica.
  const late = keys.filter((key) => !rows.has(itemName(key)));
  await inParallel(late, PARTS_AT_ONCE, async (key) => {
    const row = await getItem(table, key);
    if (row) rows.set(itemName(key), row);
  });
  const values = new Map<string, unknown>();
  for (const blob of blobs) {
    const value = unpackBlob(partKeys(pk, blob), rows, blob.bytes);
    if (value === undefined) reportUnreadable(table.log, partKey(pk, blob.name, 0), 'no part of the issues');
    else values.set(blob.name, value);
  }
  return values;
}

/** Has blobs expire. One that is gone already stays so. @throws StorageError */
export async function expireBlobs(
  { table, pk }: BlobTable,
  blobs: readonly Blob[],
  expiresAt: number,
): Promise<void> {
  const changes = { set: { expiresAt: toEpochSeconds(expiresAt) } };
  await inParallel(
    blobs.flatMap((blob) => partKeys(pk, blob)),
    MARKS_AT_ONCE,
    async (key) => {
      await updateItem(table, key, changes, IS_THERE);
    },
  );
}

/** The name in the sort key of a blob's part. */
export function blobNameIn(sk: string): string {
  return sk.slice(ISSUE_ROWS.blob.length, sk.lastIndexOf('#'));
}

const IS_THERE: Expression = { text: 'attribute_exists(#pk)', names: namesOf(['pk']), values: {} };

function partKeys(pk: string, { name, parts }: Blob): Key[] {
  return Array.from({ length: parts }, (_, part) => partKey(pk, name, part));
}

function partKey(pk: string, name: string, part: number): Key {
  return { pk, sk: `${ISSUE_ROWS.blob}${name}#${part}` };
}

function unpackBlob(keys: readonly Key[], rows: ReadonlyMap<string, Row>, bytes: number): unknown {
  const parts = keys.map((key) => rows.get(itemName(key))?.bytes);
  if (!parts.every((part) => part instanceof Uint8Array)) return undefined;
  const packed = Buffer.concat(parts);
  return packed.length === bytes ? unpackJson(packed, MAX_UNPACKED_BYTES) : undefined;
}
