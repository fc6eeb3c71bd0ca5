import { invalid, type Position } from '#adapters/dynamodb/table/cursor.ts';
import { namesOf } from '#adapters/dynamodb/table/expression.ts';
import { type Chunk, fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { queryPage } from '#adapters/dynamodb/table/query.ts';
import { TICKETS_INDEX } from '#adapters/dynamodb/table/table-schema.ts';
import type { Page } from '#core/page.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { TicketFilter } from '#core/tickets/ticket-store.ts';
import { getMany, type TicketTable } from './ticket-entries.ts';
import { monthPartition, ticketKey } from './ticket-item.ts';
import {
  idInCreatedKey,
  isInRange,
  monthsIn,
  positionAfter,
  rangeOf,
  readTicketPosition,
  TICKET_LIST,
  type TicketRange,
} from './ticket-list.ts';
import { readMonths } from './ticket-months.ts';

/** Reads of one page at most: a rare ticket costs several calls rather than one that never ends. */
const MAX_READS = 30;
/** Entries of the index that are looked at in one read of a filtered list. */
const FILTERED_READ = 250;

/** Live tickets by their time of creation, the newest first, month by month. @throws InvalidCursorError */
export async function listTickets(
  store: TicketTable,
  filter: TicketFilter,
  limit: number,
  cursor: string | undefined,
): Promise<Page<LiveTicket>> {
  const { subdomain } = store;
  const range = rangeOf(filter);
  const months = monthsIn(await readMonths(store.table, subdomain), range);
  const read = (position: Position | undefined, want: number) =>
    readChunk({ store, range, months }, position, want);
  return fillPage({ list: TICKET_LIST, filter: { subdomain, ...range }, read }, limit, cursor, MAX_READS);
}

type Listing = {
  readonly store: TicketTable;
  readonly range: TicketRange;
  readonly months: readonly string[];
};

async function readChunk(
  { store, range, months }: Listing,
  position: Position | undefined,
  want: number,
): Promise<Chunk<LiveTicket>> {
  const given = position && readTicketPosition(position);
  const month = given?.month ?? months[0];
  if (month === undefined || range.from >= range.to) return { hits: [], next: undefined };
  const { rows, next } = await queryPage(
    store.table,
    queryOf({ store, range, months }, { ...given, month }, want),
  );
  const keys = rows.map(({ createdAt }) => String(createdAt));
  const entries = await getMany(store, keys.map(idInCreatedKey));
  const hits = keys.flatMap((key) => {
    const item = entries.get(idInCreatedKey(key));
    // The index is a moment behind: each ticket is looked at again.
    return item?.kind === 'live' && isInRange(item, range) ? [{ item, position: positionAfter(key) }] : [];
  });
  if (next) return { hits, next: positionAfter(String(next.createdAt)) };
  const older = months.find((other) => other < month);
  return { hits, next: older === undefined ? undefined : [older] };
}

function queryOf(
  { store, range }: Listing,
  { month, after }: { readonly month: string; readonly after?: string | undefined },
  want: number,
) {
  const { subdomain } = store;
  const ticketMonth = monthPartition(subdomain, month);
  const { facets, from, to } = range;
  if (after !== undefined && (after < from || after >= to)) throw invalid();
  return {
    IndexName: TICKETS_INDEX,
    KeyConditionExpression: '#ticketMonth = :month AND #createdAt BETWEEN :from AND :to',
    ExpressionAttributeNames: namesOf(['ticketMonth', 'createdAt', ...facets.map(([name]) => name)]),
    ExpressionAttributeValues: {
      ':month': ticketMonth,
      // No key is the empty text, nor the end itself, which has no id behind it.
      ':from': from === '' ? '0' : from,
      ':to': to,
      ...Object.fromEntries(facets.map(([name, value]) => [`:${name}`, value])),
    },
    ...(facets.length > 0
      ? { FilterExpression: facets.map(([name]) => `#${name} = :${name}`).join(' AND ') }
      : {}),
    ...(after === undefined
      ? {}
      : {
          ExclusiveStartKey: {
            ...ticketKey(subdomain, idInCreatedKey(after)),
            ticketMonth,
            createdAt: after,
          },
        }),
    ScanIndexForward: false,
    Limit: facets.length > 0 ? Math.max(want, FILTERED_READ) : want,
  };
}
