import { sleep } from '#adapters/clock/sleep.ts';
import type { Timing } from '#adapters/dynamodb/table/batch-get.ts';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { type Expression, IS_NEW, isStill, namesOf } from '#adapters/dynamodb/table/expression.ts';
import { getItem, swapItem } from '#adapters/dynamodb/table/item.ts';
import { countRows, queryPage } from '#adapters/dynamodb/table/query.ts';
import type { Row, Table } from '#adapters/dynamodb/table/table.ts';
import { WORK_INDEX } from '#adapters/dynamodb/table/table-schema.ts';
import { TicketContendedError } from '#core/errors.ts';
import type { LiveTicket, TicketEntry } from '#core/tickets/ticket-entry.ts';
import type { TicketStore, TicketTransition } from '#core/tickets/ticket-store.ts';
import { listTickets } from './list-tickets.ts';
import { getRaw, putRaw, removeRaw } from './raw-text.ts';
import { getMany, readEntry, type TicketTable } from './ticket-entries.ts';
import {
  packHistory,
  readHistory,
  ticketItem,
  ticketKey,
  ticketPartition,
  type WaitingState,
  workOf,
} from './ticket-item.ts';
import { createdKey, isTicketId, monthIn } from './ticket-list.ts';
import { rememberMonth } from './ticket-months.ts';
import { readRevisions } from './ticket-revisions.ts';
import { historyOf, losesItsText, olderAnalyses } from './ticket-text.ts';

/** A ticket is written by one run and, now and then, an operator: losing this often in a row is no bad luck. */
const MAX_TRIES = 10;

/**
 * The tickets of a Zendesk account in DynamoDB. A change is a PutItem on condition that the revision is the one that
 * was read; a write whose answer was lost is recognised by its id. Raw text is a row beside the entry; what was analysed
 * before is in the entry's item, so that it goes with it in one step.
 *
 * @param timing for the waits of throttled reads; real time where it is absent
 */
export function createTicketStore(
  table: Table,
  subdomain: string,
  timing: Timing = { sleep, random: Math.random },
): TicketStore {
  const store: TicketTable = { table, subdomain, timing, months: new Map() };
  const pkOf = (id: string) => ticketPartition(subdomain, id);
  const get = async (id: string) => (isTicketId(id) ? (await load(store, id)).entry : undefined);
  return {
    get,
    getMany: (ids) => getMany(store, ids),
    change: (id, transition, known) => change(store, id, transition, known),
    async putRaw(id, raw, version) {
      if (isTicketId(id)) await putRaw(table, pkOf(id), raw, version);
    },
    async getRaw(id, now) {
      const entry = await get(id);
      return entry?.kind === 'live' ? getRaw(table, pkOf(id), toEpochSeconds(now)) : undefined;
    },
    pending: (limit) => pending(store, limit),
    async counts() {
      const states = ['pending', 'batched', 'failed'] as const;
      const [waiting = 0, inBatch = 0, failed = 0] = await Promise.all(
        states.map((state) => count(store, state)),
      );
      return { pending: waiting, batched: inBatch, failed };
    },
    list: (filter, limit, cursor) => listTickets(store, filter, limit, cursor),
    revisions: (range) => readRevisions(store, range),
    async history(id) {
      if (!isTicketId(id)) return [];
      const { entry, row } = await load(store, id);
      return historyOf(entry, row ? readHistory(row) : []);
    },
  };
}

/** An entry, the item that it is in where that was read, and the condition that it still is what is stored. */
type Loaded = {
  readonly entry: TicketEntry | undefined;
  readonly row?: Row | undefined;
  readonly revision: number;
  readonly isStored: Expression;
};

async function change<T>(
  store: TicketTable,
  id: string,
  transition: (before: TicketEntry | undefined) => TicketTransition<T>,
  known: { readonly entry: TicketEntry | undefined } | undefined,
): Promise<T> {
  if (!isTicketId(id)) return transition(undefined).result;
  let loaded = known && !hasHistory(known.entry) ? believed(known.entry) : await load(store, id);
  let isFresh = known === undefined || hasHistory(known.entry);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const wanted = transition(loaded.entry);
    if (wanted.next !== undefined) {
      const next = { ...wanted.next, id, revision: loaded.revision + 1 };
      const stored = await write(store, loaded, { ...wanted, next });
      if (stored === undefined) return wanted.result;
      loaded = stored;
    } else if (isFresh) return wanted.result;
    // What is known may be old: that nothing is to be done is only certain of what is stored now.
    else loaded = await load(store, id);
    isFresh = true;
  }
  throw new TicketContendedError(`Ticket ${id} was changed by others ${MAX_TRIES} times in a row`);
}

/** @returns undefined where it is written; what is stored instead where another writer came first */
async function write(
  { table, subdomain, months }: TicketTable,
  before: Loaded,
  { next, history }: { readonly next: TicketEntry } & Pick<TicketTransition<unknown>, 'history'>,
): Promise<Loaded | undefined> {
  const isBare = losesItsText(before.entry, next);
  if (isBare) await removeRaw(table, ticketPartition(subdomain, next.id), next);
  if (next.kind === 'live') await rememberMonth({ table, subdomain, months }, monthIn(createdKey(next)));
  const item = ticketItem(
    subdomain,
    next,
    isBare ? undefined : historyAttribute(before, history !== undefined),
  );
  const { isWritten, stored } = await swapItem(table, item, before.isStored);
  return isWritten ? undefined : loadedFrom(table, stored);
}

function historyAttribute({ entry, row }: Loaded, hasNew: boolean): unknown {
  if (!hasNew) return row?.history;
  return packHistory(olderAnalyses(entry, row ? readHistory(row) : [], hasNew));
}

/** Whether there may be older analyses in its item, which a caller who knows the entry does not know. */
function hasHistory(entry: TicketEntry | undefined): boolean {
  return entry?.kind === 'live' && entry.analysed !== null;
}

async function load({ table, subdomain }: TicketTable, id: string): Promise<Loaded> {
  return loadedFrom(table, await getItem(table, ticketKey(subdomain, id)));
}

/** An item that can't be read counts as none, and is written over: it is a copy of what Zendesk has. */
function loadedFrom(table: Table, row: Row | undefined): Loaded {
  if (row === undefined) return believed(undefined);
  const entry = readEntry(table, row);
  const revision = typeof row.revision === 'number' ? row.revision : 0;
  const unversioned = { text: 'attribute_not_exists(#revision)', names: namesOf(['revision']), values: {} };
  return { entry, row, revision, isStored: revision === 0 ? unversioned : isStill('revision', revision) };
}

function believed(entry: TicketEntry | undefined): Loaded {
  if (entry === undefined) return { entry, revision: 0, isStored: IS_NEW };
  return { entry, revision: entry.revision, isStored: isStill('revision', entry.revision) };
}

/** So many of what waits are read at once. */
const PENDING_READ = 1_000;

async function pending(store: TicketTable, limit: number): Promise<readonly LiveTicket[]> {
  const found: LiveTicket[] = [];
  if (limit < 1) return found;
  let start: Record<string, unknown> | undefined;
  do {
    const { rows, next } = await queryPage(store.table, {
      ...waitsAs(store, 'pending'),
      ScanIndexForward: false,
      ExclusiveStartKey: start,
      Limit: Math.min(limit - found.length, PENDING_READ),
    });
    const ids = rows.map(({ pk }) => String(pk).slice(ticketPartition(store.subdomain, '').length));
    const entries = await getMany(store, ids);
    // The index is a moment behind: only what still waits counts.
    for (const id of ids) {
      const entry = entries.get(id);
      if (entry?.kind === 'live' && entry.analysis.status === 'pending') found.push(entry);
    }
    start = next;
  } while (start !== undefined && found.length < limit);
  return found;
}

function count(store: TicketTable, state: WaitingState): Promise<number> {
  return countRows(store.table, waitsAs(store, state));
}

function waitsAs({ subdomain }: TicketTable, state: WaitingState) {
  return {
    IndexName: WORK_INDEX,
    KeyConditionExpression: '#work = :work',
    ExpressionAttributeNames: namesOf(['work']),
    ExpressionAttributeValues: { ':work': workOf(subdomain, state) },
  };
}
