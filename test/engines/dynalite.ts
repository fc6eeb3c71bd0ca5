import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { createTableInput } from '#adapters/dynamodb/table/table-schema.ts';
import { SILENT } from './test-stores.ts';

/** An embedded engine that speaks DynamoDB's protocol. */
export type Engine = {
  readonly endpoint: string;
  readonly client: DynamoDBDocumentClient;
  /** A new, empty table. */
  createTable(): Promise<Table>;
  stop(): Promise<void>;
};

/** Starts dynalite on a free port of this machine, in memory. */
export async function startDynalite(): Promise<Engine> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return engineAt(`http://127.0.0.1:${port}`, async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
}

/** How often a new table is looked at until it can be written; each look is a round trip, so it takes a while. */
const MAX_LOOKS = 1_000;

/** Creates our table and waits until it can be used: it is not at once, be the time for it set to nothing. */
export async function createTable(client: DynamoDBDocumentClient, TableName: string): Promise<void> {
  await client.send(new CreateTableCommand(createTableInput(TableName)));
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
  }
  throw new Error(`The table ${TableName} did not become active`);
}

/** What an engine reads of a signature: none looks whether it is right, and signing is a tenth of a call's work. */
const SIGNED = {
  'x-amz-date': '20261127T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none',
};
const signer = {
  sign: async <T extends { headers: Record<string, string> }>(request: T): Promise<T> => {
    Object.assign(request.headers, SIGNED);
    return request;
  },
};

/** An engine that listens at an endpoint. */
export function engineAt(endpoint: string, stop: () => Promise<void>): Engine {
  const client = createDocumentClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    signer,
  });
  let tables = 0;
  return {
    endpoint,
    client,
    async createTable() {
      tables += 1;
      const name = `table-${tables}`;
      await createTable(client, name);
      return { client, name, log: SILENT };
    },
    async stop() {
      client.destroy();
      await stop();
    },
  };
}
