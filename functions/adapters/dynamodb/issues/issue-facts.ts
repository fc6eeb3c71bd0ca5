import { IS_NEW, isStill } from '#adapters/dynamodb/table/expression.ts';
import { getItem, swapItem, updateItem } from '#adapters/dynamodb/table/item.ts';
import { prefixPages } from '#adapters/dynamodb/table/query.ts';
import { type Key, type Row, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { errorName } from '#core/errors.ts';
import { IssueContendedError } from '#core/issues/errors.ts';
import type { IssueFacts } from '#core/issues/issue.ts';
import type { FactsTransition } from '#core/issues/issue-records.ts';
import { putEvents } from './issue-events.ts';
import { ISSUE_ROWS, rowKey } from './issue-keys.ts';
import { factsItem, readFacts, readOutbox } from './issue-record-item.ts';
import type { RecordTable } from './record-table.ts';

/** Facts are written by one run and, now and then, an operator: losing this often in a row is no bad luck. */
const MAX_TRIES = 10;

/** The facts of all issues, by id. @throws StorageError */
export async function readAllFacts({ table, pk }: RecordTable): Promise<ReadonlyMap<string, IssueFacts>> {
  const all = new Map<string, IssueFacts>();
  for await (const rows of prefixPages(table, pk, ISSUE_ROWS.facts)) {
    for (const row of rows) {
      const facts = factsIn(table, row);
      if (facts) all.set(facts.id, facts);
    }
  }
  return all;
}

/** The facts of one issue, once their events have rows. @throws StorageError */
export async function readFactsOf(store: RecordTable, id: string): Promise<IssueFacts | undefined> {
  const key = factsKey(store, id);
  const row = key && (await load(store, key));
  return row && factsIn(store.table, row);
}

/**
 * Writes facts with an outbox of their events, and then the events. Whoever reads or changes the facts next writes those
 * that are still in the outbox: there is no transaction, and yet no change without its events.
 *
 * @throws StorageError
 */
export async function changeFacts<T>(
  store: RecordTable,
  id: string,
  transition: (before: IssueFacts | undefined) => FactsTransition<T>,
): Promise<T> {
  const key = factsKey(store, id);
  if (key === undefined) return transition(undefined).result;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const row = await load(store, key);
    const { next, events = [], result } = transition(row && factsIn(store.table, row));
    if (next === undefined) return result;
    const condition = row ? isStill('writeId', row.writeId) : IS_NEW;
    const { isWritten } = await swapItem(store.table, factsItem(key, next, events), condition);
    if (!isWritten) continue;
    if (events.length > 0) await emptyLater(store, key);
    return result;
  }
  throw new IssueContendedError(`Issue ${id} was changed by others ${MAX_TRIES} times in a row`);
}

/** The row of facts, whose outbox is empty. */
async function load(store: RecordTable, key: Key): Promise<Row | undefined> {
  const row = await getItem(store.table, key);
  if (row?.outbox === undefined) return row;
  await putEvents(store, readOutbox(row));
  await updateItem(store.table, key, { remove: ['outbox'] }, isStill('writeId', row.writeId));
  return row;
}

/** The facts count already: events that can't be written now are written when somebody asks for them. */
async function emptyLater(store: RecordTable, key: Key): Promise<void> {
  try {
    await load(store, key);
  } catch (error) {
    store.table.log.warn('events of an issue are written later', { ...key, error: errorName(error) });
  }
}

function factsIn(table: Table, row: Row): IssueFacts | undefined {
  const facts = readFacts(row);
  if (facts === undefined) reportUnreadable(table.log, row, 'no facts of an issue');
  return facts;
}

function factsKey({ pk }: RecordTable, id: string): Key | undefined {
  return rowKey(pk, ISSUE_ROWS.facts, id);
}
