import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AtomSyncError, errorName, StorageError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';

/** What every store of this folder works on. */
export type Table = {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
  readonly log: Log;
};

/** An item as it comes out of the table: nothing is known of it until it is looked at. */
export type Row = Readonly<Record<string, unknown>>;

/** The primary key of an item. */
export type Key = { readonly pk: string; readonly sk: string };

/** The one name of an item, for maps by key. */
export function itemName({ pk, sk }: Row | Key): string {
  return JSON.stringify([pk, sk]);
}

/** Longest sort key that DynamoDB takes, in UTF-8 bytes. */
export const MAX_SORT_KEY_BYTES = 1_024;

/** Whether text can be a sort key. Anything else is unknown: the table would refuse it as a key. */
export function isSortKey(text: string): boolean {
  return text !== '' && text.isWellFormed() && Buffer.byteLength(text) <= MAX_SORT_KEY_BYTES;
}

/**
 * Runs one call.
 *
 * @throws StorageError when the table can't be had after the SDK's own retries, or refuses the call
 */
export async function attempt<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw storageError(operation, error);
  }
}

/** What came of a conditional write: whether the condition held, and with it the answer. */
export type Attempt<T> =
  | { readonly held: true; readonly answer: T }
  | {
      readonly held: false;
      /** The SDK sent it more than once: an earlier try may have been carried out, its answer lost. */
      readonly isRepeated: boolean;
    };

/**
 * Runs one conditional write.
 *
 * @throws StorageError
 */
export async function attemptIf<T>(operation: string, call: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { held: true, answer: await call() };
  } catch (error) {
    if (errorName(error) !== 'ConditionalCheckFailedException') throw storageError(operation, error);
    return { held: false, isRepeated: attemptsOf(error) > 1 };
  }
}

/** True for DynamoDB's refusal of an item above 400 KB. It has no name of its own, so its text has to do. */
export function isItemTooLarge(error: unknown): boolean {
  const cause = error instanceof StorageError ? error.cause : error;
  return (
    errorName(cause) === 'ValidationException' &&
    cause instanceof Error &&
    /item size .*exceeded/i.test(cause.message)
  );
}

/** Logs and counts a record that can't be read. It harms nobody else: the caller goes on without it. */
export function reportUnreadable(log: Log, row: Row, reason: string): void {
  log.error('unreadable record skipped', { pk: row.pk, sk: row.sk, reason, unreadableRecords: 1 });
}

function attemptsOf(error: unknown): number {
  const { $metadata } = error as { readonly $metadata?: { readonly attempts?: number } };
  return $metadata?.attempts ?? 1;
}

function storageError(operation: string, error: unknown): Error {
  if (error instanceof AtomSyncError) return error;
  return new StorageError(`DynamoDB ${operation} failed: ${errorName(error)}`, { cause: error });
}
