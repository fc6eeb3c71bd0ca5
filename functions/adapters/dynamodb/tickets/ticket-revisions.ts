import * as z from 'zod';
import { namesOf } from '#adapters/dynamodb/table/expression.ts';
import { queryPages } from '#adapters/dynamodb/table/query.ts';
import { type Row, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { TICKETS_INDEX } from '#adapters/dynamodb/table/table-schema.ts';
import { FILTERED } from '#core/tickets/ticket-facets.ts';
import type { TicketRevision } from '#core/tickets/ticket-store.ts';
import type { TicketTable } from './ticket-entries.ts';
import { monthPartition } from './ticket-item.ts';
import { idInCreatedKey, monthsIn, rangeOf, type TicketRange } from './ticket-list.ts';
import { readMonths } from './ticket-months.ts';

/** The revisions of live tickets by the index of their creation, month by month: no ticket is read. */
export async function* readRevisions(
  { table, subdomain }: Pick<TicketTable, 'table' | 'subdomain'>,
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
): AsyncGenerator<readonly TicketRevision[]> {
  const range = rangeOf({ from, to });
  if (range.from >= range.to) return;
  for (const month of monthsIn(await readMonths(table, subdomain), range)) {
    for await (const rows of queryPages(table, queryOf(monthPartition(subdomain, month), range))) {
      yield rows.flatMap((row) => readRevision(table, row));
    }
  }
}

function queryOf(ticketMonth: string, { from, to }: TicketRange) {
  return {
    IndexName: TICKETS_INDEX,
    KeyConditionExpression: '#ticketMonth = :month AND #createdAt BETWEEN :from AND :to',
    ProjectionExpression: '#createdAt, #revision, #analysis',
    ExpressionAttributeNames: namesOf(['ticketMonth', 'createdAt', 'revision', 'analysis']),
    ExpressionAttributeValues: {
      ':month': ticketMonth,
      // No key is the empty text, nor the end itself, which has no id behind it.
      ':from': from === '' ? '0' : from,
      ':to': to,
    },
  };
}

function readRevision(table: Table, row: Row): TicketRevision[] {
  const parsed = storedRevision.safeParse(row);
  if (parsed.success) {
    const { createdAt: key, revision, analysis } = parsed.data;
    if (analysis === FILTERED) return [];
    return [{ id: idInCreatedKey(key), createdAt: Date.parse(key.slice(0, key.indexOf('#'))), revision }];
  }
  reportUnreadable(table.log, row, 'no revision of a ticket');
  return [];
}

const storedRevision = z.object({
  createdAt: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z#\d{1,20}$/),
  revision: z.int(),
  analysis: z.string().optional(),
});
