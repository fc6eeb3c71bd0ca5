import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { namesOf } from './expression.ts';
import { attempt, type Row, type Table } from './table.ts';

/** One page of a query. `next` is where the next one starts; undefined at the end. */
export type QueryPage = { readonly rows: readonly Row[]; readonly next: Record<string, unknown> | undefined };

/** Reads one page of a query. @throws StorageError */
export async function queryPage(
  table: Table,
  query: Omit<QueryCommandInput, 'TableName'>,
): Promise<QueryPage> {
  const answer = await attempt('Query', () =>
    table.client.send(new QueryCommand({ TableName: table.name, ...query })),
  );
  return { rows: answer.Items ?? [], next: answer.LastEvaluatedKey };
}

/** Reads a query to its end, page by page. @throws StorageError */
export async function* queryPages(
  table: Table,
  query: Omit<QueryCommandInput, 'TableName'>,
): AsyncGenerator<readonly Row[]> {
  let start: Record<string, unknown> | undefined;
  do {
    const page: QueryPage = await queryPage(table, { ...query, ExclusiveStartKey: start });
    if (page.rows.length > 0) yield page.rows;
    start = page.next;
  } while (start !== undefined);
}

/** How many items a query finds, without reading them. @throws StorageError */
export async function countRows(table: Table, query: Omit<QueryCommandInput, 'TableName'>): Promise<number> {
  let total = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const answer = await attempt('Query', () =>
      table.client.send(
        new QueryCommand({ TableName: table.name, ...query, Select: 'COUNT', ExclusiveStartKey: start }),
      ),
    );
    total += answer.Count ?? 0;
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return total;
}

/** A whole partition, in the order of its sort keys. Consistent: what was just written is in it. */
export function partitionPages(table: Table, pk: string): AsyncGenerator<readonly Row[]> {
  return queryPages(table, {
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': 'pk' },
    ExpressionAttributeValues: { ':pk': pk },
    ConsistentRead: true,
  });
}

/** What is read of a partition, and how. Default: whole items, consistently, in the order of their sort keys. */
type PrefixOptions = {
  readonly only?: readonly string[];
  readonly consistent?: boolean;
};

/** The items of a partition whose sort keys begin with a text. */
export function prefixPages(
  table: Table,
  pk: string,
  prefix: string,
  { only = [], consistent = true }: PrefixOptions = {},
): AsyncGenerator<readonly Row[]> {
  return queryPages(table, {
    ...prefixQuery(pk, prefix),
    ...(only.length === 0 ? {} : projected(only)),
    ConsistentRead: consistent,
  });
}

/** The query of the items of a partition whose sort keys begin with a text. */
export function prefixQuery(pk: string, prefix: string) {
  return {
    KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
    ExpressionAttributeNames: namesOf(['pk', 'sk']),
    ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
  };
}

function projected(attributes: readonly string[]) {
  return {
    ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: namesOf(['pk', 'sk', ...attributes]),
  };
}
