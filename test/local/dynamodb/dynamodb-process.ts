import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableDefinition } from '#local/dynamodb/dynamodb.ts';
import { startKillable } from '#test/local/services/killable-process.ts';

/** The embedded DynamoDB in a process of its own, with a table. */
export type DynamodbProcess = {
  client: DynamoDBClient;
  /** Kills the process and waits until it is gone. */
  kill(): Promise<void>;
};

/** Starts it on what an earlier one left; killed when the test ends. */
export async function startDynamodbProcess(path: string, table: TableDefinition): Promise<DynamodbProcess> {
  const server = await startKillable(new URL('./dynamodb-server.ts', import.meta.url), [
    path,
    JSON.stringify(table),
  ]);
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const endpoint = server.firstLine;
  // An answer that was lost is what the test is about: nothing is tried again.
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  return {
    client,
    kill: async () => {
      await server.kill();
      client.destroy();
    },
  };
}
