import type { Server } from 'node:http';
import dynalite from 'dynalite';
import dynaliteDb, {
  type Database,
  type Item,
  type Operation,
  type Store,
  type TableRecord,
} from 'dynalite/db/index.js';

/**
 * The storage of dynalite 4.0.0, made to survive a kill. By itself dynalite
 *
 * - writes the entries of an item's indexes first and the item afterwards, each for itself: a kill in between leaves
 *   an index that tells of an item which isn't there, and nothing ever puts that right;
 * - tells index entries with equal keys apart by 24 bits of a hash: two items that share them share an entry;
 * - leaves a table whose making was interrupted in status CREATING for ever.
 *
 * Here an item and its index entries are one batch, which LevelDB writes whole or not at all; an entry's key ends with
 * the item's own; and after an end that was not clean the indexes are made anew from the items.
 */

/** An opened storage. */
export type DynamodbStorage = {
  /** dynalite's server on it, not listening yet. */
  readonly server: Server;
  /** Marks the end as a clean one and closes the database. Nothing may be served any more. */
  close(): Promise<void>;
};

/** Tables answer at once. */
const TIMES = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };

/** There while the storage is closed and was closed cleanly; its value is the form of the index entries. */
const CLEAN_END = 'clean-end';
/** Entries in another form, or in none that is known, are made anew. */
const INDEX_FORM = 2;

/** Operations of one batch while indexes are made anew. */
const BATCH_OPERATIONS = 1000;

/**
 * Opens the storage and puts right what an unclean end left behind. Patches dynalite for the whole thread.
 *
 * @param path directory of the LevelDB; in memory where it is absent.
 * @throws the database's own error where it can't be opened or written.
 */
export async function openDynamodbStorage(path?: string): Promise<DynamodbStorage> {
  const options = { path, ...TIMES };
  const store = dynaliteDb.create(options);
  const { db } = store;
  await db.open();
  makeIndexKeysUnique();
  await finishTables(db);
  if ((await db.get(CLEAN_END)) !== INDEX_FORM) await rebuildIndexes(db);
  await db.batch([{ type: 'del', key: CLEAN_END }]);
  writeInBatches(store);
  return {
    server: serverOn(store, options),
    close: async () => {
      await db.batch([{ type: 'put', key: CLEAN_END, value: INDEX_FORM }]);
      await db.close();
    },
  };
}

/** dynalite makes its store itself; this hands it the one that is open. */
function serverOn(store: Store, options: Parameters<typeof dynalite>[0]): Server {
  const { create } = dynaliteDb;
  dynaliteDb.create = () => store;
  try {
    return dynalite(options);
  } finally {
    dynaliteDb.create = create;
  }
}

let indexKeysAreUnique = false;

/** Queries go on after a key of this form as well. */
function makeIndexKeysUnique(): void {
  if (indexKeysAreUnique) return;
  indexKeysAreUnique = true;
  const { createIndexKey, createKey } = dynaliteDb;
  dynaliteDb.createIndexKey = (item, table, keySchema) =>
    `${createIndexKey(item, table, keySchema)}/${createKey(item, table)}`;
}

/** Makes an item and its index entries one batch. */
function writeInBatches({ db }: Store): void {
  /** The entries that the item's own write, which follows at once, carries with it. */
  let entries: Operation[] = [];
  const write = (operation: Operation, done: (error?: Error | null) => void): void => {
    const batch = [...entries, operation];
    entries = [];
    db.batch(batch, done);
  };
  db.put = (key, value, done) => write({ type: 'put', key, value }, done);
  db.del = (key, done) => write({ type: 'del', key }, done);
  // dynalite's own signature.
  dynaliteDb.updateIndexes = (...[, table, existing, item, done]) => {
    entries = indexOperations(table, existing ?? undefined, item ?? undefined);
    try {
      // Puts or deletes the item before it returns.
      done();
    } finally {
      entries = [];
    }
  };
}

function indexOperations(table: TableRecord, before: Item | undefined, after: Item | undefined): Operation[] {
  const old = before === undefined ? new Map<string, Item>() : indexEntries(table, before);
  const now = after === undefined ? new Map<string, Item>() : indexEntries(table, after);
  const gone = [...old.keys()].filter((key) => !now.has(key));
  return [
    ...gone.map((key): Operation => ({ type: 'del', key })),
    ...[...now].map(([key, value]): Operation => ({ type: 'put', key, value })),
  ];
}

/** The entries that an item has in its table's indexes, by their keys in the database. */
function indexEntries(table: TableRecord, item: Item): Map<string, Item> {
  const entries = new Map<string, Item>();
  for (const kind of ['local', 'global'] as const) {
    const indexes = kind === 'local' ? table.LocalSecondaryIndexes : table.GlobalSecondaryIndexes;
    for (const { IndexName, KeySchema, Projection } of indexes ?? []) {
      const keys = [...KeySchema, ...table.KeySchema].map((key) => key.AttributeName);
      if (keys.some((name) => item[name] === undefined)) continue;
      const names = [...keys, ...(Projection.NonKeyAttributes ?? [])];
      const entry = Projection.ProjectionType === 'ALL' ? item : pick(item, names);
      const key = dynaliteDb.createIndexKey(item, table, KeySchema);
      entries.set(`index-${kind}~${table.TableName}~${IndexName}~${key}`, entry);
    }
  }
  return entries;
}

function pick(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(
    names.filter((name) => item[name] !== undefined).map((name) => [name, item[name]]),
  );
}

/** A kill right after CreateTable leaves the table in its first status. */
async function finishTables(db: Database): Promise<void> {
  for (const table of await tablesOf(db)) {
    if (table.TableStatus !== 'CREATING') continue;
    table.TableStatus = 'ACTIVE';
    for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE';
    await db.batch([{ type: 'put', key: `table~${table.TableName}`, value: table }]);
  }
}

/** Reading 5,000 skills and writing their entries takes 0.3 s. A kill meanwhile does no harm: the mark is still absent. */
async function rebuildIndexes(db: Database): Promise<void> {
  await db.clear(rangeOf('index-'));
  let operations: Operation[] = [];
  for (const table of await tablesOf(db)) {
    for await (const [, item] of db.iterator(rangeOf(`item-${table.TableName}~`))) {
      operations.push(...indexOperations(table, undefined, item as Item));
      if (operations.length < BATCH_OPERATIONS) continue;
      await db.batch(operations);
      operations = [];
    }
  }
  await db.batch(operations);
}

async function tablesOf(db: Database): Promise<TableRecord[]> {
  const tables: TableRecord[] = [];
  for await (const [, table] of db.iterator(rangeOf('table~'))) tables.push(table as TableRecord);
  return tables;
}

/** dynalite's keys are ASCII behind their prefix. */
function rangeOf(prefix: string) {
  return { gte: prefix, lt: `${prefix}\u{7F}` };
}
