import type { Expression } from '#adapters/dynamodb/table/expression.ts';
import { namesOf } from '#adapters/dynamodb/table/expression.ts';
import { deleteItem, getItem, putItem } from '#adapters/dynamodb/table/item.ts';
import { queryPage, queryPages } from '#adapters/dynamodb/table/query.ts';
import { type Key, type Row, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import type { StoredAnalysis, TicketEntry } from '#core/tickets/ticket-entry.ts';
import type { RawText } from '#core/tickets/ticket-store.ts';
import {
  HISTORY_PREFIX,
  historyItem,
  META,
  RAW,
  rawItem,
  rawMark,
  readAnalysis,
  readRaw,
} from './ticket-item.ts';
import { MAX_HISTORY } from './ticket-text.ts';

/** The rows beside a ticket's entry: raw text and the history of its analyses. */

/** Keeps raw text, unless a newer version or the mark of a deletion is there. */
export async function putRaw(
  table: Table,
  pk: string,
  raw: RawText,
  version: { readonly generatedAt: number; readonly expiresAt: number },
): Promise<void> {
  const item = rawItem(pk, raw, version);
  await putItem(table, item, {
    text: 'attribute_not_exists(#pk) OR #generatedAt < :new_ OR #generatedAt = :new_ AND attribute_exists(#json)',
    names: namesOf(['pk', 'generatedAt', 'json']),
    values: { ':new_': version.generatedAt },
  });
}

/** Raw text that has not expired, in epoch seconds. */
export async function getRaw(table: Table, pk: string, nowSeconds: number): Promise<RawText | undefined> {
  const row = await getItem(table, { pk, sk: RAW });
  return row && Number(row.expiresAt) > nowSeconds ? readRaw(row) : undefined;
}

/** Adds an analysis to the history. */
export async function putAnalysis(table: Table, pk: string, analysis: StoredAnalysis): Promise<void> {
  await putItem(table, historyItem(pk, analysis));
}

/** Takes an analysis out of the history that was never part of the entry. */
export async function dropAnalysis(table: Table, pk: string, analysis: StoredAnalysis): Promise<void> {
  await deleteItem(table, historyItem(pk, analysis));
}

/** The history, the newest first. */
export async function readHistory(table: Table, pk: string): Promise<readonly StoredAnalysis[]> {
  const { rows } = await queryPage(table, { ...historyOf(pk), Limit: MAX_HISTORY });
  return rows.flatMap((row) => {
    const analysis = readAnalysis(row);
    if (!analysis) reportUnreadable(table.log, row, 'no analysis');
    return analysis ?? [];
  });
}

/** Leaves the newest analyses of a history that has grown. */
export async function trimHistory(table: Table, pk: string): Promise<void> {
  const keys: Row[] = [];
  for await (const rows of queryPages(table, { ...historyOf(pk), ProjectionExpression: '#pk, #sk' }))
    keys.push(...rows);
  for (const { sk } of keys.slice(MAX_HISTORY)) await deleteItem(table, { pk, sk: String(sk) });
}

/**
 * Takes raw text and history away. It comes before the entry is written: whoever dies in between leaves a ticket that
 * is deleted by the next run that sees it, and no text without one.
 */
export async function removeText(table: Table, pk: string, next: TicketEntry): Promise<void> {
  const query = {
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: namesOf(['pk', 'sk']),
    ExpressionAttributeValues: { ':pk': pk },
    ProjectionExpression: '#pk, #sk',
    ConsistentRead: true,
  };
  const keys: Key[] = [];
  for await (const rows of queryPages(table, query)) {
    keys.push(
      ...rows.map(({ sk }) => ({ pk, sk: String(sk) })).filter(({ sk }) => sk !== META && sk !== RAW),
    );
  }
  await Promise.all(keys.map((key) => deleteItem(table, key)));
  const isOlder: Expression = {
    text: 'attribute_not_exists(#pk) OR #generatedAt <= :new_',
    names: namesOf(['pk', 'generatedAt']),
    values: { ':new_': next.generatedAt },
  };
  if (next.kind === 'deleted') await putItem(table, rawMark(pk, next.generatedAt, next.deletedAt), isOlder);
  else await deleteItem(table, { pk, sk: RAW }, isOlder);
}

function historyOf(pk: string) {
  return {
    KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
    ExpressionAttributeNames: namesOf(['pk', 'sk']),
    ExpressionAttributeValues: { ':pk': pk, ':prefix': HISTORY_PREFIX },
    ScanIndexForward: false,
    ConsistentRead: true,
  };
}
