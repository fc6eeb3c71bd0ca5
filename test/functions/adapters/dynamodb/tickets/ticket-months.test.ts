import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import { rememberMonth } from '#adapters/dynamodb/tickets/ticket-months.ts';
import { SILENT } from '#test/engines/test-stores.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);

function open() {
  const client = createDocumentClient({ region: 'us-east-1' });
  return { table: { client, name: 'table', log: SILENT }, subdomain: 'acme', months: new Map() };
}

describe('Function: rememberMonth', () => {
  beforeEach(() => {
    dynamodb.reset();
  });

  it('writes a month once, however many ask for it at once', async () => {
    dynamodb.on(UpdateCommand).resolves({});
    const months = open();
    await Promise.all(['2026-10', '2026-11', '2026-11', '2026-11'].map((one) => rememberMonth(months, one)));
    await rememberMonth(months, '2026-11');
    expect(dynamodb.commandCalls(UpdateCommand)).toHaveLength(2);
  });

  it('fails all who wait for a write that failed, and writes for the next one', async () => {
    dynamodb.on(UpdateCommand).rejectsOnce(new Error('lost')).resolves({});
    const months = open();
    const both = await Promise.allSettled([
      rememberMonth(months, '2026-11'),
      rememberMonth(months, '2026-11'),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await rememberMonth(months, '2026-11');
    expect(dynamodb.commandCalls(UpdateCommand)).toHaveLength(2);
  });
});
