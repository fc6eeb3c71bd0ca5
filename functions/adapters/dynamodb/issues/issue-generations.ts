import { sleep } from '#adapters/clock/sleep.ts';
import type { Timing } from '#adapters/dynamodb/table/batch-get.ts';
import { fromEpochSeconds, toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { IS_NEW, isStill } from '#adapters/dynamodb/table/expression.ts';
import { getItem, putItem, swapItem } from '#adapters/dynamodb/table/item.ts';
import { type Key, type Row, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { errorName, StorageError } from '#core/errors.ts';
import { GenerationChangedError } from '#core/issues/errors.ts';
import type { IssueGeneration, IssueGenerations, NextGeneration } from '#core/issues/issue-generation.ts';
import { readCounts } from './counted-day-item.ts';
import { deleteRows } from './delete-rows.ts';
import { blobsOf, type Directory, packDirectory, readDirectory } from './generation-item.ts';
import { BLOB_KEPT_MS, GENERATION_KEPT_MS } from './generation-times.ts';
import { readTickets } from './grouped-day-item.ts';
import { type Blob, type BlobTable, expireBlobs, readBlobs } from './issue-blobs.ts';
import { ISSUE_ROWS, issuesPartition, padded } from './issue-keys.ts';
import { readSummaries } from './issue-summary-item.ts';
import { writeNext } from './publish-blobs.ts';
import { sweepBlobs } from './sweep-blobs.ts';

/** A state that was changed by others this often in a row is something else than bad luck. */
const MAX_TRIES = 8;

/**
 * The generations in DynamoDB: blobs that never change, and a state that names those that count. The state is compared
 * and swapped, so that a reader sees all of a generation or nothing of it, and whoever dies in between leaves blobs that
 * nobody reads. The directory of the generation before is kept beside it, and expires as do the blobs that were replaced.
 *
 * @param time for the waits of throttled reads, and what is still kept; real time where it is absent
 */
export function createIssueGenerations(
  table: Table,
  subdomain: string,
  time: Timing & { now(): number } = { sleep, random: Math.random, now: Date.now },
): IssueGenerations {
  const store: Store = { table, pk: issuesPartition(subdomain), timing: time, known: new WeakMap() };
  return {
    current: async () => known(store, (await readState(store)).directory),
    async get(number) {
      const { directory } = await readState(store);
      if (directory?.generation.number === number) return known(store, directory);
      return known(store, await readFormer(store, number, time.now()));
    },
    async readDays(generation, days) {
      const blobs = picked((await directoryOf(store, generation)).days, days);
      const read = await readValues(store, blobs, readTickets);
      return new Map([...read].map(([day, tickets]) => [day, { day, tickets }]));
    },
    async readCounts(generation, days) {
      return readValues(store, picked((await directoryOf(store, generation)).counts, days), readCounts);
    },
    async readIssues(generation) {
      const { issues } = await directoryOf(store, generation);
      return (await readValues(store, new Map([['', issues]]), readSummaries)).get('') ?? [];
    },
    publish: (before, next) => publish(store, before, next),
    async reset() {
      await resetState(store);
      await deleteRows(table, store.pk, [ISSUE_ROWS.generation, ISSUE_ROWS.blob]);
    },
    sweep: (now) => sweepBlobs(store, now, async () => (await readState(store)).directory),
  };
}

/** `known`: the directories of the generations that were given out. */
type Store = BlobTable & { readonly known: WeakMap<IssueGeneration, Directory> };

function known(store: Store, directory: Directory | undefined): IssueGeneration | undefined {
  if (directory) store.known.set(directory.generation, directory);
  return directory?.generation;
}

/** What is stored: the last number that was given, and the directory of that generation unless it was reset. */
type State = {
  readonly row: Row | undefined;
  readonly last: number;
  readonly directory: Directory | undefined;
};

async function readState({ table, pk }: Store): Promise<State> {
  const row = await getItem(table, stateKey(pk));
  const directory = readDirectory(row?.directory);
  if (row?.directory !== undefined && directory === undefined)
    reportUnreadable(table.log, row, 'no state of the issues');
  return { row, last: typeof row?.number === 'number' ? row.number : 0, directory };
}

async function readFormer({ table, pk }: Store, number: number, now: number): Promise<Directory | undefined> {
  if (!Number.isSafeInteger(number) || number < 1) return undefined;
  const row = await getItem(table, formerKey(pk, number));
  const isKept = typeof row?.expiresAt === 'number' && fromEpochSeconds(row.expiresAt) > now;
  return isKept ? readDirectory(row?.directory) : undefined;
}

/** @throws StorageError where the generation is gone */
async function directoryOf(store: Store, generation: IssueGeneration): Promise<Directory> {
  const own = store.known.get(generation);
  if (own) return own;
  const { number } = generation;
  const { directory } = await readState(store);
  const found = directory?.generation.number === number ? directory : await readFormer(store, number, 0);
  if (found === undefined) throw new StorageError(`Generation ${number} of the issues is no longer kept`);
  return found;
}

async function publish(
  store: Store,
  before: IssueGeneration | undefined,
  next: NextGeneration,
): Promise<IssueGeneration> {
  const { table, pk } = store;
  const { row, last, directory } = await readState(store);
  const expected = before?.number ?? 0;
  if ((directory?.generation.number ?? 0) !== expected) throw new GenerationChangedError(expected);
  const written = await writeNext(store, { number: last + 1, before: directory }, next);
  if (directory) {
    const expiresAt = toEpochSeconds(next.publishedAt + GENERATION_KEPT_MS);
    await putItem(table, { ...formerKey(pk, expected), directory: packDirectory(directory), expiresAt });
  }
  const item = { ...stateKey(pk), number: last + 1, directory: packDirectory(written) };
  const { isWritten } = await swapItem(table, item, row ? isStill('writeId', row.writeId) : IS_NEW);
  if (!isWritten) throw new GenerationChangedError(expected);
  if (directory) await expireReplaced(store, { before: directory, after: written }, next.publishedAt);
  store.known.set(written.generation, written);
  return written.generation;
}

/** The generation counts already: what can't be marked now is swept later. */
async function expireReplaced(
  store: Store,
  { before, after }: { readonly before: Directory; readonly after: Directory },
  now: number,
): Promise<void> {
  const kept = new Set(blobsOf(after).map(({ name }) => name));
  const replaced = blobsOf(before).filter(({ name }) => !kept.has(name));
  try {
    await expireBlobs(store, replaced, now + BLOB_KEPT_MS);
  } catch (error) {
    store.table.log.warn('replaced parts of the issues are swept later', { error: errorName(error) });
  }
}

/** The number stays: none is given twice, so that nobody takes a generation of before for one of after. */
async function resetState(store: Store): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { row, last } = await readState(store);
    if (row === undefined) return;
    const item = { ...stateKey(store.pk), number: last };
    if ((await swapItem(store.table, item, isStill('writeId', row.writeId))).isWritten) return;
  }
  throw new StorageError(`The state of the issues was changed by others ${MAX_TRIES} times in a row`);
}

function picked(from: ReadonlyMap<string, Blob>, days: Iterable<string>): Map<string, Blob> {
  const found = new Map<string, Blob>();
  for (const day of days) {
    const blob = from.get(day);
    if (blob) found.set(day, blob);
  }
  return found;
}

/** What is in blobs, by the same keys; what can't be read is reported, and left out. */
async function readValues<T>(
  store: Store,
  blobs: ReadonlyMap<string, Blob>,
  read: (value: unknown) => T | undefined,
): Promise<ReadonlyMap<string, T>> {
  const values = await readBlobs(store, [...blobs.values()]);
  const found = new Map<string, T>();
  for (const [key, { name }] of blobs) {
    const value = values.get(name);
    const parsed = value === undefined ? undefined : read(value);
    if (parsed !== undefined) found.set(key, parsed);
    else if (value !== undefined)
      reportUnreadable(
        store.table.log,
        { pk: store.pk, sk: ISSUE_ROWS.blob + name },
        'nothing of the issues',
      );
  }
  return found;
}

function stateKey(pk: string): Key {
  return { pk, sk: 'STATE' };
}

function formerKey(pk: string, number: number): Key {
  return { pk, sk: ISSUE_ROWS.generation + padded(number) };
}
