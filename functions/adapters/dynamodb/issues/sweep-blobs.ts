import { fromEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { deleteItem } from '#adapters/dynamodb/table/item.ts';
import { prefixPages } from '#adapters/dynamodb/table/query.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import { inParallel } from '#core/in-parallel.ts';
import { blobsOf, type Directory, readDirectory } from './generation-item.ts';
import { BLOB_LEFT_MS } from './generation-times.ts';
import { type BlobTable, blobNameIn } from './issue-blobs.ts';
import { ISSUE_ROWS } from './issue-keys.ts';

const DELETIONS_AT_ONCE = 8;

/**
 * Deletes directories and blobs that have expired, since the table may take days for it and there are texts of tickets
 * in them, and blobs that no generation names.
 *
 * @returns how many items
 * @throws StorageError
 */
export async function sweepBlobs(
  { table, pk }: BlobTable,
  now: number,
  current: () => Promise<Directory | undefined>,
): Promise<number> {
  // The blobs first: what is published meanwhile is young.
  const blobs: Row[] = [];
  const only = ['sk', 'expiresAt', 'writtenAt'];
  for await (const rows of prefixPages(table, pk, ISSUE_ROWS.blob, { only, consistent: false }))
    blobs.push(...rows);
  const gone: Row[] = [];
  const named = new Set<string>();
  const name = (directory: Directory | undefined) => {
    for (const blob of directory ? blobsOf(directory) : []) named.add(blob.name);
  };
  for await (const rows of prefixPages(table, pk, ISSUE_ROWS.generation)) {
    for (const row of rows) {
      if (hasExpired(row, now)) gone.push(row);
      else name(readDirectory(row.directory));
    }
  }
  name(await current());
  gone.push(...blobs.filter((row) => hasExpired(row, now) || isLeft(row, now, named)));
  await inParallel(gone, DELETIONS_AT_ONCE, async ({ sk }) => {
    await deleteItem(table, { pk, sk: String(sk) });
  });
  return gone.length;
}

function hasExpired({ expiresAt }: Row, now: number): boolean {
  return typeof expiresAt === 'number' && fromEpochSeconds(expiresAt) <= now;
}

/** One that expires is left alone: it will go by itself. */
function isLeft({ sk, writtenAt, expiresAt }: Row, now: number, named: ReadonlySet<string>): boolean {
  const isYoung = typeof writtenAt === 'number' && writtenAt + BLOB_LEFT_MS > now;
  return expiresAt === undefined && !isYoung && !named.has(blobNameIn(String(sk)));
}
