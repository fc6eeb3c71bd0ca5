import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { getItem } from '#adapters/dynamodb/table/item.ts';
import { attempt, type Key, type Table } from '#adapters/dynamodb/table/table.ts';

/** `months`: those that this process has written, or is writing. */
type Months = {
  readonly table: Table;
  readonly subdomain: string;
  readonly months: Map<string, Promise<unknown>>;
};

/**
 * Puts a month into the list of those in which tickets were created, before the first of them is written: a list of
 * tickets reads no other month. Written once in the life of a process, also where many ask at once: `months` remembers it.
 */
export async function rememberMonth({ table, subdomain, months }: Months, month: string): Promise<void> {
  const known = months.get(month) ?? writeMonth(table, subdomain, month);
  months.set(month, known);
  try {
    await known;
  } catch (error) {
    months.delete(month);
    throw error;
  }
}

function writeMonth(table: Table, subdomain: string, month: string): Promise<unknown> {
  const update = new UpdateCommand({
    TableName: table.name,
    Key: monthsKey(subdomain),
    UpdateExpression: 'ADD #months :month',
    ExpressionAttributeNames: { '#months': 'months' },
    ExpressionAttributeValues: { ':month': new Set([month]) },
  });
  return attempt('UpdateItem', () => table.client.send(update));
}

/** The months in which tickets were created, in no order. */
export async function readMonths(table: Table, subdomain: string): Promise<readonly string[]> {
  const months = (await getItem(table, monthsKey(subdomain)))?.months;
  return months instanceof Set ? [...months].filter((month) => typeof month === 'string') : [];
}

function monthsKey(subdomain: string): Key {
  return { pk: `ZENDESK#${subdomain}`, sk: 'MONTHS' };
}
